package dev.resilience.spring.docs;

import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.cache.ResultCopier;
import dev.resilience.cache.ResultWeigher;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.event.ResilienceListener;
import dev.resilience.recovery.RecoveryAction;
import dev.resilience.recovery.RecoveryRule;
import dev.resilience.recovery.Restartable;
import dev.resilience.spring.InvalidateCache;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.client.RestClientDeadlines;
import dev.resilience.spring.client.WebClientDeadlines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The examples of the documentation, one class for each page: each runs with the YAML of its page. */
final class Examples {

    private Examples() {}

    /** The README. */
    static class Readme {
        private final Carrier carrier = new Carrier();

        @RateLimited(name = "agents", key = "#agentId") // for each agent
        @Retryable("upstream") // backs off, obeys Retry-After, keeps a budget
        @CircuitBreaker("upstream") // stops calling what is down
        @Fallback("estimate") // what to answer then, checked at start-up
        public Quote quote(String agentId, Request request) {
            return carrier.quote(request);
        }

        private Quote estimate(String agentId, Request request) {
            return new Quote(request.symbol());
        }
    }

    /** The end of the README. */
    static final class WithoutAnnotations {
        private final Model model = input -> new Score(1);

        Score score(Resilience resilience, Request input) throws Exception {
            Pipeline pipeline = resilience.pipeline("ml");
            Score score = pipeline.call(() -> model.score(input));
            return score;
        }
    }

    /** The index of the patterns. */
    static class Index {
        private final Carrier carrier = new Carrier();

        @Resilient("carrier")
        public Quote quote(String symbol) {
            return carrier.quote(symbol);
        }
    }

    /** The page about rate limiters. */
    static class RateLimiter {
        private final Carrier carrier = new Carrier();

        @RateLimited(name = "agents", key = "#agentId", tier = "#role")
        public Quote quote(String agentId, String role) {
            return carrier.quote(agentId);
        }

        @RateLimited("60/1m")
        public Report report() {
            return carrier.report();
        }
    }

    /** The page about retries. */
    static class Retry {
        private final Carrier carrier = new Carrier();

        @Retryable(name = "upstream", idempotent = true)
        public Quote quote(String symbol) {
            return carrier.quote(symbol);
        }

        @Retryable("quotes")
        public Quote readQuote(String symbol) {
            return carrier.quote(symbol);
        }
    }

    /** The page about the retry log. */
    static class Hearing {

        @Bean
        ResilienceListener lastChances(Alarm alarm) {
            return event -> {
                if (event instanceof TriedAgain retry && retry.attempt() == retry.of()) {
                    alarm.lastChance(retry.operation());
                }
            };
        }
    }

    /** The page about circuit breakers. */
    static class Breaker {
        private final Carrier carrier = new Carrier();

        @CircuitBreaker("upstream")
        public Quote quote(String symbol) {
            return carrier.quote(symbol);
        }

        @CircuitBreaker(name = "hosts", key = "#host")
        public Quote quote(String host, String symbol) {
            return carrier.quote(symbol);
        }
    }

    /** The page about bulkheads. */
    static class Seats {
        private final Carrier carrier = new Carrier();

        @Bulkhead("reports")
        public Report report() {
            return carrier.report();
        }

        @Bulkhead(maxConcurrent = "10", maxWait = "500ms")
        public CompletableFuture<Report> reportLater() {
            return carrier.reportLater();
        }

        @Bulkhead(name = "reports", priority = "low")
        public Report nightlyReport() {
            return carrier.report();
        }

        @Bulkhead(adaptive = "gradient")
        public Quote quote(String symbol) {
            return carrier.quote(symbol);
        }
    }

    /** The page about timeouts. */
    static class Timed {
        private final Carrier carrier = new Carrier();

        @Timeout("2s")
        public Quote quote(String symbol) {
            return carrier.quote(symbol);
        }

        @Timeout(name = "prices", returning = "0")
        public int price(String symbol) {
            return carrier.price(symbol);
        }

        @Timeout(timeout = "2s", isolation = "thread")
        public Report report(String symbol) {
            return carrier.report(symbol); // never looks at the interrupt flag
        }
    }

    /** The page about deadlines in HTTP clients. */
    static final class Clients {

        RestClient carrier(RestClientDeadlines deadlines) {
            return RestClient.builder()
                    .requestFactory(deadlines.bound(new JdkClientHttpRequestFactory()))
                    .build();
        }

        WebClient carrier(WebClientDeadlines deadlines) {
            return WebClient.builder().filter(deadlines).build();
        }
    }

    /** The page about fallbacks. */
    static class Replaced {
        private final Carrier carrier = new Carrier();

        @Fallback("lastQuote")
        public Quote quote(String symbol) {
            return carrier.quote(symbol);
        }

        private Quote lastQuote(String symbol, CallTimedOutException late) {
            return new Quote(symbol);
        }

        private Quote lastQuote(String symbol) {
            return new Quote("unknown");
        }

        @Fallback(name = "prices", returning = "0")
        public int price(String symbol) {
            return carrier.price(symbol);
        }

        @Cached(ttl = "1m")
        @Fallback(lastGood = "10m", method = "lastQuote")
        public Quote freshQuote(String symbol) {
            return carrier.quote(symbol);
        }
    }

    /** The page about recoveries. */
    static class Recovered {
        private final Carrier carrier = new Carrier();

        @Recovery(name = "carrier", key = "#host", fallback = "lastQuote")
        public Quote quote(String host, String symbol) {
            return carrier.quote(symbol);
        }

        private Quote lastQuote(String host, String symbol) {
            return new Quote(symbol);
        }

        @Bean
        Restartable carrierClient() {
            return carrier::reconnect;
        }
    }

    /** What a page about recoveries says that isn't on a method. */
    static final class Rules {

        RecoveryRule carrierRule() {
            return failure -> failure instanceof TimeoutException
                    ? List.of(RecoveryAction.retry(1), RecoveryAction.escalate())
                    : List.of();
        }
    }

    /** The page about caches. */
    static class Kept {
        private final Carrier carrier = new Carrier();

        @Cached("trends")
        public List<String> trends(String category, int top) {
            return carrier.trends(category, top);
        }

        @Cached(name = "quotes", key = "#request.symbol")
        public Quote quote(Request request) {
            return carrier.quote(request.symbol());
        }

        @Cached(ttl = "1m", staleIfError = "1h")
        public Quote lastKnown(String symbol) {
            return carrier.quote(symbol);
        }

        @Cached(ttl = "1m", refreshAhead = "20", staleWhileRevalidate = "30s")
        public Quote neverWaitedFor(String symbol) {
            return carrier.quote(symbol);
        }

        @Cached(ttl = "1h", negativeTtl = "5s", negativeOn = "NoSuchElementException")
        public Quote mayBeMissing(String symbol) {
            return carrier.quote(symbol);
        }

        @Cached(ttl = "1m", varyBy = "principal")
        public Report sales(String month) {
            return carrier.report(month);
        }

        Score score(Resilience resilience, Model model, Request input) throws Exception {
            Pipeline pipeline = resilience.pipeline("ml");
            Score score = pipeline.forKey(input.symbol()).call(() -> model.score(input));
            return score;
        }

        @Bean
        ResultWeigher quoteWeigher() {
            return quote -> ((Quote) quote).symbol().length();
        }

        @Bean
        ResultCopier listCopier() {
            return list -> new ArrayList<>((List<?>) list);
        }
    }

    /** The page about invalidations. */
    static class Overtaken {
        private final Carrier carrier = new Carrier();

        @Cached(name = "quotes", key = "#shop + '/' + #symbol")
        public Quote quote(String shop, String symbol) {
            return carrier.quote(symbol);
        }

        @CacheInvalidate(name = "quotes", key = "#shop + '/' + #quote.symbol")
        public void change(String shop, Quote quote) {
            carrier.change(quote);
        }

        @CacheInvalidate(name = "quotes", prefix = "#shop + '/'")
        public void close(String shop) {
            carrier.close(shop);
        }

        @CacheInvalidate(name = "quotes", operation = "quote")
        @CacheInvalidate(name = "reports", all = true)
        public Mono<Void> reload() {
            return carrier.reload();
        }

        @Cached("reports")
        public Report report(String symbol) {
            return carrier.report(symbol);
        }
    }

    /** What is steered in code. */
    static final class ByHand {

        static void open(PolicyRegistry policies) {
            CircuitBreakerPolicy upstream = (CircuitBreakerPolicy)
                    policies.find("circuit-breakers", "upstream").orElseThrow().state();
            upstream.forceOpen();
            upstream.forceOpen("eu.example.com");
        }

        static void forget(Resilience resilience) {
            resilience.cache("quotes").invalidate("ACME");
            resilience.cache("trends").invalidateOperation("QuoteService.trends");
            resilience.cache("trends").invalidateAll();
        }

        static void tell(ApplicationEventPublisher events) {
            events.publishEvent(InvalidateCache.key("quotes", "ACME"));
        }
    }

    record Quote(String symbol) {}

    record Request(String symbol) {}

    record Report(int sales) {}

    record Score(double value) {}

    interface Model {
        Score score(Request input);
    }

    /** What the examples call. */
    static final class Carrier {

        Quote quote(Request request) {
            return quote(request.symbol());
        }

        Quote quote(String symbol) {
            return new Quote(symbol);
        }

        void change(Quote quote) {
            // There is nothing to write to.
        }

        void close(String shop) {
            // Likewise.
        }

        Mono<Void> reload() {
            return Mono.empty();
        }

        void reconnect() {
            // There is nothing to connect to.
        }

        Report report() {
            return new Report(7);
        }

        Report report(String symbol) {
            return new Report(symbol.length());
        }

        CompletableFuture<Report> reportLater() {
            return CompletableFuture.completedFuture(report());
        }

        int price(String symbol) {
            return symbol.length();
        }

        List<String> trends(String category, int top) {
            return List.of(category).subList(0, Math.min(1, top));
        }
    }

    /** Somebody who wants to know. */
    interface Alarm {
        void lastChance(String operation);
    }
}
