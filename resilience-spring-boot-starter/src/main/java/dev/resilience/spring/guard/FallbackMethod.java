package dev.resilience.spring.guard;

import dev.resilience.Target;
import java.util.function.Supplier;

/** A fallback method that was found and checked, not yet bound to an object. Signature only so far. */
final class FallbackMethod {

    /** The target that invokes it on this object: the bean behind its proxy. Ignored by static methods and other beans'. */
    Target on(Supplier<?> bean) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
