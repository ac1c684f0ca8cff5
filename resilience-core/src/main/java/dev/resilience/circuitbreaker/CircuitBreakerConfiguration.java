package dev.resilience.circuitbreaker;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Plural;
import dev.resilience.configuration.Rules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.failure.StatusRange;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When a circuit breaker opens, how long it stays open, and what convinces it to close. */
public record CircuitBreakerConfiguration(
        @Knob(value = "How far back it looks: a number of calls, or a time.", byDefault = "100", example = "60s")
        Window window,

        @Knob(value = "How many calls in the window a rate needs to mean something.", byDefault = "10")
        Integer minimumCalls,

        @Knob(value = "Opens at this share of failed calls, in percent.", byDefault = "50")
        Double failureRateThreshold,

        @Knob(value = "A call that takes this long is slow. Unset, no call is.", example = "2s") @Nullable Duration slowCallDuration,

        @Knob(
                value = "Opens at this share of slow calls, in percent. Unset, 100 if slow-call-duration is set.",
                example = "80")
        Double slowCallRateThreshold,

        @Knob(value = "Opens after this many failures one after the other, whatever the rates.", example = "5")
        @Nullable Integer consecutiveFailures,

        @Knob(value = "Opens at this many failures in the window, whatever the rates.", example = "20") @Nullable Integer failuresInWindow,

        @Knob(value = "How long it stays open the first time.", byDefault = "30s")
        Duration openWait,

        @Knob(
                value = "By how much the open wait grows each time it opens again without having closed; 1 keeps it.",
                byDefault = "2")
        Double openWaitMultiplier,

        @Knob(value = "The longest open wait.", byDefault = "5m")
        Duration maxOpenWait,

        @Knob(value = "The share of the open wait that chance may take off, in percent.", byDefault = "10")
        Double openWaitJitter,

        @Knob(
                value =
                        "Whether the Retry-After of the failure that opens it replaces the open wait, up to max-open-wait.",
                byDefault = "true")
        Boolean honorRetryAfter,

        @Knob(
                value = "Whether it goes half-open as soon as the open wait is over, even if nobody calls.",
                byDefault = "false")
        Boolean automaticHalfOpen,

        @Knob(value = "How many probes it lets in while it is half-open.", byDefault = "3")
        Integer probes,

        @Knob(value = "After this time a probe that has not come back counts as failed.", byDefault = "60s")
        Duration probeLease,

        @Knob(value = "How many probes must succeed for it to close. Unset, all of them.", example = "2")
        Integer successThreshold,

        @Knob(
                value =
                        "How long it takes, once probes have closed it, to let in all calls again: the share grows evenly from"
                                + " 10 %. Unset, all at once.",
                example = "30s")
        @Nullable Duration ramp,

        @Knob(
                value =
                        "Exception classes that count as failures, by simple or full name, nested causes included; all others"
                                + " are then as good as a value. Unset, everything counts that failure-statuses lets"
                                + " count.",
                example = "java.io.IOException, TimeoutException",
                namesExceptions = true)
        List<String> failures,

        @Knob(
                value = "Exception classes that count neither as failure nor as success, by simple or full name.",
                example = "ValidationException",
                namesExceptions = true)
        List<String> ignored,

        @Knob(
                value =
                        "HTTP statuses from 400 up that count as failures, of exceptions and of results that are answers;"
                                + " 408, 429 and 5xx where unset.",
                example = "429, 500-504")
        List<StatusRange> failureStatuses,

        @Knob(
                value = "Which outcomes count as failures besides: an expression over #result and #failure, or a bean.",
                example = "#result.status == 'ERROR'",
                isOutcomeRule = true)
        @Nullable String failureWhen,

        @Knob(
                value =
                        "Whose circuit it is, as an expression: each key opens and closes by itself. Unset, there is one for"
                                + " all calls.",
                example = "#host")
        @Nullable String key,

        @Knob(
                value = "How many keys have a circuit of their own at a time; more of them share strict ones.",
                byDefault = "10000",
                needs = "key")
        Integer maxKeys,

        @Knob(
                value =
                        "After this time without calls the circuit of a key may be forgotten, once it is closed or its open"
                                + " wait has been over for as long.",
                byDefault = "1h",
                needs = "key")
        Duration forgetAfter) {

    private static final int MOST_KEYS = 1_000_000;

    public CircuitBreakerConfiguration {
        boolean knowsSlow = slowCallDuration != null || slowCallRateThreshold == null;
        slowCallRateThreshold = slowCallRateThreshold == null ? Double.valueOf(100) : slowCallRateThreshold;
        successThreshold = successThreshold == null ? probes : successThreshold;
        failures = List.copyOf(failures);
        ignored = List.copyOf(ignored);
        failureStatuses = List.copyOf(failureStatuses);
        Rules rules = new Rules();
        OutcomeWords.check(rules, failures, ignored, failureStatuses);
        checkThresholds(rules, minimumCalls, failureRateThreshold, slowCallRateThreshold);
        checkCounts(rules, window, minimumCalls, consecutiveFailures, failuresInWindow);
        checkOpenWait(rules, openWait, openWaitMultiplier, maxOpenWait, openWaitJitter);
        checkProbes(rules, probes, probeLease, successThreshold);
        rules.positive("slow-call-duration", slowCallDuration, "2s")
                .otherwise(
                        knowsSlow,
                        "slow-call-rate-threshold",
                        slowCallRateThreshold,
                        "counts slow calls, but without slow-call-duration no call is slow",
                        "Set slow-call-duration as well, such as 'slow-call-duration: 2s'")
                .positive("ramp", ramp, "30s")
                .between("max-keys", maxKeys, 1, MOST_KEYS, "10000")
                .positive("forget-after", forgetAfter, "1h")
                .report();
    }

    private static void checkThresholds(Rules rules, Integer minimumCalls, Double failureRate, Double slowRate) {
        rules.atLeast("minimum-calls", minimumCalls, 1, "10")
                .between("failure-rate-threshold", failureRate, 1, 100, "50")
                .between("slow-call-rate-threshold", slowRate, 1, 100, "100");
    }

    private static void checkCounts(
            Rules rules, Window window, Integer minimumCalls, @Nullable Integer streak, @Nullable Integer failures) {
        rules.atLeast("consecutive-failures", streak, 1, "5").atLeast("failures-in-window", failures, 1, "20");
        if (window.span() != null) {
            return;
        }
        int calls = window.calls();
        rules.that(
                        minimumCalls <= calls,
                        "minimum-calls",
                        minimumCalls,
                        "is never reached in a window of " + Plural.of(calls, "call"),
                        Integer.toString(calls))
                .that(
                        failures == null || failures <= calls,
                        "failures-in-window",
                        failures,
                        "is never reached in a window of " + Plural.of(calls, "call"),
                        Integer.toString(calls));
    }

    private static void checkOpenWait(
            Rules rules, Duration openWait, Double multiplier, Duration maxOpenWait, Double jitter) {
        rules.positive("open-wait", openWait, "30s")
                .between("open-wait-multiplier", multiplier, 1, 100, "2")
                .between("open-wait-jitter", jitter, 0, 90, "10")
                .otherwise(
                        maxOpenWait.compareTo(openWait) >= 0,
                        "max-open-wait",
                        maxOpenWait,
                        "is shorter than open-wait",
                        "Raise it to open-wait or above, or shorten open-wait");
    }

    private static void checkProbes(Rules rules, Integer probes, Duration probeLease, Integer successThreshold) {
        rules.between("probes", probes, 1, 1000, "3")
                .positive("probe-lease", probeLease, "60s")
                .atLeast("success-threshold", successThreshold, 1, "2")
                .otherwise(
                        successThreshold <= probes,
                        "success-threshold",
                        successThreshold,
                        "is never reached with " + Plural.of(probes, "probe"),
                        "Write at most " + probes + ", or allow more probes");
    }
}
