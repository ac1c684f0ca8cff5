package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.actuate.PolicyDescription;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import dev.resilience.spring.autoconfigure.ResilienceEndpointAutoConfiguration;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.spring.guard.SourceDownTest.Bare;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.ApplicationContext;

/**
 * The source of {@link SourceDownTest} that is down for a minute, where its failures are kept for a while, and where what is old
 * is loaded anew behind those who ask: how often it is asked in vain, what callers get when, and that the endpoint says so.
 */
class SourceDownBehindResultsTest {

    private static final Duration STEP = Duration.ofMillis(250);
    private static final long TTL = 10;
    private static final long DOWN = 95;
    private static final long HEALED = DOWN + 60;
    private static final long END = HEALED + 60;
    /** The last one that was loaded before, and every ten seconds the next. */
    private static final long LAST = 90;

    private final ManualTime time = new ManualTime();
    private final long origin = time.nanos();
    private final List<Call> calls = new ArrayList<>();
    private final List<Duration> asked = new ArrayList<>();
    private final List<Duration> inVain = new ArrayList<>();

    /** When somebody asked, and when what he got was loaded; null if that was an error. */
    private record Call(Duration at, @Nullable Duration loaded) {

        private boolean isBetween(long from, long to) {
            return at.compareTo(Duration.ofSeconds(from)) >= 0 && at.compareTo(Duration.ofSeconds(to)) < 0;
        }

        private boolean isOlderThan(long seconds) {
            return loaded != null && at.minus(loaded).compareTo(Duration.ofSeconds(seconds)) >= 0;
        }
    }

    /** It is asked once in five seconds, and what is old outlasts the failures that are kept. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void keptFailuresSpareTheSourceAndTheOldValueGoesBeforeThem(Shape shape) {
        in(List.of("stale-if-error=20s", "negative-ttl=5s"), context -> {
            live(shape, context.getBean(Bare.class));

            assertThat(inVain).isEqualTo(every(5, 100, HEALED));
            assertThat(between(100, LAST + TTL + 20))
                    .allMatch(call -> Duration.ofSeconds(LAST).equals(call.loaded));
            assertThat(between(LAST + TTL + 20, HEALED)).hasSize(35 * 4).allMatch(call -> call.loaded == null);
            assertThat(between(HEALED, END)).noneMatch(call -> call.loaded == null || call.isOlderThan(TTL));
            long loads = asked.size() - inVain.size();
            assertThat(cache(context))
                    .containsEntry("hits", calls.size() - 4 * (HEALED - 100) - loads)
                    .containsEntry("misses", (long) asked.size())
                    .containsEntry("negative-hits", 4 * (HEALED - 100) - inVain.size())
                    .containsEntry("loads", loads)
                    .containsEntry("load-failures", (long) inVain.size())
                    .containsEntry("stale-served", 20L * 4);
            assertNumbersAddUp(context);
        });
    }

    /** The breaker opens at the third failure, and lets in every other of the refreshes that are tried once in a second. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void nobodyWaitsOrNoticesWhereItIsLoadedAnewBehindThem(Shape shape) {
        in(List.of("stale-while-revalidate=60s"), context -> {
            live(shape, context.getBean(Bare.class));

            assertThat(calls).noneMatch(call -> call.loaded == null || call.isOlderThan(TTL + 60));
            assertThat(inVain).startsWith(seconds(100), seconds(101), seconds(102));
            assertThat(inVain.subList(3, inVain.size())).isEqualTo(every(2, 104, HEALED));
            long loads = asked.size() - inVain.size();
            assertThat(cache(context))
                    .containsEntry("hits", calls.size() - 1L)
                    .containsEntry("misses", 1L)
                    .containsEntry("loads", loads)
                    .containsEntry("refreshes", loads - 1)
                    .containsEntry("load-failures", (long) inVain.size())
                    .containsEntry("refresh-failures", HEALED + 1 - 100)
                    .containsEntry("stale-served", 0L);
            assertNumbersAddUp(context);
        });
    }

    /** First it is given behind refreshes, then in place of failures that are kept, and then there are honest errors. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void oneWayFollowsTheOtherUntilThereIsNothingLeftToGive(Shape shape) {
        in(List.of("stale-while-revalidate=20s", "stale-if-error=40s", "negative-ttl=5s"), context -> {
            live(shape, context.getBean(Bare.class));

            assertThat(between(DOWN, LAST + TTL + 40))
                    .allMatch(call -> Duration.ofSeconds(LAST).equals(call.loaded));
            assertThat(between(LAST + TTL + 40, HEALED)).hasSize(15 * 4).allMatch(call -> call.loaded == null);
            assertThat(inVain.stream().filter(at -> at.compareTo(seconds(120)) >= 0))
                    .hasSizeBetween(2, 35 / 5);
            assertThat(between(HEALED + 5, END)).noneMatch(call -> call.loaded == null || call.isOlderThan(TTL + 1));
            assertThat(cache(context))
                    .containsEntry("stale-served", 20L * 4)
                    .containsEntry("loads", (long) asked.size() - inVain.size())
                    .containsEntry("load-failures", (long) inVain.size());
            assertThat(cache(context).get("negative-hits").longValue()).isGreaterThan(0);
            assertNumbersAddUp(context);
        });
    }

    private void live(Shape shape, Shaped source) {
        for (Duration now = now(); now.compareTo(seconds(END)) < 0; now = now()) {
            calls.add(new Call(now, loaded(shape, source)));
            time.advance(STEP);
        }
    }

    private @Nullable Duration loaded(Shape shape, Shaped source) {
        try {
            return Duration.parse(shape.call(source, "A", this::quote));
        } catch (RuntimeException honest) {
            return null;
        }
    }

    /** It tells when it was asked. */
    private String quote() {
        asked.add(now());
        if (now().compareTo(seconds(DOWN)) >= 0 && now().compareTo(seconds(HEALED)) < 0) {
            inVain.add(now());
            throw new IllegalStateException("down");
        }
        return now().toString();
    }

    private List<Call> between(long from, long to) {
        return calls.stream().filter(call -> call.isBetween(from, to)).toList();
    }

    private static List<Duration> every(long step, long from, long to) {
        List<Duration> every = new ArrayList<>();
        for (long second = from; second < to; second += step) {
            every.add(seconds(second));
        }
        return every;
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private void assertNumbersAddUp(ApplicationContext context) {
        Map<String, Number> cache = cache(context);
        long counted = Stream.of("hits", "misses", "negative-hits")
                .mapToLong(name -> cache.get(name).longValue())
                .sum();
        assertThat(counted).isEqualTo(calls.size()).isEqualTo(END * 4);
        assertThat(part(context, "rate-limiters").numbers()).containsEntry("permitted", (long) asked.size());
    }

    private static Map<String, Number> cache(ApplicationContext context) {
        return part(context, "caches").numbers();
    }

    private static PolicyDescription part(ApplicationContext context, String kind) {
        return (PolicyDescription) context.getBean(ResilienceEndpoint.class).part(kind, "quotes");
    }

    private Duration now() {
        return Duration.ofNanos(time.nanos() - origin);
    }

    private void in(List<String> times, Story story) {
        Starters.with(Bare.class)
                .withConfiguration(AutoConfigurations.of(ResilienceEndpointAutoConfiguration.class))
                .withBean(Time.class, time::time)
                .withPropertyValues(times.stream()
                        .map(time -> "resilience.caches.quotes." + time)
                        .toArray(String[]::new))
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=*",
                        "resilience.caches.quotes.ttl=10s",
                        "resilience.caches.quotes.ttl-jitter=0",
                        "resilience.circuit-breakers.quotes.consecutive-failures=3",
                        "resilience.circuit-breakers.quotes.open-wait=2s",
                        "resilience.circuit-breakers.quotes.open-wait-multiplier=1",
                        "resilience.circuit-breakers.quotes.open-wait-jitter=0",
                        "resilience.circuit-breakers.quotes.probes=1",
                        "resilience.rate-limiters.quotes.limits=5/1s")
                .run(context -> story.tell(context));
    }

    private interface Story {
        void tell(ApplicationContext context);
    }
}
