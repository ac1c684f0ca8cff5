package dev.resilience.spring.docs;

import dev.resilience.CallRejectedException;

/** Another call of the same key is under way. */
final class BusyException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    BusyException(String name) {
        super(OneAtATimeKind.ID, name, UNKNOWN);
    }

    @Override
    protected String reason() {
        return "another call of its key is under way";
    }
}
