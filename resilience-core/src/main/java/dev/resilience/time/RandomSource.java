package dev.resilience.time;

import java.util.concurrent.ThreadLocalRandom;

/** Random numbers for jitter. Thread-safe; not for secrets. */
@FunctionalInterface
public interface RandomSource {

    /** The next number, uniform in [0, 1). */
    double next();

    /** The source of the current thread. */
    static RandomSource system() {
        return () -> ThreadLocalRandom.current().nextDouble();
    }
}
