package dev.resilience.sample.demo;

import dev.resilience.sample.accounts.AgentProperties;
import dev.resilience.sample.carrier.Faults;
import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.carrier.Parcel;
import dev.resilience.sample.quotes.Quote;
import dev.resilience.sample.quotes.QuoteService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/**
 * Lets the carrier hang under quotes, and measures what users notice of it: through the front door, as they do.
 *
 * <p>First the carrier is well. Then it accepts requests and doesn't answer: quotes that are sent side by side run out of
 * time and become estimates, until the circuit breaker opens. While it is open, quotes are sent one after the other, and
 * the guarded method is called directly as well. Then the carrier heals; shortly before the instant for which the endpoint
 * has announced probes quotes are sent again, until the circuit breaker is closed.
 */
@Component
public class Outage implements DisposableBean {

    private static final int ROUNDS = 2;
    private static final int REQUESTS = 12;
    private static final int CALLS = 4;
    private static final int REQUESTS_WHILE_OPEN = 50;
    private static final int CALLS_WHILE_OPEN = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Parcel PARCEL = new Parcel("10115", "80331", 1200);

    private final FlakyCarrier carrier;
    private final QuoteService quotes;
    private final FrontDoor door;
    private final Stage stage;
    private final List<String> agents;
    private final AtomicInteger turn = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Outage(FlakyCarrier carrier, QuoteService quotes, FrontDoor door, Stage stage, AgentProperties agents) {
        this.carrier = carrier;
        this.quotes = quotes;
        this.door = door;
        this.stage = stage;
        this.agents = List.copyOf(agents.keys());
    }

    /** What was seen; every figure was measured. */
    public record Report(Well well, Hanging hanging, Open open, Healed healed) {}

    /** With the carrier in good health. */
    public record Well(Map<String, Long> answers, Figures requestMillis) {}

    /**
     * With the carrier hanging and the circuit breaker closed.
     *
     * @param timeoutMillis how long the carrier may take, as the endpoint tells it
     * @param guardedCallMillis until the guarded method, called directly, gives an estimate
     * @param requestMillis until the request over HTTP is answered with one
     */
    public record Hanging(
            Map<String, Long> answers, long timeoutMillis, Figures guardedCallMillis, Figures requestMillis) {}

    /**
     * With the carrier hanging and the circuit breaker open.
     *
     * @param endpoint what the endpoint said about the circuit breaker
     * @param carrierAsked how many requests reached the carrier meanwhile
     */
    public record Open(
            Breaker endpoint,
            Map<String, Long> answers,
            Figures guardedCallMicros,
            Figures requestMicros,
            long carrierAsked) {}

    /** A circuit breaker, as the endpoint tells it; probes are let in from {@code probeAt}. */
    public record Breaker(
            Instant askedAt,
            String state,
            @Nullable String reason,
            Instant since,
            @Nullable Instant probeAt,
            long remainingOpenMillis) {}

    /**
     * With the carrier in good health again.
     *
     * @param abandoned how many requests it could not answer any more, because their callers had closed the connection
     * @param answers until the circuit breaker was closed, or a minute was over
     * @param firstRealQuoteAt null if none came
     * @param millisAfterProbeAt how long after the instant the endpoint had told
     */
    public record Healed(
            Instant at,
            long abandoned,
            Map<String, Long> answers,
            @Nullable Instant firstRealQuoteAt,
            @Nullable Long millisAfterProbeAt,
            Breaker endpoint) {}

    /** Happens, once, and then is over. */
    public Report happen() throws InterruptedException {
        stage.enter("outage");
        try {
            return report();
        } finally {
            carrier.misbehave(Faults.NONE);
            stage.leave("outage");
        }
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }

    private Report report() throws InterruptedException {
        carrier.misbehave(Faults.NONE);
        untilClosed();
        Well well = well();
        // So that the carrier's limit of a second is whole again.
        TimeUnit.SECONDS.sleep(1);
        long abandoned = carrier.abandoned();
        carrier.misbehave(Faults.HANG);
        Hanging hanging = hanging();
        Open open = open();
        carrier.misbehave(Faults.NONE);
        return new Report(well, hanging, open, healed(abandoned, open.endpoint()));
    }

    private Well well() {
        List<Answer> answers = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            answers.addAll(sideBySide(REQUESTS, this::request));
        }
        return new Well(counted(answers), Figures.of(times(answers, Answer.REAL), TimeUnit.MILLISECONDS));
    }

    private Hanging hanging() {
        CompletableFuture<List<Answer>> calls =
                CompletableFuture.supplyAsync(() -> sideBySide(CALLS, this::call), threads);
        List<Answer> requests = sideBySide(REQUESTS, this::request);
        return new Hanging(
                counted(requests),
                endpoint("timeouts").at("/numbers/timeout-millis").asLong(),
                Figures.of(times(calls.join(), Answer.ESTIMATE), TimeUnit.MILLISECONDS),
                Figures.of(times(requests, Answer.ESTIMATE), TimeUnit.MILLISECONDS));
    }

    private Open open() {
        long asked = carrier.requests();
        Breaker breaker = breaker();
        List<Answer> requests =
                Stream.generate(this::request).limit(REQUESTS_WHILE_OPEN).toList();
        List<Answer> calls = Stream.generate(this::call).limit(CALLS_WHILE_OPEN).toList();
        return new Open(
                breaker,
                counted(requests),
                Figures.of(times(calls, Answer.ESTIMATE), TimeUnit.MICROSECONDS),
                Figures.of(times(requests, Answer.ESTIMATE), TimeUnit.MICROSECONDS),
                carrier.requests() - asked);
    }

    private Healed healed(long abandonedBefore, Breaker told) throws InterruptedException {
        Instant at = Instant.now();
        List<Answer> answers = untilClosed();
        Instant first = answers.stream()
                .filter(answer -> answer.kind().equals(Answer.REAL))
                .map(Answer::at)
                .findFirst()
                .orElse(null);
        Long late = first == null || told.probeAt() == null
                ? null
                : Duration.between(told.probeAt(), first).toMillis();
        return new Healed(at, carrier.abandoned() - abandonedBefore, counted(answers), first, late, breaker());
    }

    /** Sends quotes, from shortly before the endpoint says it would probe, until the circuit breaker is closed. */
    private List<Answer> untilClosed() throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        Instant end = Instant.now().plus(PATIENCE);
        do {
            long untilProbes = Math.min(PATIENCE.toMillis(), breaker().remainingOpenMillis());
            TimeUnit.MILLISECONDS.sleep(Math.max(25, untilProbes - 100));
            answers.add(request());
        } while (!breaker().state().equals("CLOSED") && Instant.now().isBefore(end));
        return answers;
    }

    private List<Answer> sideBySide(int users, Supplier<Answer> quote) {
        List<CompletableFuture<Answer>> answers = Stream.generate(() -> CompletableFuture.supplyAsync(quote, threads))
                .limit(users)
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    /** A quote over HTTP. */
    private Answer request() {
        String agent = agents.get(Math.floorMod(turn.getAndIncrement(), agents.size()));
        RestClient.RequestHeadersSpec<?> request = door.client()
                .post()
                .uri("/api/v1/quotes")
                .header("X-API-Key", agent)
                .body(PARCEL);
        return Answer.timed(() ->
                request.exchange((sent, response) -> response.getStatusCode().is2xxSuccessful()
                        ? Answer.kind(response.bodyTo(Quote.class))
                        : Integer.toString(response.getStatusCode().value())));
    }

    /** The guarded method, called directly. */
    private Answer call() {
        return Answer.timed(() -> Answer.kind(quotes.quote(PARCEL)));
    }

    private Breaker breaker() {
        JsonNode told = endpoint("circuit-breakers");
        JsonNode details = told.path("details");
        return new Breaker(
                Instant.now(),
                told.path("state").asString(),
                details.path("reason").asString(null),
                Instant.parse(details.path("since").asString()),
                details.has("probe-at") ? Instant.parse(details.path("probe-at").asString()) : null,
                told.at("/numbers/remaining-open-millis").asLong());
    }

    private JsonNode endpoint(String kind) {
        return door.client()
                .get()
                .uri("/actuator/resilience/" + kind + "/carrier")
                .retrieve()
                .requiredBody(JsonNode.class);
    }

    private static Map<String, Long> counted(List<Answer> answers) {
        Map<String, Long> counts = new TreeMap<>();
        answers.forEach(answer -> counts.merge(answer.kind(), 1L, Long::sum));
        return counts;
    }

    private static List<Long> times(List<Answer> answers, String kind) {
        return answers.stream()
                .filter(answer -> answer.kind().equals(kind))
                .map(Answer::nanos)
                .toList();
    }

    /**
     * What somebody who wanted a quote was given.
     *
     * @param kind a real quote, an estimate, or the status of a refusal
     * @param at when it came
     */
    private record Answer(String kind, Instant at, long nanos) {

        static final String REAL = "real";
        static final String ESTIMATE = "estimate";

        static Answer timed(Supplier<String> quote) {
            long begun = System.nanoTime();
            String kind = quote.get();
            long nanos = System.nanoTime() - begun;
            return new Answer(kind, Instant.now(), nanos);
        }

        static String kind(@Nullable Quote quote) {
            return quote == null || quote.estimate() ? ESTIMATE : REAL;
        }
    }
}
