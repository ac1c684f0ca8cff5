package dev.resilience.proof;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a guarded method does, as chance will have it.
 *
 * @param end how it ends
 * @param nanos how long it takes
 * @param deaf whether it takes that long whatever it is told
 */
record Work(End end, long nanos, boolean deaf) {

    enum End {
        VALUE,
        NOTHING,
        EXCEPTION,
        ERROR,
        /** One that Reactor takes for the end of the machine; elsewhere an {@code Error} as any other. */
        FATAL,
        /** It fails before there is a future or a publisher. */
        FAILS_AT_ONCE,
        /** It gives no future or publisher at all. */
        GIVES_NULL
    }

    private static final End[] ENDS = End.values();

    /** Work for a call. @param longest how long it takes at most, unless it is abandoned and ends far too late */
    static Work any(Dialect dialect, RandomGenerator random, long longest) {
        End end = random.nextInt(3) == 0 ? End.VALUE : ENDS[random.nextInt(ENDS.length)];
        if (end == End.FATAL && dialect.isReactive()) {
            end = End.ERROR;
        }
        boolean far = dialect != Dialect.BLOCKING && random.nextInt(16) == 0;
        long nanos = random.nextInt(3) == 0 ? 0 : far ? longest * 10 : 1 + random.nextLong(longest);
        return new Work(end, nanos, random.nextInt(3) == 0);
    }

    /** What it throws, or null. */
    @Nullable Throwable failure() {
        return switch (end) {
            case VALUE, NOTHING, GIVES_NULL -> null;
            case EXCEPTION, FAILS_AT_ONCE -> new IllegalStateException("the work failed");
            case ERROR -> new AssertionError("the work is broken");
            case FATAL -> new StackOverflowError("the work is too deep");
        };
    }

    @Nullable Object value() {
        return end == End.VALUE ? "done" : null;
    }

    /** Gives the value or throws the failure. */
    @Nullable Object give() throws Throwable {
        Throwable failure = failure();
        if (failure != null) {
            throw failure;
        }
        return value();
    }
}
