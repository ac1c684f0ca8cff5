package dev.resilience.spring.retrylog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.ResilienceConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ToFileTest {

    private final Deque<Runnable> worker = new ArrayDeque<>();

    @TempDir
    private Path directory;

    private Path path;
    private ToFile file;

    @BeforeEach
    void open() {
        path = directory.resolve("logs/retries.jsonl");
        file = ToFile.open("resilience.retry-log.file", path.toString(), null, worker::add);
    }

    @Test
    void linesAreWrittenByAWorkerInTheOrderTheyCame() {
        file.accept("one");
        file.accept("two");
        assertThat(path).isEmptyFile();

        work();
        file.accept("three");
        work();

        assertThat(path).hasContent("one\ntwo\nthree\n");
    }

    @Test
    void oneWorkerIsCalledForManyLines() {
        IntStream.range(0, 100).forEach(line -> file.accept("line " + line));

        assertThat(worker).hasSize(1);
    }

    @Test
    void whatComesFasterThanItIsWrittenIsDroppedAndTold(CapturedOutput output) throws IOException {
        IntStream.range(0, ToFile.MOST_WAITING + 7).forEach(line -> file.accept("line " + line));

        work();

        assertThat(Files.readAllLines(path)).hasSize(ToFile.MOST_WAITING).endsWith("line " + (ToFile.MOST_WAITING - 1));
        assertThat(output).contains("7 retries are missing in " + path);
    }

    @Test
    void theEndWritesWhatIsLeftAndNothingAfterIt() {
        file.accept("left");

        file.close();
        file.accept("too late");
        work();

        assertThat(path).hasContent("left\n");
    }

    @Test
    void whereThereIsNoWorkerTheNextLineCallsForOneAgain() {
        Deque<Runnable> none = new ArrayDeque<>();
        ToFile refused = ToFile.open("file", path.toString(), null, work -> {
            if (none.isEmpty()) {
                none.add(work);
                throw new RejectedExecutionException("closed");
            }
            work.run();
        });

        refused.accept("one");
        refused.accept("two");

        assertThat(path).hasContent("one\ntwo\n");
    }

    @Test
    void aFileThatIsTakenAwayIsMadeAnew() throws IOException {
        file.accept("one");
        work();

        Files.move(path, path.resolveSibling("retries.1.jsonl"));
        file.accept("two");
        work();

        assertThat(path).hasContent("two\n");
    }

    @Test
    void aLineThatWasCutOffEndsBeforeTheNextOneBegins() throws IOException {
        Files.writeString(path, "{\"cut\":");

        file.accept("whole");
        work();

        assertThat(path).hasContent("{\"cut\":\nwhole\n");
    }

    @Test
    void thatItCantBeWrittenIsToldOnceAndWhatIsMissingWhenItCan(CapturedOutput output) throws IOException {
        Files.delete(path);
        Files.createDirectory(path);
        for (int line = 0; line < 3; line++) {
            file.accept("lost " + line);
            work();
        }
        assertThat(output.toString().lines().filter(line -> line.contains("can't be written")))
                .hasSize(1);

        Files.delete(path);
        file.accept("found");
        work();

        assertThat(path).hasContent("found\n");
        assertThat(output).contains("3 retries are missing in " + path);
    }

    @Test
    void whatWasThereBeforeIsKept() throws IOException {
        Files.writeString(path, "yesterday\n");

        ToFile again = ToFile.open("file", path.toString(), null, Runnable::run);
        again.accept("today");

        assertThat(path).hasContent("yesterday\ntoday\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "below/a/file", "\0"})
    void whatCantBeWrittenIsToldWhenItIsOpened(String name) throws IOException {
        Files.writeString(directory.resolve("below"), "");
        String unwritable = name.equals("\0") ? name : directory.resolve(name).toString();

        assertThatThrownBy(
                        () -> ToFile.open("resilience.retry-log.file", unwritable, "application.yml:3", Runnable::run))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining(
                        "resilience.retry-log.file = '" + unwritable + "' (application.yml:3): can't be written")
                .hasMessageContaining("may create and append to");
    }

    private void work() {
        List.copyOf(worker).forEach(Runnable::run);
        worker.clear();
    }
}
