package dev.resilience.spring.retrylog;

/** Where lines go. Thread-safe; never throws into a call, and never keeps one waiting. */
interface Destination {

    /** Whether anybody wants a line: otherwise none is made. */
    boolean isOpen();

    /** Takes a line, which ends without a line break. */
    void accept(String line);

    /** Nothing follows: what was taken is written now. */
    void close();
}
