package dev.resilience.ratelimit;

import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.failure.StatusRange;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a rate limiter is configured. There is no default limit: nobody can know what a service bears. */
public record RateLimiterConfiguration(
        @Knob(
                value = "How many calls may pass in any window of which length; several windows hold together",
                example = "60/1m, 1000/1h")
        Limits limits,

        @Knob(
                value = "Whose limit it is, as an expression; without one the limit is everybody's together",
                example = "#agentId")
        @Nullable String key,

        @Knob(
                value = "How many permits a call takes, as a number or an expression; 1 where nothing is said",
                example = "#request.size")
        @Nullable String cost,

        @Knob(value = "The tier of a caller, as an expression, for limits by tier", example = "principal") @Nullable String tier,

        @Knob(
                value = "Limits by tier; a window of equal length replaces the one in limits, the others stay",
                example = "200/1m")
        Map<String, Limits> tiers,

        @Knob(
                value =
                        "Limits for one key; a window of equal length replaces the one in limits and tiers, the others stay",
                example = "120/1m")
        Map<String, Limits> overrides,

        @Knob(value = "How long a call may be delayed instead of refused", byDefault = "0", example = "500ms")
        Duration maxWait,

        @Knob(
                value = "How many keys are told apart at a time; more of them share strict buckets",
                byDefault = "1000000",
                needs = "key")
        Integer maxKeys,

        @Knob(
                value = "Which calls are charged, by how they end: every call, or only failures, or only successes",
                byDefault = "call")
        ChargeOn chargeOn,

        @Knob(
                value = "How calls are counted: in any window, evenly with a burst, or in windows of the calendar",
                byDefault = "sliding-window",
                example = "token-bucket")
        Algorithm algorithm,

        @Knob(
                value =
                        "How many permits a full token bucket holds; of several limits one number each, shortest window first",
                example = "20")
        List<Long> burst,

        @Knob(value = "Where the days of a fixed window begin; UTC where nothing is said", example = "Europe/Berlin")
        @Nullable String zone,

        @Knob(
                value = "Exception classes that count as failures to charge-on, nested causes included, all others as"
                        + " successes; unset, every exception counts",
                example = "BadCredentialsException",
                namesExceptions = true)
        List<String> failures,

        @Knob(
                value = "Exception classes that are neither failure nor success to charge-on, so never charged",
                example = "ValidationException",
                namesExceptions = true)
        List<String> ignored,

        @Knob(
                value =
                        "HTTP statuses from 400 up that count as failures to charge-on, of exceptions and of results that"
                                + " are answers; all of them where unset",
                example = "401, 403")
        List<StatusRange> failureStatuses,

        @Knob(
                value =
                        "Which outcomes count as failures to charge-on besides: an expression over #result and #failure,"
                                + " or a bean",
                example = "#result == false",
                isOutcomeRule = true)
        @Nullable String failureWhen) {

    /** Reservations are kept one by one, so their number must be bounded by something. */
    private static final int WINDOWS_TO_WAIT = 1_000;

    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private static final int MOST_KEYS = 100_000_000;

    /** @throws dev.resilience.ResilienceConfigurationException with every rule that is broken */
    public RateLimiterConfiguration {
        tiers = tiers == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tiers));
        overrides = overrides == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
        burst = burst == null ? List.of() : List.copyOf(burst);
        failures = failures == null ? List.of() : List.copyOf(failures);
        ignored = ignored == null ? List.of() : List.copyOf(ignored);
        failureStatuses = failureStatuses == null ? List.of() : List.copyOf(failureStatuses);
        Rules rules = new Rules()
                .present("limits", limits, "60/1m")
                .notNegative("max-wait", maxWait, "500ms")
                .between("max-keys", maxKeys, 1, MOST_KEYS, "1000000");
        if (limits != null) {
            waitable(rules, limits, maxWait);
            String flaw = flawOfCost(cost, largest(stacks(limits, tiers, overrides), algorithm, limits, burst));
            rules.that(flaw == null, "cost", cost, String.valueOf(flaw), "1");
            layered(rules, limits, tiers, overrides);
            AlgorithmRules.check(rules, algorithm, limits, stacks(limits, tiers, overrides), burst, maxWait);
        }
        AlgorithmRules.check(rules, burst, zone);
        distinct(rules, tiers.keySet());
        OutcomeWords.check(rules, failures, ignored, failureStatuses);
        useful(rules, chargeOn, failures, ignored, failureStatuses, failureWhen);
        rules.report();
    }

    /** The limits of a caller of this tier with this key, as text; either may be null or without limits of its own. */
    public Limits limitsFor(@Nullable String tierOfCaller, @Nullable String keyOfCaller) {
        Limits ofTier = tierOfCaller == null ? null : tiers.get(tierOfCaller);
        Limits ofKey = keyOfCaller == null ? null : overrides.get(keyOfCaller);
        Limits stacked = ofTier == null ? limits : limits.overlaidWith(ofTier);
        return ofKey == null ? stacked : stacked.overlaidWith(ofKey);
    }

    /** Every stack of limits that a caller can meet. */
    Set<Limits> allLimits() {
        return stacks(limits, tiers, overrides);
    }

    /** What is wrong with a cost that is written as a number, completing "the value …"; null where nothing is. */
    @Nullable String flawOfCost(String written) {
        return flawOfCost(written, largest(allLimits(), algorithm, limits, burst));
    }

    /** How much a full bucket holds, by window. */
    Map<Duration, Long> bursts() {
        Map<Duration, Long> bursts = new HashMap<>();
        for (int limit = 0; limit < burst.size(); limit++) {
            bursts.put(limits.all().get(limit).window(), burst.get(limit));
        }
        return bursts;
    }

    /** Every window that a caller can meet, with the fewest permits that a caller has in it. */
    Limits slowest() {
        return new Limits(windows().stream()
                .map(window -> allLimits().stream()
                        .flatMap(stack -> stack.of(window).stream())
                        .min(Comparator.comparingLong(Limit::permits))
                        .orElseThrow())
                .toList());
    }

    /** Every window that a caller can meet, shortest first. */
    List<Duration> windows() {
        return allLimits().stream()
                .flatMap(stack -> stack.all().stream())
                .map(Limit::window)
                .distinct()
                .sorted()
                .toList();
    }

    ZoneId zoneId() {
        return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    }

    /** What no cost may exceed: the smallest limit, or the smallest burst and what it belongs to. */
    private static List<Limit> largest(
            Set<Limits> stacks, @Nullable Algorithm algorithm, Limits limits, List<Long> burst) {
        if (algorithm != Algorithm.TOKEN_BUCKET || burst.size() != limits.all().size()) {
            return stacks.stream().map(stack -> stack.all().get(0)).toList();
        }
        return IntStream.range(0, burst.size())
                .filter(each -> burst.get(each) > 0)
                .mapToObj(each ->
                        new Limit(burst.get(each), limits.all().get(each).window()))
                .toList();
    }

    private static Set<Limits> stacks(Limits limits, Map<String, Limits> tiers, Map<String, Limits> overrides) {
        Set<Limits> below = new LinkedHashSet<>(Set.of(limits));
        tiers.values().forEach(own -> below.add(stacked(limits, own)));
        Set<Limits> all = new LinkedHashSet<>(below);
        overrides.values().forEach(own -> below.forEach(each -> all.add(stacked(each, own))));
        return all;
    }

    /** Whoever tells what failures are expects that something depends on it. */
    private static void useful(
            Rules rules,
            @Nullable ChargeOn chargeOn,
            List<String> failures,
            List<String> ignored,
            List<StatusRange> statuses,
            @Nullable String when) {
        Map<String, Boolean> said = new LinkedHashMap<>();
        said.put("failures", !failures.isEmpty());
        said.put("ignored", !ignored.isEmpty());
        said.put("failure-statuses", !statuses.isEmpty());
        said.put("failure-when", when != null);
        said.forEach((knob, isSaid) -> rules.otherwise(
                !isSaid || chargeOn != ChargeOn.CALL,
                knob,
                null,
                "has no effect while every call is charged",
                "Write for example 'charge-on: failure'"));
    }

    private static void distinct(Rules rules, Set<String> tiers) {
        Map<String, String> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String tier : tiers) {
            String other = known.putIfAbsent(tier, tier);
            rules.otherwise(
                    other == null,
                    "tiers." + tier,
                    tier,
                    "differs from the tier '" + other + "' only in case, which doesn't count",
                    "Remove one of the two");
        }
    }

    private static void waitable(Rules rules, Limits limits, @Nullable Duration maxWait) {
        Duration shortest = limits.all().get(0).window();
        Duration longest = shortest.multipliedBy(WINDOWS_TO_WAIT);
        rules.that(
                        maxWait == null || maxWait.compareTo(longest) <= 0,
                        "max-wait",
                        maxWait,
                        "must be at most " + WINDOWS_TO_WAIT + " times the shortest window ("
                                + Durations.plain(shortest) + ")",
                        Durations.plain(shortest))
                .that(
                        maxWait == null || maxWait.compareTo(LONGEST_WAIT) <= 0,
                        "max-wait",
                        maxWait,
                        "must be at most " + Durations.plain(LONGEST_WAIT),
                        "500ms");
    }

    private static @Nullable String flawOfCost(@Nullable String written, List<Limit> largest) {
        if (written == null || !written.matches("[+-]?\\d{1,18}")) {
            return null;
        }
        long permits = Long.parseLong(written);
        if (permits <= 0) {
            return "must be at least 1: what costs nothing is never limited";
        }
        return largest.stream()
                .filter(smallest -> permits > smallest.permits())
                .map(smallest -> "is more than " + smallest + " ever allows")
                .findFirst()
                .orElse(null);
    }

    /** Every stack of limits that a caller can meet has to make sense. */
    private static void layered(Rules rules, Limits limits, Map<String, Limits> tiers, Map<String, Limits> overrides) {
        tiers.forEach((tier, own) -> makesSense(rules, limits, "tiers." + tier, own));
        overrides.forEach((key, own) -> {
            makesSense(rules, limits, "overrides." + key, own);
            tiers.values().forEach(ofTier -> makesSense(rules, stacked(limits, ofTier), "overrides." + key, own));
        });
    }

    private static void makesSense(Rules rules, Limits below, String property, Limits own) {
        try {
            below.overlaidWith(own);
        } catch (IllegalArgumentException refused) {
            rules.otherwise(
                    false,
                    property,
                    own,
                    "the value over '" + below + "' " + refused.getMessage(),
                    "Give this window's longer ones as well");
        }
    }

    /** What makes no sense on top is left out: it is reported for what it is. */
    private static Limits stacked(Limits below, Limits own) {
        try {
            return below.overlaidWith(own);
        } catch (IllegalArgumentException reportedForTheTier) {
            return below;
        }
    }
}
