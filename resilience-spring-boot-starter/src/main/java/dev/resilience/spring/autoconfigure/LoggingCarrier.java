package dev.resilience.spring.autoconfigure;

import dev.resilience.ContextCarrier;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Carries the diagnostic context of the log. */
final class LoggingCarrier implements ContextCarrier {

    @Override
    public Captured capture() {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return () -> {
            Map<String, String> before = MDC.getCopyOfContextMap();
            put(context);
            return () -> put(before);
        };
    }

    private static void put(@Nullable Map<String, String> context) {
        if (context == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(context);
        }
    }
}
