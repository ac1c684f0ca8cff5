package dev.resilience.execution;

import dev.resilience.OngoingCall;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Drives calls that begin on the caller's thread and end elsewhere: it takes them up to the method and hands them over.
 *
 * <p>Nothing can be done about such a call but to settle it when its end is told, so its policies may only let it in or
 * fail it (see {@link dev.resilience.Policy#onlyAdmits}). One that does anything else all the same ends the call: what is
 * open is settled as cancelled.
 */
public final class OngoingDriver {

    private OngoingDriver() {}

    /** Lets a call in, as far as the method. @throws Throwable what a policy refused it with */
    public static OngoingCall enter(Route route, Object[] arguments) throws Throwable {
        Execution execution = new Execution(route, arguments, OngoingDriver::noAlarm, CallScope.current(), null, false);
        if (walkIn(execution) == Step.INVOKE) {
            return new Ongoing(execution);
        }
        execution.result();
        throw new IllegalStateException("a policy of " + route.operation() + " answered a call that ends elsewhere");
    }

    /** A walk that breaks off, or that leads to what nobody can do here, is given up, lest a permit is lost. */
    private static Step walkIn(Execution execution) {
        Step step = Step.FORK;
        try {
            step = execution.start();
            while (step == Step.PAUSE || step == Step.AWAIT) {
                step = BlockingDriver.rest(execution, step);
            }
            return step;
        } finally {
            if (step == Step.FORK) {
                execution.cancelled();
            }
        }
    }

    private static Alarm noAlarm() {
        throw new IllegalStateException("a call that ends elsewhere can't be given a deadline");
    }

    /** Rivals are those who tell its end: one takes the execution away, and with it what was written before. */
    private static final class Ongoing implements OngoingCall {
        private final AtomicReference<@Nullable Execution> ongoing;

        private Ongoing(Execution execution) {
            this.ongoing = new AtomicReference<>(execution);
        }

        @Override
        public void returned(@Nullable Object value) {
            Execution execution = ongoing.getAndSet(null);
            if (execution != null) {
                end(execution, execution.returned(value));
            }
        }

        @Override
        public void threw(Throwable failure) {
            Execution execution = ongoing.getAndSet(null);
            if (execution != null) {
                end(execution, execution.threw(failure));
            }
        }

        private static void end(Execution execution, Step step) {
            if (step != Step.DONE) {
                execution.cancelled();
            }
        }
    }
}
