package dev.resilience;

import java.io.Serial;

/**
 * Thrown by an operation to say that its call is to count as never let in: somebody further in, who decides together with
 * the policies around, has refused it. Permits go back whatever they are charged for. To those who count, it is a call
 * that was refused further in.
 */
public final class WithdrawnException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Nobody looks for where it comes from. */
    public WithdrawnException() {
        super("somebody further in has refused the call", null, false, false);
    }
}
