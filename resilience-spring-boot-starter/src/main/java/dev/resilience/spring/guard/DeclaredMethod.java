package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method with all annotations that guard it, the nearest of each kind.
 *
 * @param method the most specific method
 * @param owner the user's class that the method is called on: the bean's, or the interface of a client
 * @param operation such as {@code QuoteService.quote}
 * @param declarations the policies
 * @param pipeline the pipeline, if {@code @Resilient} is there
 */
record DeclaredMethod(
        Method method,
        Class<?> owner,
        String operation,
        List<Declaration> declarations,
        @Nullable DeclaredPipeline pipeline) {

    /** Whether a call of this method, as the class has it, is a call of ours. */
    boolean isCalled(Method called) {
        return Methods.isSame(method, called);
    }

    /** The method as origins show it: {@code QuoteService#quote}. */
    String place() {
        return owner.getSimpleName() + "#" + method.getName();
    }
}
