package dev.resilience.circuitbreaker;

/** Everything a breaker knows of its own standing: one object, moved by CAS. */
sealed interface State {

    /** The word for it. */
    CircuitBreakerState state();

    /** How it came to stand there. */
    Turn turn();

    /** Outcomes of calls are counted. */
    sealed interface Counting extends State {

        /** What all calls get that are let in until the breaker opens, or is closed by hand. */
        Pass.Counted pass();

        @Override
        default CircuitBreakerState state() {
            return CircuitBreakerState.CLOSED;
        }
    }

    /** Calls pass and are counted. */
    record Closed(Turn turn, Pass.Counted pass) implements Counting {}

    /**
     * A growing share of calls passes and is counted. It hasn't really closed yet.
     *
     * @param openings how often the breaker has opened since it was really closed
     */
    record Ramping(Turn turn, Pass.Counted pass, int openings, Ramp ramp) implements Counting {

        /** The same once the ramp is over. */
        Closed closed() {
            return new Closed(turn, pass);
        }
    }

    /**
     * The circuit of a key is about to leave, if nobody has come meanwhile. Whoever comes takes it back.
     *
     * @param was where it stood, and stands again if it stays
     */
    record Leaving(Counting was) implements Counting {
        @Override
        public Turn turn() {
            return was.turn();
        }

        @Override
        public Pass.Counted pass() {
            return was.pass();
        }
    }

    /** The circuit of a key has left. No step leads out of it; who comes looks for another circuit. */
    enum Gone implements State {
        INSTANCE;

        private static final Turn TURN = new Turn(0, null);

        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.CLOSED;
        }

        @Override
        public Turn turn() {
            return TURN;
        }
    }

    /**
     * Calls are refused.
     *
     * @param openings how often the breaker has opened since it was closed
     * @param refusal what they get
     * @param lookout who watches for the end of the open wait
     * @param alarm what ends it without a call
     */
    record Open(Turn turn, int openings, Pass.Refusal refusal, Lookout lookout, Alarm alarm) implements State {

        /** @param end when the open wait is over */
        Open(Turn turn, int openings, long end) {
            this(turn, openings, Pass.Refusal.until(end), new Lookout(turn.at(), end), new Alarm());
        }

        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.OPEN;
        }

        long end() {
            return refusal.end();
        }

        /** The same with an alarm that can still be set. */
        Open anew() {
            return new Open(turn, openings, end());
        }
    }

    /** Probes pass. */
    record HalfOpen(Turn turn, int openings, Probes probes) implements State {
        @Override
        public CircuitBreakerState state() {
            return CircuitBreakerState.HALF_OPEN;
        }

        HalfOpen with(Probes changed) {
            return new HalfOpen(turn, openings, changed);
        }
    }

    /** What an operator has ordered, {@code FORCED_OPEN} or {@code DISABLED}; no time changes it. */
    record Ordered(Turn turn, CircuitBreakerState state) implements State {}
}
