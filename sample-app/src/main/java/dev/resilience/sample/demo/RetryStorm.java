package dev.resilience.sample.demo;

import dev.resilience.Resilience;
import dev.resilience.sample.carrier.Faults;
import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.demo.Crowd.Answer;
import dev.resilience.sample.demo.RetryStormReport.Bookings;
import dev.resilience.sample.demo.RetryStormReport.Down;
import dev.resilience.sample.demo.RetryStormReport.Healed;
import dev.resilience.sample.demo.RetryStormReport.Layer;
import dev.resilience.sample.demo.RetryStormReport.Naive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lets the carrier go down under two hundred callers, whose quotes pass three layers that all try again, and counts what
 * reaches it. Beside them some hand parcels over, which must not be done twice. A few come before, to show what becomes of
 * the same layers with plain loops.
 */
@Component
public class RetryStorm {

    private static final Faults DOWN = Faults.failing(1, 5);
    private static final int CALLERS = 200;
    private static final int FEW = 10;
    private static final long CALM_SECONDS = 2;
    private static final long HEALING_SECONDS = 5;
    private static final long HEALED_SECONDS = 3;

    private final FlakyCarrier carrier;
    private final NestedRetries retries;
    private final Resilience resilience;
    private final Stage stage;

    RetryStorm(FlakyCarrier carrier, NestedRetries retries, Resilience resilience, Stage stage) {
        this.carrier = carrier;
        this.retries = retries;
        this.resilience = resilience;
        this.stage = stage;
    }

    /**
     * Rages while the carrier is down for so long, and until it has been up again for some seconds.
     *
     * @param breaker whether there is a circuit breaker, or only budgets
     */
    public RetryStormReport rage(long seconds, boolean breaker) throws InterruptedException {
        stage.enter("retry storm");
        try {
            return report(seconds, breaker ? "rates" : "rates-unbroken");
        } finally {
            carrier.misbehave(Faults.NONE);
            stage.leave("retry storm");
        }
    }

    private RetryStormReport report(long seconds, String innermost) throws InterruptedException {
        Naive naive = naive();
        long booked = carrier.bookings();
        Crowd callers = new Crowd(CALLERS, () -> retries.guarded(innermost));
        Crowd bookers = new Crowd(FEW, retries::book);
        try (callers;
                bookers) {
            TimeUnit.SECONDS.sleep(CALM_SECONDS);
            Down down = down(seconds, callers);
            Healed healed = healed(callers);
            bookers.close();
            Bookings bookings = Bookings.of(bookers.calls(), carrier.bookings() - booked);
            return new RetryStormReport(down, healed, bookings, naive, layers(innermost));
        }
    }

    private Naive naive() throws InterruptedException {
        carrier.misbehave(DOWN);
        long asked = carrier.requests();
        Crowd callers = new Crowd(FEW, retries::naive);
        try (callers) {
            TimeUnit.SECONDS.sleep(1);
        }
        carrier.misbehave(Faults.NONE);
        return Naive.of(callers.calls(), carrier.requests() - asked);
    }

    private Down down(long seconds, Crowd callers) throws InterruptedException {
        long asked = carrier.requests();
        long from = System.nanoTime();
        carrier.misbehave(DOWN);
        TimeUnit.SECONDS.sleep(seconds);
        long reached = carrier.requests() - asked;
        long offered = callers.between(from, System.nanoTime()).size();
        return Down.of(seconds, CALLERS, offered, reached);
    }

    private Healed healed(Crowd callers) throws InterruptedException {
        long from = System.nanoTime();
        carrier.misbehave(Faults.NONE);
        long settled = from + TimeUnit.SECONDS.toNanos(HEALING_SECONDS);
        TimeUnit.SECONDS.sleep(HEALING_SECONDS + HEALED_SECONDS);
        callers.close();
        long end = System.nanoTime();
        return new Healed(
                goodShare(callers.between(from, settled)),
                goodShare(callers.between(settled, end)),
                lastFailureMillis(callers.between(from, end), from));
    }

    private Map<String, Layer> layers(String innermost) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        List.of("checkout", "shipping", innermost)
                .forEach(name -> layers.put(name, Layer.of(resilience.pipeline(name))));
        return layers;
    }

    private static double goodShare(List<Answer> answers) {
        return RetryStormReport.ratio(answers.stream().filter(Answer::good).count(), answers.size());
    }

    private static @Nullable Long lastFailureMillis(List<Answer> answers, long from) {
        return answers.stream()
                .filter(answer -> !answer.good())
                .map(answer -> TimeUnit.NANOSECONDS.toMillis(answer.begun() - from))
                .max(Long::compare)
                .orElse(null);
    }
}
