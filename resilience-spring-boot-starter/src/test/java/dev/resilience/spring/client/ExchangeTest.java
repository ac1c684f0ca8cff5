package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An exchange whose client makes trouble; the time passes on the thread that waits. */
class ExchangeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Exchange exchange = new Exchange(new InASecond(), time);

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(Thread.interrupted()).as("an interrupt").isFalse();
        assertThat(time.scheduled()).as("tasks").isZero();
    }

    @Test
    void whatCannotBeCancelledIsInterrupted() {
        exchange.cancelBy(ExchangeTest::fail);

        assertThatThrownBy(() -> exchange.begin(() -> {
                    time.advance(SECOND);
                    time.advance(SECOND);
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    throw new IOException("interrupted");
                }))
                .isInstanceOf(CallTimedOutException.class)
                .hasSuppressedException(new IOException("interrupted"));
    }

    @Test
    void anAnswerThatCannotBeCancelledIsClosedAndLeavesTheThreadAlone() throws IOException {
        exchange.begin(() -> "answer");
        exchange.cancelBy(ExchangeTest::fail);
        time.advance(SECOND);

        exchange.end(() -> assertThat(Thread.currentThread().isInterrupted()).isTrue());
        time.advance(SECOND);
    }

    @Test
    void whatComesTooLateToBeCancelledFailsNobody() {
        assertThatThrownBy(() -> exchange.begin(() -> {
                    time.advance(SECOND);
                    exchange.cancelBy(ExchangeTest::fail);
                    throw new IOException("late");
                }))
                .isInstanceOf(CallTimedOutException.class)
                .hasSuppressedException(new IOException("late"));
    }

    @Test
    void whatEndsAsItIsCancelledIsNotInterruptedLater() throws IOException {
        AtomicBoolean open = new AtomicBoolean(true);
        exchange.begin(() -> "answer");
        exchange.cancelBy(() -> {
            if (open.getAndSet(false)) {
                close();
            }
        });

        time.advance(SECOND);

        assertThat(open).isFalse();
    }

    private void close() {
        try {
            exchange.end(() -> {});
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void fail() {
        throw new IllegalStateException("can't be cancelled");
    }

    private final class InASecond implements CallDeadline {

        private final long due = time.nanos() + SECOND.toNanos();

        @Override
        public long remainingNanos() {
            return Math.max(0, due - time.nanos());
        }

        @Override
        public boolean isLifted() {
            return false;
        }

        @Override
        public CallTimedOutException timedOut() {
            return new CallTimedOutException("timeouts", "carrier", "Carrier.quote", SECOND.toNanos());
        }
    }
}
