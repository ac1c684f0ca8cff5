package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Resilience;
import dev.resilience.recovery.Restartable;
import dev.resilience.time.ManualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A client that many use at once fails all of them: it is restarted once, and all go in again; if that helps, all are saved. */
class RestartForAllTest {

    private static final int CALLERS = 500;

    private final ManualTime time = new ManualTime();
    private boolean works;
    private boolean canBeSaved = true;
    private int restarts;
    private int requests;
    private final Restartable client = () -> {
        restarts++;
        works = canBeSaved;
    };
    private final Resilience resilience = Resilience.builder()
            .time(time.time())
            .named("client", client)
            .policy("recoveries", "carrier", Map.of("rules", "ConnectException -> restart client"))
            .pipeline("carrier", Map.of("recoveries", "carrier"))
            .build();

    @Test
    void savesAllWhoWereUnderWay() {
        List<CompletableFuture<String>> answers = begin();

        time.advance(Duration.ofSeconds(1));

        assertThat(restarts).isOne();
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue("served"));
        assertThat(requests).isEqualTo(2 * CALLERS);
    }

    @Test
    void letsOnlyAFewInAgainOnceItWasOfNoUse() {
        canBeSaved = false;
        begin();
        time.advance(Duration.ofSeconds(31));
        int before = requests;

        List<CompletableFuture<String>> answers = begin();
        time.advance(Duration.ofSeconds(1));

        assertThat(restarts).isEqualTo(2);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedExceptionally());
        assertThat(requests - before).isLessThanOrEqualTo(CALLERS + CALLERS / 5);
    }

    @Test
    void savesAllAgainOnceItWasOfUse() {
        canBeSaved = false;
        begin();
        time.advance(Duration.ofSeconds(31));
        canBeSaved = true;
        begin();
        time.advance(Duration.ofSeconds(31));
        works = false;

        List<CompletableFuture<String>> answers = begin();
        time.advance(Duration.ofSeconds(1));

        assertThat(restarts).isEqualTo(3);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue("served"));
    }

    private List<CompletableFuture<String>> begin() {
        return Stream.generate(() -> resilience.pipeline("carrier").callAsync(this::request))
                .limit(CALLERS)
                .toList();
    }

    private CompletableFuture<String> request() {
        requests++;
        CompletableFuture<String> answer = new CompletableFuture<>();
        boolean good = works;
        time.schedule(() -> end(answer, good), Duration.ofMillis(10).toNanos());
        return answer;
    }

    private static void end(CompletableFuture<String> answer, boolean good) {
        if (good) {
            answer.complete("served");
        } else {
            answer.completeExceptionally(new ConnectException("refused"));
        }
    }
}
