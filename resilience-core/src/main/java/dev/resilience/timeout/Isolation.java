package dev.resilience.timeout;

/** On which thread a method runs that has a timeout. */
public enum Isolation {
    /** On its caller's, which is interrupted when the time is over: no hand-off, and whoever ignores interrupts is waited for. */
    CALLER,
    /** On one of its own, a virtual one where the JVM has them: the caller leaves when the time is over, whatever the method does. */
    THREAD
}
