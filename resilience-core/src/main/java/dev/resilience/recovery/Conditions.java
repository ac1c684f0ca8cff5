package dev.resilience.recovery;

import dev.resilience.CallRejectedException;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.Diagnosis;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.failure.OutcomeRuleSource;
import dev.resilience.failure.StatusRange;
import dev.resilience.failure.ThrowableMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The left side of a rule: the failures it is about. Immutable and thread-safe. */
final class Conditions {

    /** Whoever was waited for in vain says so in one of these names; most are no relatives of each other. */
    static final List<String> TIMEOUTS =
            List.of("TimeoutException", "SocketTimeoutException", "HttpTimeoutException", "CallTimedOutException");

    private static final ThrowableMatcher TIMEOUT = new ThrowableMatcher(TIMEOUTS);

    private final boolean any;
    private final boolean rateLimits;
    private final boolean timeouts;
    private final List<StatusRange> statuses;
    private final ThrowableMatcher named;
    private final List<OutcomeRule> beans = new ArrayList<>();
    private final BrokenRules broken;

    /** @throws dev.resilience.ResilienceConfigurationException if one of them names a bean that isn't there */
    Conditions(List<ConditionText> texts, OutcomeRuleSource beans, BrokenRules broken) {
        this.any = texts.stream().anyMatch(ConditionText::isAny);
        this.rateLimits = texts.stream().anyMatch(ConditionText::isRateLimit);
        this.timeouts = texts.stream().anyMatch(ConditionText::isTimeout);
        this.statuses = texts.stream()
                .map(ConditionText::statuses)
                .filter(Objects::nonNull)
                .toList();
        this.named = new ThrowableMatcher(texts.stream()
                .filter(ConditionText::isName)
                .map(ConditionText::text)
                .toList());
        texts.stream()
                .filter(ConditionText::isBean)
                .map(text -> beans.read("rules", text.text()))
                .forEach(this.beans::add);
        this.broken = broken;
    }

    /** A refusal by a guard is nobody's error, so it is meant only by its name; one that blames the caller by none but its own. */
    boolean cover(Throwable failure, Diagnosis diagnosis) {
        if (failure instanceof CallRejectedException refusal) {
            return refusal.blamesCaller() ? named.names(refusal.getClass()) : named.visiblyMatches(refusal);
        }
        return any
                || rateLimits && diagnosis.rateLimited()
                || timeouts && TIMEOUT.visiblyMatches(failure)
                || includeStatus(diagnosis.status())
                || named.visiblyMatches(failure)
                || areMetByABean(failure);
    }

    private boolean includeStatus(@Nullable Integer status) {
        return status != null && statuses.stream().anyMatch(range -> range.includes(status));
    }

    private boolean areMetByABean(Throwable failure) {
        for (OutcomeRule bean : beans) {
            try {
                if (bean.judge(null, failure) == Judgement.FAILURE) {
                    return true;
                }
            } catch (Throwable thrown) {
                broken.report(bean.toString(), thrown, "it covers nothing");
            }
        }
        return false;
    }
}
