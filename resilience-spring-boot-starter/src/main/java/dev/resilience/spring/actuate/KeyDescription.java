package dev.resilience.spring.actuate;

import dev.resilience.KeyView;
import dev.resilience.PolicyInstance;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a policy as the endpoint shows it.
 *
 * @param key the key as it may be shown: a secret is a digest, a long one is cut
 * @param mode enforced, shadow or off
 * @param standing own, shared, or none where nothing is kept for the key
 * @param details what is kept and what holds, by the kind
 * @param methods the operations the policy is placed on, each with what is placed there as it is written: key, tier, ...
 */
public record KeyDescription(
        String key,
        String mode,
        String standing,
        Map<String, @Nullable Object> details,
        Map<String, Map<String, String>> methods) {

    static KeyDescription of(PolicyInstance<?, ?> instance, KeyView view, Map<String, Map<String, String>> methods) {
        return new KeyDescription(
                view.key(), instance.mode().word(), view.standing().word(), view.details(), methods);
    }
}
