package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Resilience;
import dev.resilience.time.ManualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One guarded call a second that makes a thousand guarded ones, of which a tenth fails at first: all of those are cured. */
class FanOutTest {

    private static final int WIDTH = 1000;
    private static final int SECONDS = 30;

    private final ManualTime time = new ManualTime();
    private final SplittableRandom random = new SplittableRandom(3);
    private final Resilience resilience = Resilience.builder()
            .time(time.time())
            .policy("retries", "outer", Map.of())
            .policy("retries", "inner", Map.of())
            .pipeline("outer", Map.of("retries", "outer"))
            .pipeline("inner", Map.of("retries", "inner"))
            .build();

    @Test
    void oneCallThatMakesManyDoesNotStarveTheirRetries() {
        long failing = 0;
        for (int second = 0; second < SECONDS; second++) {
            boolean[] fails = new boolean[WIDTH];
            IntStream.range(0, WIDTH).forEach(each -> fails[each] = random.nextInt(10) == 0);
            failing += IntStream.range(0, WIDTH).filter(each -> fails[each]).count();

            CompletableFuture<Integer> all = resilience.pipeline("outer").callAsync(() -> allOf(fails));
            time.advance(Duration.ofSeconds(1));

            assertThat(all).isCompletedWithValue(WIDTH);
        }
        assertThat(number("retries")).isEqualTo(failing);
        assertThat(number("refused-by-budget")).isZero();
    }

    private CompletableFuture<Integer> allOf(boolean[] fails) {
        CompletableFuture<?>[] parts = IntStream.range(0, fails.length)
                .mapToObj(each -> resilience.pipeline("inner").callAsync(() -> part(fails, each)))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(parts).thenApply(done -> parts.length);
    }

    private static CompletableFuture<Integer> part(boolean[] fails, int each) {
        boolean now = fails[each];
        fails[each] = false;
        return now
                ? CompletableFuture.failedFuture(new ConnectException("refused"))
                : CompletableFuture.completedFuture(each);
    }

    private long number(String number) {
        return resilience
                .policies()
                .find("retries", "inner")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(number)
                .longValue();
    }
}
