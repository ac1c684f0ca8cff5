package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Collaborators;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Verdict;
import dev.resilience.configuration.Configurations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** One cache in the hands of a test. */
final class CacheHarness {

    final ManualTime time = new ManualTime();
    final CacheKind kind = new CacheKind();
    final ResultCache cache;
    final Policy policy;
    final List<ResilienceEvent> events = new ArrayList<>();

    CacheHarness(Map<String, String> texts) {
        this(texts, List.of());
    }

    CacheHarness(Map<String, String> texts, List<FailureClassifier> classifiers) {
        this(texts, classifiers, Map.of());
    }

    /** @param named what the application lends */
    CacheHarness(Map<String, String> texts, List<FailureClassifier> classifiers, Map<String, ?> named) {
        Collaborators lent = Collaborators.of(named);
        PolicyContext context =
                new PolicyContext(time.time(), events::add, classifiers, new NamedOutcomeRules(lent), lent);
        cache = kind.create("quotes", configuration(texts), context);
        policy = kind.places(cache).get(0).policy();
    }

    static CacheConfiguration configuration(Map<String, String> texts) {
        return Configurations.of(CacheConfiguration.class, texts);
    }

    FakeCall call(Object... arguments) {
        return new FakeCall(time).arguments(arguments);
    }

    /** A call that misses and loads this. */
    void load(FakeCall call, Object value) {
        if (policy.admit(call) != Admission.proceed()) {
            throw new AssertionError("not a miss");
        }
        policy.settle(call.gave(value));
    }

    /** A call that misses, and whose load fails with this. */
    Verdict fail(Throwable failure, Object... arguments) {
        FakeCall call = call(arguments);
        if (policy.admit(call) != Admission.proceed()) {
            throw new AssertionError("not a miss");
        }
        return policy.settle(call.threw(failure));
    }

    void reconfigure(Map<String, String> texts) {
        kind.reconfigure(cache, configuration(texts));
    }

    Admission ask(Object... arguments) {
        return policy.admit(call(arguments));
    }

    Verdict cancel(FakeCall call) {
        return policy.settle(call.ended(Outcome.CANCELLED, null, new CancellationException(), false));
    }

    Number number(String name) {
        return kind.snapshot(cache).numbers().get(name);
    }
}
