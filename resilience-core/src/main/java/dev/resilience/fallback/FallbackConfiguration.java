package dev.resilience.fallback;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import dev.resilience.failure.ThrowableMatcher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What replaces a failed call, and which failures it replaces. */
public record FallbackConfiguration(
        @Knob(
                value =
                        "How old the last good value may be that a cache on the method still has, to be given before anything else;"
                                + " unset, it isn't asked for.",
                example = "10m")
        @Nullable Duration lastGood,

        @Knob(
                value = "The methods to try in turn: of the same bean, or bean::method.",
                example = "cheapQuote, archive::lastQuote")
        List<String> method,

        @Knob(value = "The value to give when there is no method, or all of them have failed.", example = "0") @Nullable String value,

        @Knob(
                value =
                        "The exceptions that are covered, subclasses and nested causes included; every exception but a cancellation where"
                                + " none is named. A limit's refusal of the caller is covered only if its own class is named.",
                example = "java.io.IOException",
                namesExceptions = true)
        List<String> on,

        @Knob(
                value = "The exceptions that are never covered.",
                example = "java.lang.IllegalArgumentException",
                namesExceptions = true)
        List<String> never) {

    public FallbackConfiguration {
        method = List.copyOf(method);
        on = List.copyOf(on);
        never = List.copyOf(never);
        Rules rules = new Rules().positive("last-good", lastGood, "10m");
        for (String name : method) {
            rules.that(MethodNames.isOne(name), "method", name, "names no method", "cheapQuote");
        }
        on.forEach(name -> exception(rules, "on", name, "java.io.IOException"));
        never.forEach(name -> exception(rules, "never", name, "java.lang.IllegalArgumentException"));
        for (String name : never) {
            rules.that(!on.contains(name), "never", name, "is also in 'on'", "java.lang.IllegalArgumentException");
        }
        rules.report();
    }

    private static void exception(Rules rules, String property, String name, String example) {
        rules.that(ThrowableMatcher.isName(name), property, name, "is no name of an exception", example);
    }
}
