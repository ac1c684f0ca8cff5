package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LossesTest {

    private static final int CALLS = 1000;

    private final Losses losses = new Losses();
    private double limit = 100;

    @Test
    void aTenthLostIsNotTooMuchAndMoreIs() {
        assertThat(losses.areTooMany(seen(100, 0.1))).isFalse();
        assertThat(losses.areTooMany(seen(100, 0.11))).isTrue();
    }

    @Test
    void aShareThatStaysWithFewerCallsIsTheUsualOneAndTheLimitGoesBack() {
        whileLosing(0.2);
        assertThat(limit).isEqualTo(90);
        while (limit < 100) {
            whileLosing(0.2);
        }

        assertThat(limit).isEqualTo(100);
        assertThat(losses.areTooMany(seen(100, 0.25))).isFalse();
        assertThat(losses.areTooMany(seen(100, 0.29))).isTrue();
    }

    @Test
    void aShareThatFallsWithTheCallsIsTheirDoing() {
        for (int i = 0; i < 20; i++) {
            whileLosing(0.3 * limit / 100);
        }

        assertThat(limit).isEqualTo(100 * Math.pow(0.9, 11), within(1e-6));
        assertThat(losses.areTooMany(seen(100, 0.11))).isTrue();
    }

    @Test
    void moreThanAThirdIsNeverUsual() {
        for (int i = 0; i < 100; i++) {
            whileLosing(0.34);
        }

        assertThat(limit).isEqualTo(1);
    }

    @Test
    void whoHasOneSeatAndLosesSomeOfHisCallsCanOnlyGoUp() {
        limit = 1;
        whileLosing(0.2);

        assertThat(limit).isEqualTo(1);
        assertThat(losses.areTooMany(seen(1, 0.2))).isFalse();
    }

    @Test
    void theUsualShareSinksWithWhatIsSeen() {
        limit = 1;
        whileLosing(0.3);
        losses.areTooMany(seen(1, 0));

        assertThat(losses.areTooMany(seen(1, 0.2))).isTrue();
    }

    private void whileLosing(double share) {
        Latencies seen = seen((int) limit, share);
        if (losses.areTooMany(seen)) {
            limit = Math.max(1, losses.limitAfter(seen, limit, (int) limit == 1));
        }
    }

    private static Latencies seen(int inUse, double lost) {
        Latencies seen = new Latencies(0);
        for (int i = 0; i < CALLS; i++) {
            if (i < Math.round(lost * CALLS)) {
                seen.addOverload(inUse);
            } else {
                seen.add(1, inUse);
            }
        }
        return seen;
    }
}
