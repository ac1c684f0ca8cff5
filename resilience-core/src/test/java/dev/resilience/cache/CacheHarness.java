package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Verdict;
import dev.resilience.configuration.Configurations;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** One cache in the hands of a test. */
final class CacheHarness {

    final ManualTime time = new ManualTime();
    final CacheKind kind = new CacheKind();
    final ResultCache cache;
    final Policy policy;

    CacheHarness(Map<String, String> texts) {
        this(texts, List.of());
    }

    CacheHarness(Map<String, String> texts, List<FailureClassifier> classifiers) {
        cache = kind.create("quotes", configuration(texts), new PolicyContext(time.time(), event -> {}, classifiers));
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
