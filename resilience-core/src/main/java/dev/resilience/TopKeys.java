package dev.resilience;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The keys of a policy that stand out.
 *
 * @param since when counting them began
 * @param rankings by what is counted, such as {@code calls}; each begins with the most
 */
public record TopKeys(Instant since, Map<String, List<Ranked>> rankings) {

    /**
     * One key in a ranking. Counts are estimates.
     *
     * @param key as it may be shown
     * @param count at least so many
     * @param error and at most so many more
     * @param operations the count by operation
     */
    public record Ranked(String key, long count, long error, Map<String, Long> operations) {}
}
