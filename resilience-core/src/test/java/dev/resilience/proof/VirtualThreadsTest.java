package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import java.io.File;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hundred thousand virtual threads in one pipeline at once: nearly all of them wait in the line of a bulkhead, and the
 * few carriers stay free, as the flight recorder tells. The JVM pins a carrier that waits
 * for a class to be loaded, which isn't ours to change; so every class of the core is loaded before, and a smaller crowd goes first.
 * Runs where the JVM has virtual threads, and is skipped elsewhere.
 */
class VirtualThreadsTest {

    private static final Logger LOG = LoggerFactory.getLogger(VirtualThreadsTest.class);
    private static final int THREADS = 100_000;
    private static final int SEATS = 500;
    private static final int FEW = 1_000;
    private static final int SHORT_LIVED = 20_000;
    private static final String PINNED = "jdk.VirtualThreadPinned";
    private static final Duration TOO_LONG = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void aHundredThousandWaitInLineAndPinNoCarrier() throws Exception {
        ExecutorService threads = virtualThreads();
        try (Resilience resilience = guarded();
                Recording recording = new Recording()) {
            wave(threads, resilience, SEATS + FEW);
            recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();

            wave(threads, resilience, THREADS);

            assertThat(number(resilience, "rate-limiters", "plenty", "permitted"))
                    .isEqualTo(SEATS + FEW + THREADS);
            assertThat(resilience
                            .policies()
                            .find("circuit-breakers", "calm")
                            .orElseThrow()
                            .snapshot()
                            .state())
                    .isEqualTo("CLOSED");
            assertThat(pinned(recording)).as("pinned carriers").isEmpty();
            LOG.info("{} virtual threads, no pinned carrier", THREADS);
        } finally {
            threads.shutdownNow();
        }
    }

    /** All of them at once: nobody is served before the last one waits in line. */
    private static void wave(ExecutorService threads, Resilience resilience, int size) throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger virtual = new AtomicInteger();
        Pipeline pipeline = resilience.pipeline("all");
        List<Future<?>> calls = new ArrayList<>(size);
        for (int call = 0; call < size; call++) {
            calls.add(threads.submit(() -> pipeline.call(() -> {
                open.await();
                return virtual.addAndGet(VirtualThreads.isHere() ? 1 : 0);
            })));
        }
        Awaitility.waitAtMost(TOO_LONG).until(() -> number(resilience, "bulkheads", "wide", "waiting") == size - SEATS);
        assertThat(number(resilience, "bulkheads", "wide", "in-use")).isEqualTo(SEATS);

        open.countDown();
        for (Future<?> call : calls) {
            call.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(virtual).hasValue(size);
        assertThat(number(resilience, "bulkheads", "wide", "waiting")).isZero();
        assertThat(number(resilience, "bulkheads", "wide", "in-use")).isZero();
    }

    @Test
    void theWatchdogInterruptsVirtualThreads() throws Exception {
        ExecutorService threads = virtualThreads();
        try (Resilience resilience = guarded();
                Recording recording = new Recording()) {
            expire(threads, resilience, FEW);
            recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();

            expire(threads, resilience, SHORT_LIVED);

            assertThat(number(resilience, "timeouts", "brief", "expired")).isEqualTo(FEW + SHORT_LIVED);
            assertThat(pinned(recording)).as("pinned carriers").isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void expire(ExecutorService threads, Resilience resilience, int size) throws Exception {
        Pipeline pipeline = resilience.pipeline("brief");
        AtomicInteger expired = new AtomicInteger();
        AtomicInteger flags = new AtomicInteger();
        List<Future<?>> calls = new ArrayList<>();
        for (int call = 0; call < size; call++) {
            calls.add(threads.submit(() -> {
                try {
                    pipeline.call(() -> {
                        new CountDownLatch(1).await();
                        return null;
                    });
                } catch (CallTimedOutException late) {
                    expired.incrementAndGet();
                }
                flags.addAndGet(Thread.interrupted() ? 1 : 0);
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(expired).hasValue(size);
        assertThat(flags).as("flags left").hasValue(0);
    }

    @Test
    void virtualThreadsThatWereGuardedAreForgotten() throws Exception {
        ExecutorService threads = virtualThreads();
        try {
            forgets(threads, SHORT_LIVED);
        } finally {
            threads.shutdownNow();
        }
    }

    /** The same for those of every JVM: whatever a deadline keeps for a thread goes with it. */
    @Test
    void threadsThatWereGuardedAreForgotten() throws Exception {
        for (int pool = 0; pool < 5; pool++) {
            ExecutorService threads = Executors.newFixedThreadPool(20);
            try {
                forgets(threads, 20);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static void forgets(ExecutorService threads, int calls) throws Exception {
        try (Resilience resilience = guarded()) {
            Pipeline pipeline = resilience.pipeline("all");
            List<Future<WeakReference<Thread>>> results = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                results.add(threads.submit(() -> {
                    pipeline.call(() -> resilience.pipeline("brief").call(() -> "inside"));
                    return new WeakReference<>(Thread.currentThread());
                }));
            }
            List<WeakReference<Thread>> seen = new ArrayList<>();
            for (Future<WeakReference<Thread>> result : results) {
                seen.add(result.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS));
            }
            results.clear();
            threads.shutdown();
            assertThat(threads.awaitTermination(TOO_LONG.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Awaitility.waitAtMost(TOO_LONG).until(() -> {
                System.gc();
                return seen.stream().allMatch(each -> each.get() == null);
            });
        }
    }

    private static Resilience guarded() {
        return Resilience.builder()
                .policy("circuit-breakers", "calm", Map.of())
                .policy("rate-limiters", "plenty", Map.of("limits", "1000000/1s", "max-wait", "10s"))
                .policy("timeouts", "long", Map.of("timeout", "10m", "total", "20m"))
                .policy("timeouts", "brief", Map.of("timeout", "50ms"))
                .policy(
                        "bulkheads",
                        "wide",
                        Map.of(
                                "max-concurrent", String.valueOf(SEATS),
                                "max-wait", "5m",
                                "max-waiting", String.valueOf(THREADS)))
                .policy("retries", "again", Map.of("delay", "1ms"))
                .pipeline(
                        "all",
                        Map.of(
                                "circuit-breakers", "calm",
                                "rate-limiters", "plenty",
                                "timeouts", "long",
                                "bulkheads", "wide",
                                "retries", "again"))
                .pipeline("brief", Map.of("timeouts", "brief"))
                .build();
    }

    /** Some classes are needed only by compiled code, so that no crowd that goes first makes sure of them. */
    @BeforeAll
    static void loadTheCore() throws Exception {
        Path classes = Path.of(Resilience.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString().replace(File.separatorChar, '.');
                Class.forName(name.substring(0, name.length() - ".class".length()));
            }
        }
    }

    private List<RecordedEvent> pinned(Recording recording) throws Exception {
        recording.stop();
        Path file = Files.createTempFile(directory, "pinned", ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PINNED))
                .toList();
    }

    private static ExecutorService virtualThreads() {
        var threads = VirtualThreads.each();
        Assumptions.assumeTrue(threads.isPresent(), "this JVM has no virtual threads; it takes 21 or later");
        return threads.get();
    }

    private static long number(Resilience resilience, String kind, String name, String number) {
        return resilience
                .policies()
                .find(kind, name)
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(number)
                .longValue();
    }
}
