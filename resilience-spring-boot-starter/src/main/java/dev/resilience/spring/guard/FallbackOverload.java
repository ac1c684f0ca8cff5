package dev.resilience.spring.guard;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/** One method that can be invoked in place of the guarded one: with its arguments or none, with the failure or without. */
final class FallbackOverload {

    /** The most special exception first; what takes no exception last. */
    static final Comparator<FallbackOverload> MOST_SPECIAL_FIRST =
            Comparator.comparingInt(overload -> -depth(overload.exception));

    final Method method;
    final @Nullable Class<?> exception;
    private final int taken;
    private final boolean proxied;
    private volatile @Nullable MethodHandle handle;

    /**
     * @param taken how many arguments of the guarded method it takes: all or none
     * @param exception the type of its last parameter, if that takes the failure
     * @param proxied whether it is invoked through a proxy, known only when the bean is
     */
    FallbackOverload(Method method, int taken, @Nullable Class<?> exception, boolean proxied) {
        this.method = method;
        this.taken = taken;
        this.exception = exception;
        this.proxied = proxied;
    }

    /**
     * Fails where the module of the class keeps it shut.
     *
     * @param client whether the bean has no class but its interface, as HTTP clients do. Their default methods are called past
     *     their invocation handler: Spring's reaches only those of public interfaces
     */
    void open(boolean client) throws IllegalAccessException {
        method.setAccessible(true);
        if (!proxied) {
            handle = spread(
                    client && method.isDefault()
                            ? special(method)
                            : MethodHandles.lookup().unreflect(method));
        }
    }

    private static MethodHandle special(Method method) throws IllegalAccessException {
        Class<?> type = method.getDeclaringClass();
        return MethodHandles.privateLookupIn(type, MethodHandles.lookup()).unreflectSpecial(method, type);
    }

    /** A call diverted because of its value has no failure: only the widest exception parameters live with null. */
    boolean covers(@Nullable Throwable failure) {
        return exception == null
                || (failure == null ? exception.isAssignableFrom(Exception.class) : exception.isInstance(failure));
    }

    /** Through a method handle: what the method throws is what comes out. */
    @Nullable Object invoke(Supplier<?> owner, Object[] arguments, @Nullable Throwable failure) throws Throwable {
        Object receiver = isStatic() ? null : owner.get();
        MethodHandle known = handle;
        if (known == null) {
            Method invocable = AopUtils.selectInvocableMethod(method, receiver.getClass());
            invocable.setAccessible(true);
            known = spread(MethodHandles.lookup().unreflect(invocable));
            handle = known;
        }
        return call(known, filled(receiver, arguments, failure));
    }

    private @Nullable Object call(MethodHandle known, @Nullable Object[] filled) throws Throwable {
        if (!Guarded.isSuspend(method)) {
            return known.invokeExact(filled);
        }
        return Suspensions.mono(continuation -> {
            @Nullable Object[] mine = filled.clone();
            mine[mine.length - 1] = continuation;
            return known.invokeExact(mine);
        });
    }

    /** The last of a suspend function is left for its continuation. */
    private @Nullable Object[] filled(@Nullable Object receiver, Object[] arguments, @Nullable Throwable failure) {
        int first = isStatic() ? 0 : 1;
        @Nullable Object[] filled = new Object[first + method.getParameterCount()];
        System.arraycopy(arguments, 0, filled, first, taken);
        if (first == 1) {
            filled[0] = receiver;
        }
        if (exception != null) {
            filled[first + taken] = failure;
        }
        return filled;
    }

    private static MethodHandle spread(MethodHandle invocable) {
        MethodHandle fixed = invocable.asFixedArity();
        MethodHandle generic = fixed.asType(fixed.type().generic());
        return generic.asSpreader(Object[].class, generic.type().parameterCount());
    }

    private boolean isStatic() {
        return Modifier.isStatic(method.getModifiers());
    }

    private static int depth(@Nullable Class<?> exception) {
        int depth = 0;
        for (Class<?> type = exception; type != null; type = type.getSuperclass()) {
            depth++;
        }
        return depth;
    }

    @Override
    public String toString() {
        return JavaSyntax.reference(method);
    }
}
