package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.FakeCall;
import dev.resilience.Guards;
import dev.resilience.Outcome;
import dev.resilience.Placement.Expression;
import dev.resilience.Policy;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as written. */
class CacheInvalidationPolicyTest {

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time()).with("cache-invalidations", "quotes", "");
    private final Policy policy =
            (Policy) guards.instance("cache-invalidations", "quotes").state();

    @Test
    void dropsAfterAValueAndAfterWhatNobodyKnows() {
        withCache();

        assertThat(dropsAfter(Outcome.VALUE, null, true)).isTrue();
        assertThat(dropsAfter(Outcome.EXPIRED, new CallTimedOutException("timeouts", "t", "Test.operation", 1), true))
                .isTrue();
        assertThat(dropsAfter(Outcome.CANCELLED, new CancellationException(), true))
                .isTrue();
        assertThat(dropsAfter(Outcome.FAILURE, new IOException(new SocketTimeoutException()), true))
                .isTrue();
    }

    @Test
    void keepsWhatAMethodHasNotOvertaken() {
        withCache();

        assertThat(dropsAfter(Outcome.FAILURE, new IOException("refused"), true))
                .isFalse();
        assertThat(dropsAfter(Outcome.REFUSED, new IllegalStateException(), false))
                .isFalse();
        assertThat(dropsAfter(Outcome.EXPIRED, new IllegalStateException(), false))
                .isFalse();
        assertThat(dropsAfter(Outcome.CANCELLED, null, false)).isFalse();
        assertThat(dropsAfter(Outcome.FAILURE, new SocketTimeoutException(), false))
                .isFalse();
    }

    @Test
    void dropsOnceMoreWhenTheLastBodyThatWasLeftHasEnded() {
        withCache();
        FakeCall call = call();
        policy.admit(call);
        policy.settle(call.threw(new IOException()));

        policy.bodiesEnded(call);

        assertThat(guards.numbers("cache-invalidations", "quotes")).containsEntry("invalidations", 1L);
    }

    @Test
    void findsACacheThatIsMadeLater() {
        assertThat(dropsAfter(Outcome.VALUE, null, true)).isFalse();
        assertThat(guards.numbers("cache-invalidations", "quotes")).containsEntry("without-cache", 1L);

        withCache();

        assertThat(dropsAfter(Outcome.VALUE, null, true)).isTrue();
    }

    @Test
    void refusesAPrefixThatIsNoTextBeforeAnythingIsWritten() {
        Expression number = (arguments, context) -> 42;
        Expression nothing = (arguments, context) -> null;

        assertThatThrownBy(() -> policy.admit(new FakeCall(time).attribute("prefix", number)))
                .hasMessage("the prefix by which Test.operation drops results of the cache 'quotes' has to be a text,"
                        + " not Integer");
        assertThatThrownBy(() -> policy.admit(new FakeCall(time).attribute("prefix", nothing)))
                .hasMessageContaining("not null");
    }

    private void withCache() {
        guards.with("caches", "quotes", "");
    }

    private FakeCall call() {
        return new FakeCall(time).key("ACME");
    }

    private boolean dropsAfter(Outcome outcome, @Nullable Throwable failure, boolean invoked) {
        long before = invalidations();
        FakeCall call = call();
        policy.admit(call);
        policy.settle(call.ended(outcome, null, failure, invoked));
        return invalidations() > before;
    }

    private long invalidations() {
        return guards.numbers("cache-invalidations", "quotes")
                .get("invalidations")
                .longValue();
    }
}
