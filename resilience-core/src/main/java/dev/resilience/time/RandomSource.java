package dev.resilience.time;

import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Random numbers for jitter, and the few that have to be secret. Thread-safe. */
@FunctionalInterface
public interface RandomSource {

    /** The next number, uniform in [0, 1). Not for secrets. */
    double next();

    /**
     * 64 bits for a seed. A source that tests turn by hand makes them of {@link #next()}; one that serves an application
     * should make them so that nobody can guess them, as {@link #system()} does.
     */
    default long secret() {
        return (long) (next() * (1L << 32)) << 32 | (long) (next() * (1L << 32));
    }

    /** The source of the current thread; secrets come from the operating system. */
    static RandomSource system() {
        return new RandomSource() {
            @Override
            public double next() {
                return ThreadLocalRandom.current().nextDouble();
            }

            @Override
            public long secret() {
                return new SecureRandom().nextLong();
            }
        };
    }
}
