package dev.resilience.execution;

/** What a driver has to do next. */
enum Step {
    /** Invoke the method, or what the call is diverted to. */
    INVOKE,
    /** Let the call rest for a time. */
    PAUSE,
    /** Let the call rest until a signal completes, but no longer than a time. */
    AWAIT,
    /** Run the pipeline's inner rest once more, detached from the caller, and go on. */
    FORK,
    /** Give the caller the result. */
    DONE
}
