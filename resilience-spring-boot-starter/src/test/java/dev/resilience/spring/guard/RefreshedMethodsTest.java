package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallDeadline;
import dev.resilience.PolicyRegistry;
import dev.resilience.cache.RecursiveLoadException;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.slf4j.MDC;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;

/** Cached methods whose results are loaded anew behind their callers, in every shape that can be cached. */
class RefreshedMethodsTest {

    private final ManualTime time = new ManualTime();
    private final ConcurrentLinkedQueue<Runnable> elsewhere = new ConcurrentLinkedQueue<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void nobodyIsCalling() {
        SecurityContextHolder.clearContext();
        MDC.clear();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void anExpiredResultIsGivenAndLoadedAnewBehindIt(Shape shape) {
        in(Refreshed.class, service -> {
            shape.call(service, "a", () -> "old");
            time.advance(Duration.ofSeconds(70));
            later();

            assertThat(shape.call(service, "a", () -> "new")).isEqualTo("old");
            assertThat(shape.call(service, "a", () -> "never")).isEqualTo("old");
            now();
            assertThat(shape.call(service, "a", () -> "never")).isEqualTo("new");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aResultIsLoadedAnewShortlyBeforeItExpires(Shape shape) {
        in(Refreshed.class, service -> {
            shape.call(service, "a", () -> "old");
            time.advance(Duration.ofSeconds(47));
            assertThat(shape.call(service, "a", () -> "never")).isEqualTo("old");
            time.advance(Duration.ofSeconds(1));
            assertThat(shape.call(service, "a", () -> "new")).isEqualTo("old");
            assertThat(shape.call(service, "a", () -> "never")).isEqualTo("new");
        });
    }

    /** On a thread that knows nothing of the caller, long after he and the time he had are gone. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aRefreshHasTheContextOfItsCallerAndNotHisDeadline(Shape shape) {
        in(Refreshed.class, service -> {
            shape.call(service, "a", () -> "old");
            time.advance(Duration.ofSeconds(60));
            later();
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("alice", ""));
            MDC.put("traceId", "4bf9");

            assertThat(shape.call(service, "a", this::look)).isEqualTo("old");
            SecurityContextHolder.clearContext();
            MDC.clear();
            time.advance(Duration.ofSeconds(25));
            onAnotherThread(this::now);

            assertThat(seen).containsExactly("alice 4bf9 PT5S");
            assertThat(shape.call(service, "a", () -> "never")).isEqualTo("new");
        });
    }

    private String look() {
        Authentication user = SecurityContextHolder.getContext().getAuthentication();
        CallDeadline deadline = CallDeadline.current();
        seen.add((user == null ? "nobody" : user.getName()) + " " + MDC.get("traceId") + " "
                + (deadline == null ? "for ever" : deadline.remaining()));
        return "new";
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void anOldResultOutlivesRefreshesThatFail(Shape shape) {
        runner(Refreshed.class).run(context -> {
            Refreshed service = context.getBean(Refreshed.class);
            Supplier<String> down = () -> {
                throw new IllegalStateException("down");
            };
            shape.call(service, "a", () -> "old");
            time.advance(Duration.ofSeconds(60));
            assertThat(shape.call(service, "a", down)).isEqualTo("old");
            assertThat(shape.call(service, "a", down)).isEqualTo("old");
            assertThat(context.getBean(PolicyRegistry.class)
                            .find("caches", "quotes")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("refresh-failures", 1L)
                    .containsEntry("refreshes", 0L);
            time.advance(Duration.ofSeconds(30));
            assertThatThrownBy(() -> shape.call(service, "a", down)).hasMessage("down");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void loadsThatWaitForEachOtherOverTwoCachesFailAndSayWhichWay(Shape shape) {
        Starters.with(Refreshed.class, Priced.class).run(context -> {
            Refreshed quotes = context.getBean(Refreshed.class);
            Priced prices = context.getBean(Priced.class);

            assertThatThrownBy(() -> shape.call(
                            quotes, "a", () -> shape.call(prices, "b", () -> shape.call(quotes, "a", () -> "never"))))
                    .isInstanceOf(RecursiveLoadException.class)
                    .hasMessageMatching(".*Refreshed\\.\\w+ waits for Priced\\.\\w+ waits for Refreshed\\.\\w+\\..*");
        });
    }

    @Test
    void bothTimesCanBeConfigured() {
        runner(Refreshed.class)
                .withPropertyValues(
                        "resilience.caches.quotes.stale-while-revalidate=10m",
                        "resilience.caches.quotes.refresh-ahead=90")
                .run(context -> {
                    Refreshed service = context.getBean(Refreshed.class);
                    service.plain("a", () -> "old");
                    time.advance(Duration.ofSeconds(6));
                    assertThat(service.plain("a", () -> "new")).isEqualTo("old");
                    time.advance(Duration.ofMinutes(10));
                    assertThat(service.plain("a", () -> "newest")).isEqualTo("new");
                });
    }

    @Test
    void timesThatNobodyUnderstandsFailTheStart() {
        Starters.with(Unreadable.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("stale-while-revalidate = '0' (annotation Unreadable#quote)")
                .hasMessageContaining("must be longer than zero. Write for example staleWhileRevalidate = \"30s\"")
                .hasMessageContaining("refresh-ahead = '100' (annotation Unreadable#quote)")
                .hasMessageContaining("must be between 1 and 90. Write for example refreshAhead = \"20\""));
    }

    /** What is to be done elsewhere is done when the test says so. */
    private void later() {
        time.executor(elsewhere::add);
    }

    private void now() {
        assertThat(elsewhere).isNotEmpty();
        time.executor(Runnable::run);
        while (!elsewhere.isEmpty()) {
            elsewhere.remove().run();
        }
    }

    private static void onAnotherThread(Runnable work) {
        List<Throwable> thrown = new ArrayList<>();
        Thread thread = new Thread(work);
        thread.setUncaughtExceptionHandler((dead, failure) -> thrown.add(failure));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
        assertThat(thrown).isEmpty();
    }

    private <T> void in(Class<T> type, Consumer<T> story) {
        runner(type).run(context -> story.accept(context.getBean(type)));
    }

    private ApplicationContextRunner runner(Class<?> type) {
        return Starters.with(type)
                .withBean(Time.class, time::time)
                .withPropertyValues("resilience.caches.quotes.ttl=1m", "resilience.caches.quotes.ttl-jitter=0");
    }

    /** Its callers have twenty seconds, and each attempt has five. */
    static class Refreshed extends LastGoodTest.Quotes {

        @Override
        @Cached(name = "quotes", key = KEY, staleWhileRevalidate = "30s", refreshAhead = "20")
        @Timeout(name = "quotes", total = "20s", timeout = "5s")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY, staleWhileRevalidate = "30s", refreshAhead = "20")
        @Timeout(name = "quotes", total = "20s", timeout = "5s")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY, staleWhileRevalidate = "30s", refreshAhead = "20")
        @Timeout(name = "quotes", total = "20s", timeout = "5s")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Priced extends LastGoodTest.Quotes {

        @Override
        @Cached(name = "prices", key = KEY)
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "prices", key = KEY)
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "prices", key = KEY)
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Unreadable {

        @Cached(name = "quotes", staleWhileRevalidate = "0", refreshAhead = "100")
        public String quote() {
            return "10 EUR";
        }
    }
}
