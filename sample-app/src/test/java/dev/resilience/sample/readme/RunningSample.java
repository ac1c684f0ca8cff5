package dev.resilience.sample.readme;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sample in a process of its own, on ports that are free. */
final class RunningSample {

    private static final Pattern MARKETPLACE = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Pattern CARRIER = Pattern.compile("The carrier listens on port (\\d+)");

    private final Process process;
    private final Map<Integer, Integer> ports;

    private RunningSample(Process process, Map<Integer, Integer> ports) {
        this.process = process;
        this.ports = ports;
    }

    /** Runs this command in the root of the repository until the sample says that it has started. */
    static RunningSample start(String command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("--server.port=0", "--carrier.port=0"));
        Process process = new ProcessBuilder(words)
                .directory(Readme.ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        // One that hangs is ended, and with it the reading below.
        CompletableFuture.delayedExecutor(240, TimeUnit.SECONDS).execute(process::destroyForcibly);
        return started(process);
    }

    /** Where it listens instead of at the port the README names. */
    int port(int named) {
        return ports.get(named);
    }

    void stop() {
        process.destroy();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static RunningSample started(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        StringBuilder read = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            read.append(line).append('\n');
            if (line.contains("Started SampleApplication")) {
                CompletableFuture.runAsync(() -> output.lines().forEach(later -> {}));
                return new RunningSample(process, Map.of(8080, port(MARKETPLACE, read), 8081, port(CARRIER, read)));
            }
        }
        throw new IllegalStateException("the sample did not start:\n" + read);
    }

    private static int port(Pattern pattern, CharSequence output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("nothing like '" + pattern + "' in:\n" + output);
        }
        return Integer.parseInt(matcher.group(1));
    }
}
