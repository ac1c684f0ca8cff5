package dev.resilience.key;

import java.util.concurrent.atomic.AtomicInteger;

/** The simplest state of a key: how many are in. At rest when nobody is. */
final class Turnstile implements Retirable {

    private static final int RETIRED = -1;

    private final AtomicInteger in = new AtomicInteger();

    boolean enters() {
        int before = in.get();
        while (before != RETIRED) {
            if (in.compareAndSet(before, before + 1)) {
                return true;
            }
            before = in.get();
        }
        return false;
    }

    void leaves() {
        in.decrementAndGet();
    }

    int in() {
        return in.get();
    }

    @Override
    public boolean isAtRest(long now) {
        return in.get() <= 0;
    }

    @Override
    public boolean retire(long now) {
        return in.compareAndSet(0, RETIRED) || in.get() == RETIRED;
    }

    /** Goes in with this key. */
    static Turnstile enter(KeyedStates<Turnstile> states, Object key, long now) {
        Turnstile state = states.of(key, now);
        while (!state.enters()) {
            state = states.insteadOf(state, key, now);
        }
        return state;
    }
}
