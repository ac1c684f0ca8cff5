package dev.resilience.spring.metrics;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.Snapshot;
import dev.resilience.Tally;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;

/**
 * Binds the numbers of every policy to meters. What is counted is counted anyway; a meter reads it when scraped, so the
 * success path pays nothing for it.
 *
 * <p>{@code resilience.calls} by outcome, {@code resilience.interventions} by what a policy did or in shadow mode would
 * have done, {@code resilience.waits}, {@code resilience.state} with 1 for the state a policy is in,
 * {@code resilience.<kind>.<number>} for every number of a kind, and {@code resilience.durations} where durations are
 * recorded. Tags are kind and name of policies, never a key.
 */
public final class ResilienceMeters implements MeterBinder {

    private final PolicyRegistry policies;
    private final boolean durations;

    /** @param durations whether to record durations of calls, which is the only meter that costs the success path */
    public ResilienceMeters(PolicyRegistry policies, boolean durations) {
        this.policies = policies;
        this.durations = durations;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        policies.witness(instance -> bind(instance, registry));
    }

    private void bind(PolicyInstance<?, ?> instance, MeterRegistry registry) {
        String kind = instance.kind().id();
        Tags tags = Tags.of("kind", kind, "name", instance.name());
        calls(instance.tally(), tags, registry);
        interventions(instance.tally(), tags, registry);
        waits(instance.tally(), tags, registry);
        states(instance, tags, registry);
        numbers(instance, registry);
        if (durations) {
            Timer timer = Timer.builder("resilience.durations")
                    .description("How long calls through a policy take, by the coarse clock")
                    .tags(tags)
                    .register(registry);
            instance.tally().recordDurations(nanos -> timer.record(nanos, TimeUnit.NANOSECONDS));
        }
    }

    private static void calls(Tally tally, Tags tags, MeterRegistry registry) {
        for (Tally.Count outcome : Tally.Count.values()) {
            FunctionCounter.builder("resilience.calls", tally, counted -> counted.of(outcome))
                    .description("Calls through a policy by outcome; each call counts once")
                    .tags(tags.and("outcome", outcome.word()))
                    .register(registry);
        }
    }

    private static void interventions(Tally tally, Tags tags, MeterRegistry registry) {
        intervention(
                "tried-again",
                FunctionCounter.builder("resilience.interventions", tally, Tally::triedAgain),
                tags,
                registry);
        intervention(
                "diverted",
                FunctionCounter.builder("resilience.interventions", tally, Tally::diverted),
                tags,
                registry);
        intervention(
                "would-have",
                FunctionCounter.builder("resilience.interventions", tally, Tally::wouldHave),
                tags,
                registry);
    }

    private static void intervention(
            String what, FunctionCounter.Builder<Tally> counter, Tags tags, MeterRegistry registry) {
        counter.description("What a policy did to calls, or in shadow mode would have done")
                .tags(tags.and("what", what))
                .register(registry);
    }

    private static void waits(Tally tally, Tags tags, MeterRegistry registry) {
        FunctionTimer.builder("resilience.waits", tally, Tally::waits, Tally::waitNanos, TimeUnit.NANOSECONDS)
                .description("Waits a policy asked calls for")
                .tags(tags)
                .register(registry);
    }

    private static void states(PolicyInstance<?, ?> instance, Tags tags, MeterRegistry registry) {
        for (String state : instance.kind().states()) {
            Gauge.builder(
                            "resilience.state",
                            instance,
                            one -> state.equals(one.snapshot().state()) ? 1 : 0)
                    .description("1 for the state a policy is in")
                    .tags(tags.and("state", state))
                    .register(registry);
        }
    }

    private static void numbers(PolicyInstance<?, ?> instance, MeterRegistry registry) {
        Snapshot now = instance.snapshot();
        for (String number : now.numbers().keySet()) {
            Gauge.builder("resilience." + instance.kind().id() + "." + number, instance, one -> number(one, number))
                    .description(number.replace('-', ' ') + " of a "
                            + instance.kind().singular() + ", now")
                    .tags("name", instance.name())
                    .register(registry);
        }
    }

    private static double number(PolicyInstance<?, ?> instance, String name) {
        Number number = instance.snapshot().numbers().get(name);
        return number == null ? Double.NaN : number.doubleValue();
    }
}
