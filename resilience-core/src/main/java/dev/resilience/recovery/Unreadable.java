package dev.resilience.recovery;

import java.io.Serial;

/** Part of a rule can't be read: why, and what to write instead. */
final class Unreadable extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String remedy;

    Unreadable(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    String reason() {
        return getMessage();
    }

    String remedy() {
        return remedy;
    }
}
