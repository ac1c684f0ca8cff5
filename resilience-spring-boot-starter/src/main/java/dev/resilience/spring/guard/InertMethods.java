package dev.resilience.spring.guard;

import dev.resilience.spring.guard.SelfCalls.SelfCall;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.Type;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds guarded methods that the proxy of their bean can't reach: private, static and final ones, those of final
 * classes, those no interface of the proxy has, and calls of a bean on itself.
 */
final class InertMethods {

    private static final String ELSEWHERE = "Move it to another bean, or wrap its body with Resilience.pipeline(…)";

    private final Predicate<Method> guarded;

    /**
     * @param guarded whether a guard is meant for a method: an annotation on the method itself, or one on the class if
     *     the method is public and not static
     */
    InertMethods(Predicate<Method> guarded) {
        this.guarded = guarded;
    }

    /**
     * What keeps guards of this bean from working.
     *
     * @param beanClass the user's class
     * @param exposed the class of the object that other beans get: the proxy's, or the same one
     */
    List<Finding> of(Class<?> beanClass, Class<?> exposed) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Method> reachable = new HashMap<>();
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(beanClass)) {
            if (method.isSynthetic() || !guarded.test(method)) {
                continue;
            }
            Finding finding = unreachable(method, beanClass, exposed);
            if (finding == null) {
                reachable.put(method.getName() + Type.getMethodDescriptor(method), method);
            } else {
                findings.add(finding);
            }
        }
        if (!reachable.isEmpty()) {
            findings.addAll(selfCalls(beanClass, reachable));
        }
        return List.copyOf(findings);
    }

    /** Whether the proxy can't stand in front of a method of this bean. */
    static boolean isUnreachable(Method method, Class<?> beanClass, Class<?> exposed) {
        return unreachable(method, beanClass, exposed) != null;
    }

    private static @Nullable Finding unreachable(Method method, Class<?> beanClass, Class<?> exposed) {
        String where = JavaSyntax.reference(method);
        if (Modifier.isStatic(method.getModifiers())) {
            return Finding.error("static-method", where, "is static, and a proxy only sees objects.", ELSEWHERE + ".");
        }
        if (Modifier.isPrivate(method.getModifiers())) {
            return Finding.error(
                    "private-method",
                    where,
                    "is private, so that no proxy sees it.",
                    "Make it visible and call it from another bean, or wrap its body with Resilience.pipeline(…).");
        }
        if (Proxy.isProxyClass(exposed)) {
            return isInterfaceMethod(method, exposed) ? null : notInInterface(where, exposed);
        }
        return unextendable(method, beanClass, where);
    }

    private static @Nullable Finding unextendable(Method method, Class<?> beanClass, String where) {
        if (Modifier.isFinal(beanClass.getModifiers())) {
            return Finding.error(
                    "final-class",
                    where,
                    "belongs to a " + (beanClass.isRecord() ? "record" : "final class")
                            + ", which a proxy can't extend.",
                    "Let " + beanClass.getSimpleName() + (beanClass.isRecord() ? " be an open class" : " not be final")
                            + ", or give it an interface and annotate it with @Proxyable(INTERFACES).");
        }
        if (Modifier.isFinal(method.getModifiers())) {
            return Finding.error(
                    "final-method", where, "is final, so that the proxy can't override it.", "Remove final.");
        }
        return null;
    }

    private static Finding notInInterface(String where, Class<?> exposed) {
        List<String> interfaces =
                Arrays.stream(exposed.getInterfaces()).map(Class::getSimpleName).toList();
        return Finding.error(
                "not-in-interface",
                where,
                "is in none of the interfaces of its proxy, " + String.join(", ", interfaces) + ".",
                "Add it to the interface, or set spring.aop.proxy-target-class=true.");
    }

    /** Of a generic interface the erased method is found through its bridge. */
    private static boolean isInterfaceMethod(Method method, Class<?> exposed) {
        Stream<Method> bridges = Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(bridge -> bridge.isBridge()
                        && BridgeMethodResolver.findBridgedMethod(bridge).equals(method));
        return Stream.concat(Stream.of(method), bridges).anyMatch(candidate -> Arrays.stream(exposed.getInterfaces())
                .anyMatch(type -> ClassUtils.hasMethod(type, candidate.getName(), candidate.getParameterTypes())));
    }

    private static List<Finding> selfCalls(Class<?> beanClass, Map<String, Method> reachable) {
        List<Finding> findings = new ArrayList<>();
        for (Class<?> type = beanClass;
                type != null && !type.getName().startsWith("java.");
                type = type.getSuperclass()) {
            for (SelfCall call : SelfCalls.of(type)) {
                Method callee = reachable.get(call.callee());
                if (callee != null) {
                    findings.add(selfCall(type, call, callee));
                }
            }
        }
        return findings;
    }

    private static Finding selfCall(Class<?> type, SelfCall call, Method callee) {
        return Finding.warning(
                "self-call",
                type.getSimpleName() + "#" + call.caller() + (call.line() > 0 ? ", line " + call.line() : ""),
                "calls " + JavaSyntax.reference(callee) + " on itself, past the proxy and its guards.",
                "Move the callee to another bean, inject the bean into itself and call that, "
                        + "or wrap the call with Resilience.pipeline(…).");
    }
}
