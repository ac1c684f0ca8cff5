package dev.resilience.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * What a library adds to the start of a small web application: CPU time until it serves, and heap in use then, after
 * collections. Each start is a JVM of its own; the middle one of several counts. The classes of all libraries are on the
 * class path each time, and the auto-configurations of the others are switched off.
 */
public final class StartUp {

    private static final String US = "dev.resilience.";
    private static final String RESILIENCE4J = "io.github.resilience4j.";
    private static final int STARTS = 7;

    private StartUp() {}

    /** Without arguments measures; with one, is the application to measure. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            serve(arguments[0]);
            return;
        }
        System.out.println("| application | CPU s until it serves | heap MiB |");
        System.out.println("|---|---|---|");
        for (String application : List.of("plain", "ours", "resilience4j")) {
            measure(application);
        }
    }

    private static void serve(String application) {
        Class<?> beans =
                switch (application) {
                    case "ours" -> WithUs.class;
                    case "resilience4j" -> WithResilience4j.class;
                    default -> Plain.class;
                };
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(beans)
                .properties(
                        "server.port=0", "spring.main.banner-mode=off", "logging.level.root=warn", others(application))
                .run()) {
            double cpu =
                    ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
            System.out.println(cpu + " " + HeapPerKey.used() / (1024.0 * 1024));
        }
    }

    private static String others(String application) {
        return "spring.autoconfigure.exclude="
                + String.join(
                        ",",
                        StreamSupport.stream(
                                        ImportCandidates.load(AutoConfiguration.class, StartUp.class.getClassLoader())
                                                .spliterator(),
                                        false)
                                .filter(name -> name.startsWith(US) && !application.equals("ours")
                                        || name.startsWith(RESILIENCE4J) && !application.equals("resilience4j"))
                                .toList());
    }

    private static void measure(String application) throws IOException, InterruptedException {
        double[] cpu = new double[STARTS];
        double[] heap = new double[STARTS];
        for (int start = 0; start < STARTS; start++) {
            String[] figures = started(application).split(" ");
            cpu[start] = Double.parseDouble(figures[0]);
            heap[start] = Double.parseDouble(figures[1]);
        }
        Arrays.sort(cpu);
        Arrays.sort(heap);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f (%.2f to %.2f) | %.1f |%n",
                application,
                cpu[STARTS / 2],
                cpu[0],
                cpu[STARTS - 1],
                heap[STARTS / 2]);
    }

    /** The last line that a new JVM prints. */
    private static String started(String application) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StartUp.class.getName(), application));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        String[] lines = output.strip().split("\\R");
        if (!lines[lines.length - 1].matches("[0-9.E]+ [0-9.E]+")) {
            throw new IllegalStateException("the application " + application + " did not start:\n" + output);
        }
        return lines[lines.length - 1];
    }

    /** Nothing but the web server. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Plain {}

    /** A bean with guards of every kind, ours. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(GuardedByUs.class)
    static class WithUs {}

    /** The same with the peer's. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(GuardedByResilience4j.class)
    static class WithResilience4j {}
}
