package dev.resilience.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.resilience.annotation.EnableResilientMethods;

/**
 * Annotated methods of beans in one Spring context, as an application calls them. All figures include Spring's proxy.
 * Every call succeeds; every limiter permits.
 */
public class Annotated {

    /** A closed breaker. */
    @Row(value = "annotated: breaker", target = 60)
    public static class Breaker extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.breaker();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.breaker();
        }
    }

    /** Two threads share it. */
    @Row("annotated: breaker, 2 threads")
    @Threads(2)
    public static class BreakerTwoThreads extends Breaker {}

    /** One limit for everybody. */
    @Row(value = "annotated: limiter", target = 60)
    public static class Limiter extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.limiter();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.limiter();
        }
    }

    /** A limit per agent, told from the argument; the peer knows names only, so its name is the expression. */
    @Row(value = "annotated: limiter with a key from an argument", target = 80)
    public static class KeyedLimiter extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.limiter(nextAgent());
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.limiter(nextAgent());
        }
    }

    /** A bulkhead with free seats. */
    @Row(value = "annotated: bulkhead", target = 55)
    public static class Bulkhead extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.bulkhead();
        }

        @Benchmark
        public Object spring() {
            return spring.bulkhead();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.bulkhead();
        }
    }

    /** Two threads share it. */
    @Row("annotated: bulkhead, 2 threads")
    @Threads(2)
    public static class BulkheadTwoThreads extends Bulkhead {}

    /** A timeout around a plain method. No peer has an annotation for that in Spring. */
    @Row("annotated: timeout")
    public static class Timeout extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.timeout();
        }
    }

    /** Two threads share it. */
    @Row("annotated: timeout, 2 threads")
    @Threads(2)
    public static class TimeoutTwoThreads extends Timeout {}

    /** A timeout around a method whose future is complete when it is given. */
    @Row("annotated: timeout of a complete future")
    public static class FutureTimeout extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.future().join();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.future().join();
        }
    }

    /** A retry whose first attempt succeeds. */
    @Row(value = "annotated: retry", target = 50)
    public static class Retry extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.retry();
        }

        @Benchmark
        public Object spring() {
            return spring.retry();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.retry();
        }
    }

    /** Two threads share it. */
    @Row("annotated: retry, 2 threads")
    @Threads(2)
    public static class RetryTwoThreads extends Retry {}

    /** A hit on one of sixteen entries. */
    @Row(value = "annotated: cached with one scalar key", target = 80)
    public static class CachedByKey extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.cached(nextAgent());
        }

        @Benchmark
        public Object spring() {
            return spring.cached(nextAgent());
        }
    }

    /** The same with two arguments and no key expression: ours digests them. */
    @Row(value = "annotated: cached with two arguments", target = 300)
    public static class CachedByArguments extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.cached(nextAgent(), 7);
        }

        @Benchmark
        public Object spring() {
            return spring.cached(nextAgent(), 7);
        }
    }

    /** Four guards on one method. */
    @Row(value = "annotated: breaker + limiter + bulkhead + retry", target = 110)
    public static class Four extends InSpring {

        @Benchmark
        public Object ours() {
            return ours.four();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j.four();
        }
    }

    /** Two threads share it. */
    @Row("annotated: breaker + limiter + bulkhead + retry, 2 threads")
    @Threads(2)
    public static class FourTwoThreads extends Four {}

    /** The context with the beans of all libraries; a row calls one of them. */
    public abstract static class InSpring extends Comparison {

        private static final String[] AGENTS = new String[16];

        static {
            for (int agent = 0; agent < AGENTS.length; agent++) {
                AGENTS[agent] = "agent-" + agent;
            }
        }

        private final ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(properties())
                .run();
        final GuardedByUs ours = context.getBean(GuardedByUs.class);
        final GuardedByResilience4j resilience4j = context.getBean(GuardedByResilience4j.class);
        final GuardedBySpring spring = context.getBean(GuardedBySpring.class);
        private int next;

        final String nextAgent() {
            return AGENTS[next++ & AGENTS.length - 1];
        }

        private static Map<String, Object> properties() {
            return Map.of(
                    "spring.main.banner-mode", "off",
                    "logging.level.root", "warn",
                    "resilience4j.ratelimiter.configs.default.limit-for-period", Limiters.PLENTY,
                    "resilience4j.ratelimiter.configs.default.limit-refresh-period", "1s",
                    "resilience4j.timelimiter.configs.default.timeout-duration", "2s");
        }

        @TearDown
        public void close() {
            context.close();
        }
    }

    /** The application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableCaching
    @EnableResilientMethods
    @Import({GuardedByUs.class, GuardedByResilience4j.class, GuardedBySpring.class})
    static class Application {

        @Bean
        CaffeineCacheManager cacheManager() {
            CaffeineCacheManager manager = new CaffeineCacheManager("one", "two");
            manager.setCaffeine(Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)));
            return manager;
        }
    }
}
