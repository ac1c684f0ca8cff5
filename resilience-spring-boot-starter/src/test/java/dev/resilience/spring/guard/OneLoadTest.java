package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.guard.Askers.Round;
import dev.resilience.spring.guard.Askers.Shape;
import dev.resilience.spring.guard.Askers.Source;
import dev.resilience.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thousands who ask at once for a result that nobody has: the method runs exactly once, and everybody gets what that one run
 * gave, be it a value or a failure. Where a load is held, it ends only when all of them have missed; else it ends at once, and
 * whoever comes late hits.
 */
class OneLoadTest {

    private static final Duration TOO_LONG = Duration.ofMinutes(2);
    private static final int MANY = 2_000;

    private final QueuedTime time = new QueuedTime();

    @ParameterizedTest
    @EnumSource
    void twoThousandCallersInTenRoundsMakeOneLoadEach(Shape shape) {
        in(shape, MANY, askers -> oneLoadEach(askers, MANY, 10));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource
    void tenThousandCallersInAHundredRoundsMakeOneLoadEach(Shape shape) {
        in(shape, 10_000, askers -> oneLoadEach(askers, 10_000, 100));
    }

    private void oneLoadEach(Askers askers, int callers, int rounds) throws Exception {
        for (int number = 0; number < rounds; number++) {
            Round round = new Round("key " + number, new Object());
            List<Object> endings = number % 2 == 0 ? held(askers, callers, round) : free(askers, round);
            assertThat(endings).allMatch(ending -> ending == round.ending());
            assertThat(round.loads()).as("loads in round %d", number).isEqualTo(1);
        }
        assertThat(askers.number("loads")).isEqualTo(rounds);
        assertThat(askers.number("hits") + askers.number("misses")).isEqualTo((long) callers * rounds);
    }

    @ParameterizedTest
    @EnumSource
    void allWhoWaitFailWithTheOneFailure(Shape shape) {
        in(shape, MANY, askers -> {
            failsAll(askers, new Round("down", new IOException("down")));
            failsAll(askers, new Round("broken", new AssertionError("broken")));
            assertThat(askers.number("load-failures")).isEqualTo(2);
            assertThat(askers.number("entries")).isZero();

            Round next = new Round("down", "up again");
            assertThat(free(askers, next)).containsOnly("up again");
            assertThat(next.loads()).isEqualTo(1);
        });
    }

    private void failsAll(Askers askers, Round round) throws Exception {
        List<Object> endings = held(askers, MANY, round);

        assertThat(endings).hasSize(MANY).allMatch(ending -> ending == round.ending());
        assertThat(round.loads()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void allWhoWaitGetTheGoodOldValueInPlaceOfTheOneFailure(Shape shape) {
        in(shape, MANY, askers -> {
            Round good = new Round("key", new Object());
            free(askers, good);
            time.advance(Duration.ofMinutes(1));

            Round failing = new Round("key", new IOException("down"));
            assertThat(held(askers, MANY, failing)).allMatch(ending -> ending == good.ending());

            assertThat(failing.loads()).isEqualTo(1);
            assertThat(askers.number("stale-served")).isEqualTo(MANY);
            assertThat(askers.number("loads")).isEqualTo(1);
            assertThat(askers.number("load-failures")).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorIsNotCoveredByTheGoodOldValue(Shape shape) {
        in(shape, MANY, askers -> {
            free(askers, new Round("key", "good"));
            time.advance(Duration.ofMinutes(1));

            failsAll(askers, new Round("key", new AssertionError("broken")));

            assertThat(askers.number("stale-served")).isZero();
        });
    }

    /** The load ends when all have missed. */
    private static List<Object> held(Askers askers, int callers, Round round) throws Exception {
        long missed = askers.number("misses");
        List<CompletableFuture<Object>> answers = askers.ask(round);
        Awaitility.waitAtMost(TOO_LONG)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(askers.number("misses")).isEqualTo(missed + callers));
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        round.open();
        return Askers.endings(answers);
    }

    /** The load ends at once. */
    private static List<Object> free(Askers askers, Round round) throws Exception {
        return Askers.endings(askers.ask(round.open()));
    }

    private void in(Shape shape, int callers, Story story) {
        Starters.with(Source.class)
                .withBean(Time.class, time::time)
                .withPropertyValues(
                        "resilience.caches.quotes.ttl=1m",
                        "resilience.caches.quotes.ttl-jitter=0",
                        "resilience.caches.quotes.stale-if-error=1h")
                .run(context -> {
                    try (Askers askers = new Askers(shape, context, callers)) {
                        story.tell(askers);
                    }
                });
    }

    private interface Story {
        void tell(Askers askers) throws Exception;
    }
}
