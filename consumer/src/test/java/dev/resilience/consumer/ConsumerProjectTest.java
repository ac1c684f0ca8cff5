package dev.resilience.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.consumer.guarded.GuardedApplication;
import dev.resilience.consumer.mistyped.MistypedApplication;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts this project's applications as a stranger would: with what the one dependency brings, in a JVM of their own. */
class ConsumerProjectTest {

    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;

    @Test
    void oneDependencyAndOneAnnotationGuardAMethodAndSaySo() throws Exception {
        Run run = run(GuardedApplication.class);

        assertThat(run.output())
                .contains("resilience: 2 methods guarded by 2 policies (1 rate limiter, 1 retry)")
                .contains("findings: none")
                .containsSubsequence(
                        "Hello Ada",
                        "Hello Grace",
                        "rate-limiters GreetingService.greet refused Edsger",
                        "Sent hello at attempt 3")
                .doesNotContain("Hello Edsger");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aMistypedAnnotationFailsTheStartAndSaysWhatToWrite() throws Exception {
        Run run = run(MistypedApplication.class);

        assertThat(run.output())
                .contains("APPLICATION FAILED TO START")
                .contains("limits = '60/1x' (annotation MistypedService#greet)")
                .contains("a window '1x' that is no duration")
                .contains("60/1m")
                .contains("Action:")
                .doesNotContain("\tat ");
        assertThat(run.exitCode()).isNotZero();
    }

    @Test
    void theStarterBringsNeitherWebNorActuatorNorReactorNorAspectJ() throws IOException {
        List<String> names = classPath()
                .map(Path::of)
                .map(Path::getFileName)
                .map(Path::toString)
                .toList();

        assertThat(names)
                .anyMatch(name -> name.startsWith("spring-boot-autoconfigure-"))
                .noneMatch(
                        name -> name.matches(
                                ".*(web|servlet|tomcat|netty|actuator|micrometer-core|reactor|reactive|aspectj|security|kotlin).*"));
    }

    /** How a process ended, and all it wrote. */
    private record Run(int exitCode, String output) {}

    private Run run(Class<?> application) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = String.join(
                File.pathSeparator,
                Stream.concat(Stream.of("target/classes"), classPath()).toList());
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(java, "-cp", classPath, application.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return new Run(process.exitValue(), Files.readString(output));
    }

    /** Written by the build: the starter and what it brings, as a consumer gets it. */
    private static Stream<String> classPath() throws IOException {
        return Stream.of(
                Files.readString(Path.of("target/class-path.txt")).strip().split(File.pathSeparator));
    }
}
