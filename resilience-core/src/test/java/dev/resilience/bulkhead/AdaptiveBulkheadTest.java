package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.Verdict;
import dev.resilience.configuration.Configurations;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.FailureClassifier.Knowledge;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bulkhead that learns, at its edges. What it learns is the affair of the simulation. */
class AdaptiveBulkheadTest {

    private static final BulkheadKind KIND = new BulkheadKind();

    private final ManualTime time = new ManualTime();
    private Runnable whenAsked = () -> {};

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void callsThatTakeNoTimeDoNotEndAllCalls(Adaptive adaptive) {
        BulkheadPolicy bulkhead = bulkhead("adaptive", adaptive.name(), "initial-concurrent", "2");

        for (int round = 0; round < 100; round++) {
            List<FakeCall> together =
                    Stream.of(seated(bulkhead), seated(bulkhead)).toList();
            together.forEach(call -> bulkhead.settle(call.gave("done")));
            time.advance(Duration.ofMillis(50));
        }

        assertThat(limit(bulkhead)).isPositive();
    }

    @Test
    void aFailureThatCannotBeLookedIntoGivesItsSeatBack() {
        BulkheadPolicy bulkhead = bulkhead("adaptive", "aimd");
        IOException sealed = new IOException() {
            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no look inside");
            }
        };

        Verdict verdict = bulkhead.settle(seated(bulkhead).threw(sealed));

        assertThat(verdict).isEqualTo(Verdict.proceed());
        assertThat(KIND.snapshot(bulkhead).numbers()).containsEntry("in-use", 0);
    }

    @Test
    void whoLearnedForAWayThatWasSwitchedOffMeanwhileMovesNothing() {
        BulkheadPolicy bulkhead = bulkhead("adaptive", "aimd", "initial-concurrent", "10");
        for (int call = 0; call < 30; call++) {
            overload(bulkhead);
        }
        assertThat(limit(bulkhead)).as("it does learn").isLessThan(10);

        time.advance(Duration.ofSeconds(10));
        for (int call = 0; call < 10; call++) {
            overload(bulkhead);
        }
        time.advance(Duration.ofSeconds(10));
        whenAsked = () -> KIND.reconfigure(bulkhead, configuration("max-concurrent", "30"));
        overload(bulkhead);

        assertThat(limit(bulkhead)).isEqualTo(30);
    }

    /** A call that ends as those do that are one too many. */
    private void overload(BulkheadPolicy bulkhead) {
        FakeCall call = seated(bulkhead);
        time.advance(Duration.ofMillis(100));
        bulkhead.settle(call.threw(new IllegalStateException("busy")));
    }

    private FakeCall seated(BulkheadPolicy bulkhead) {
        FakeCall call = new FakeCall(time);
        assertThat(bulkhead.admit(call)).isEqualTo(Admission.proceed());
        return call;
    }

    private static int limit(BulkheadPolicy bulkhead) {
        return KIND.snapshot(bulkhead).numbers().get("limit").intValue();
    }

    private BulkheadPolicy bulkhead(String... knobs) {
        FailureClassifier busy = this::busy;
        return KIND.create("reports", configuration(knobs), new PolicyContext(time.time(), event -> {}, List.of(busy)));
    }

    private @Nullable Knowledge busy(Throwable failure) {
        whenAsked.run();
        return new Knowledge(503, null, false);
    }

    private static BulkheadConfiguration configuration(String... knobs) {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < knobs.length; i += 2) {
            texts.put(knobs[i], knobs[i + 1]);
        }
        return Configurations.of(BulkheadConfiguration.class, texts);
    }
}
