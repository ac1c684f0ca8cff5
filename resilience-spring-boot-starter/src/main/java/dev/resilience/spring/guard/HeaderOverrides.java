package dev.resilience.spring.guard;

import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance;
import dev.resilience.configuration.PropertyName;
import dev.resilience.ratelimit.RateLimiterConfiguration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds overrides that are nobody's: keys read from headers are digests, so one that is written in plain text meets none.
 *
 * <p>The simple answer, to digest what is written, would invite people to write secrets where the endpoint shows them.
 * What is written is in no finding either.
 */
final class HeaderOverrides {

    private HeaderOverrides() {}

    /** A policy where it stands. */
    record Spot(PolicyInstance<?, ?> policy, Placement placement) {}

    /** A finding for each limiter all of whose keys are headers. */
    static List<Finding> in(Collection<Spot> everywhere) {
        Map<PolicyInstance<?, ?>, Boolean> headersOnly = new LinkedHashMap<>();
        everywhere.forEach(spot ->
                headersOnly.merge(spot.policy(), readsHeader(spot.placement().key()), Boolean::logicalAnd));
        return headersOnly.entrySet().stream()
                .filter(Map.Entry::getValue)
                .flatMap(entry -> in(entry.getKey()).stream())
                .toList();
    }

    private static boolean readsHeader(@Nullable Expression key) {
        return key instanceof HeaderExpression
                || key instanceof RequestAtHand request && request.expression() instanceof HeaderExpression;
    }

    private static Optional<Finding> in(PolicyInstance<?, ?> instance) {
        boolean plain = instance.configuration() instanceof RateLimiterConfiguration limiter
                && limiter.overrides().keySet().stream()
                        .anyMatch(key -> KeyDigest.shownAs(key).isEmpty());
        return plain ? Optional.of(finding(instance)) : Optional.empty();
    }

    private static Finding finding(PolicyInstance<?, ?> instance) {
        return Finding.warning(
                "plain-override",
                PropertyName.of(instance.kind().id(), instance.name()) + ".overrides",
                "Keys read from a header are kept as digests, so an override of the " + instance.inWords()
                        + " that names one in plain text is nobody's.",
                "Write \"[sha256:…]\" with the first 32 digits that 'printf %s VALUE | sha256sum' tells.");
    }
}
