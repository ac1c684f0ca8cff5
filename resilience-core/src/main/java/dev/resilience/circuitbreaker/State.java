package dev.resilience.circuitbreaker;

/** Everything a breaker knows of its own standing: one immutable object, moved by CAS. */
sealed interface State {

    /** The word for it. */
    CircuitBreakerState state();

    /** Calls pass and are counted. */
    record Closed(Pass.Counted pass) implements State {
        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.CLOSED;
        }
    }

    /**
     * Calls are refused.
     *
     * @param openings how often the breaker has opened since it was closed
     * @param end when the open wait is over
     */
    record Open(int openings, long end) implements State {
        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.OPEN;
        }
    }

    /** Probes pass. */
    record HalfOpen(int openings, Probes probes) implements State {
        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.HALF_OPEN;
        }

        HalfOpen with(Probes changed) {
            return new HalfOpen(openings, changed);
        }
    }

    /** What an operator has ordered; no time changes it. */
    enum Manual implements State {
        FORCED_OPEN,
        DISABLED;

        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.valueOf(name());
        }
    }
}
