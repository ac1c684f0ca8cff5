package dev.resilience.recovery;

import java.util.List;

/**
 * A rule of the application about what is to be done about a failure, for {@code rules: "@carrierRule"}.
 *
 * <p>It is asked on the thread on which the call failed, an event loop perhaps, so it must not block. What it throws never
 * reaches the caller: the rules that follow are asked then. Thread-safe.
 */
@FunctionalInterface
public interface RecoveryRule {

    /** What is to be done, in turn; empty to leave it to the rules that follow. */
    List<RecoveryAction> actions(Throwable failure);
}
