package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time at which several limiters charge a call, against naive twins that try every time there is. */
class AppointmentTest {

    private static final int CALLS = 150;

    private final ManualTime time = new ManualTime();
    private final long start = time.nanos();
    private final List<Twin> twins = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3/1s | 0 | 5/3s | 0",
                "3/1s | 2s | 5/3s | 0",
                "3/1s | 500ms | 2/1s, 5/5s | 3s",
                "3/1s, 4/2s | 10s | 7/3s | 20s",
                "1/1s | 1s | 1/1500ms | 4s"
            })
    void isTheFirstAtWhichAllHaveRoom(String first, String firstWait, String second, String secondWait) {
        for (int seed = 0; seed < 8; seed++) {
            Neighbourhood both = new Neighbourhood(time).with(first, firstWait).with(second, secondWait);
            twins(first, second);
            play(both, new SplittableRandom(seed), 2);
            assertThat(twins).allMatch(Twin::keepsEveryWindow);
        }
    }

    @ParameterizedTest
    @CsvSource({"1s, 0, 3s", "10s, 10s, 10s", "0, 0, 0", "2s, 5s, 1s"})
    void isTheFirstForThreeToo(String wait, String secondWait, String thirdWait) {
        for (int seed = 0; seed < 8; seed++) {
            Neighbourhood three = new Neighbourhood(time)
                    .with("2/1s", wait)
                    .with("3/2s, 4/3s", secondWait)
                    .with("5/4s", thirdWait);
            twins("2/1s", "3/2s, 4/3s", "5/4s");
            play(three, new SplittableRandom(seed), 3);
            assertThat(twins).allMatch(Twin::keepsEveryWindow);
        }
    }

    private void twins(String... limits) {
        twins.clear();
        Arrays.stream(limits).map(Limits::parse).map(Twin::new).forEach(twins::add);
    }

    private void play(Neighbourhood limiters, SplittableRandom random, int many) {
        List<String> keys = new ArrayList<>(Collections.nCopies(many, null));
        for (int call = 0; call < CALLS; call++) {
            long[] costs =
                    LongStream.generate(() -> 1 + random.nextInt(2)).limit(many).toArray();
            Neighbourhood.Visit visit = limiters.ask(keys, costs);
            if (visit.passed()) {
                assertThat(visit.waitNanos()).isEqualTo(firstCommon(costs));
                chargeOrCancel(visit, costs, random.nextInt(4) == 0);
            } else if (visit.refusal().retryAfter().isPresent() && random.nextInt(4) == 0) {
                assertExact(limiters, keys, costs, visit.refusal().retryAfter().get());
            }
            time.advanceNanos(random.nextLong(Duration.ofMillis(600).toNanos()));
        }
    }

    private void chargeOrCancel(Neighbourhood.Visit visit, long[] costs, boolean cancels) {
        if (cancels) {
            visit.cancel();
            return;
        }
        for (int at = 0; at < costs.length; at++) {
            twins.get(at).charge(now() + visit.waitNanos(), costs[at]);
        }
    }

    /** A nanosecond before the stated time the call is refused; then it passes, if need be after a wait. */
    private void assertExact(Neighbourhood limiters, List<String> keys, long[] costs, Duration retryAfter) {
        time.advanceNanos(retryAfter.toNanos() - 1);
        assertThat(limiters.ask(keys, costs).passed()).isFalse();
        time.advanceNanos(1);
        Neighbourhood.Visit visit = limiters.ask(keys, costs);
        assertThat(visit.passed()).isTrue();
        assertThat(visit.waitNanos()).isEqualTo(firstCommon(costs));
        chargeOrCancel(visit, costs, false);
    }

    /** Room comes only where a charge returns, so these are all the times there are to try. */
    private long firstCommon(long[] costs) {
        return LongStream.concat(
                                LongStream.of(now()),
                                twins.stream().flatMapToLong(Twin::returns).filter(at -> at > now()))
                        .sorted()
                        .filter(at -> allFit(at, costs))
                        .findFirst()
                        .orElseThrow()
                - now();
    }

    private boolean allFit(long at, long[] costs) {
        for (int twin = 0; twin < costs.length; twin++) {
            if (!twins.get(twin).fits(at, costs[twin])) {
                return false;
            }
        }
        return true;
    }

    private long now() {
        return time.nanos() - start;
    }
}
