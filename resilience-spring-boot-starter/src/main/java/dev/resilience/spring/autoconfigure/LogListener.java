package dev.resilience.spring.autoconfigure;

import dev.resilience.configuration.Durations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.ErrorRepeats;
import dev.resilience.event.ResilienceEvent.ErrorShareRose;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceEvent.Invalidated;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.event.ResilienceEvent.RecoveryRateChanged;
import dev.resilience.event.ResilienceEvent.Refused;
import dev.resilience.event.ResilienceEvent.Reset;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.event.ResilienceListener;
import dev.resilience.time.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the log: a warning per change of state, refusals summed up once a minute, and every decision for those who
 * debug. The logger is called after the kind.
 *
 * <p>Who can make the keys of a policy fail could fill the log with their changes of state, so of those only the first
 * few of a minute are told, and the others are summed up as well.
 */
final class LogListener implements ResilienceListener {

    private static final Duration SUMMARY = Duration.ofMinutes(1);

    private final Scheduler scheduler;
    private final ConcurrentMap<Policy, AtomicLong> refusals = new ConcurrentHashMap<>();
    private final ConcurrentMap<Policy, FirstFew> changes = new ConcurrentHashMap<>();
    private final ConcurrentMap<Policy, FirstFew> escalations = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

    LogListener(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void onEvent(ResilienceEvent event) {
        Logger logger =
                loggers.computeIfAbsent(event.kind(), kind -> LoggerFactory.getLogger("dev.resilience." + kind));
        if (event instanceof StateChanged change) {
            changed(change, logger);
        } else if (event instanceof Noticed noticed) {
            logger.warn("{} '{}': {}", noticed.kind(), noticed.name(), inOneLine(noticed.what()));
        } else if (event instanceof Reset reset) {
            logger.info(
                    "{} '{}': the key '{}' was reset by {}",
                    reset.kind(),
                    reset.name(),
                    inOneLine(reset.key()),
                    reset.who() == null ? "somebody unknown" : inOneLine(reset.who()));
        } else if (event instanceof Invalidated dropped) {
            dropped(dropped, logger);
        } else if (event instanceof Escalated escalated) {
            escalated(escalated, logger);
        } else if (event instanceof ErrorRepeats || event instanceof ErrorShareRose) {
            logger.warn(ofErrors(event));
        } else if (event instanceof RecoveryRateChanged rate) {
            logger.warn(
                    "{} '{}': '{}' saves {} % of the calls it acts on, which is {}",
                    rate.kind(), rate.name(), rate.rule(), rate.percent(), rate.enough() ? "enough again" : "too few");
        } else if (logger.isDebugEnabled()) {
            logger.debug(inOneLine(event.toString()));
        }
        if (event instanceof Refused refused) {
            count(new Policy(refused.kind(), refused.name()), logger);
        }
    }

    /** What people drop is worth a line; code may do so with every call. */
    private static void dropped(Invalidated event, Logger logger) {
        logger.atLevel(event.byHand() ? Level.INFO : Level.DEBUG)
                .log(
                        "{} '{}': {} was dropped by {}, {}",
                        event.kind(),
                        inOneLine(event.name()),
                        inOneLine(event.what()),
                        event.by() == null ? "code" : inOneLine(event.by()),
                        event.count() < 0 ? "nobody knows how many" : event.count() + " in number");
    }

    private static String ofErrors(ResilienceEvent event) {
        String policy = event.kind() + " '" + event.name() + "': ";
        if (event instanceof ErrorRepeats repeats) {
            String where = repeats.site().isEmpty() ? "" : " at " + repeats.site();
            return inOneLine(policy + repeats.error() + where + " came " + repeats.times() + " times within "
                    + Durations.plain(repeats.within()));
        }
        ErrorShareRose rose = (ErrorShareRose) event;
        return policy + rose.now() + " % of the calls of the last minute failed; it was " + rose.before() + " % before";
    }

    /** What a failure says may be of users, so its class has to do. */
    private void escalated(Escalated escalated, Logger logger) {
        Policy policy = new Policy(escalated.kind(), escalated.name());
        FirstFew ofPolicy = escalations.computeIfAbsent(policy, any -> new FirstFew());
        int place = ofPolicy.add(escalated.rule());
        if (place == 1) {
            afterAMinute(() -> summariseEscalations(policy, ofPolicy, logger), logger);
        }
        if (place <= FirstFew.TOLD) {
            logger.warn(
                    "{} '{}': {} failed by {}, and '{}' calls for people",
                    escalated.kind(),
                    escalated.name(),
                    escalated.operation(),
                    escalated.failure().getClass().getName(),
                    escalated.rule());
        }
    }

    private static void summariseEscalations(Policy policy, FirstFew escalations, Logger logger) {
        escalations
                .end()
                .forEach((rule, times) -> logger.warn(
                        "{} '{}': '{}' called for people {} more {} in the last minute",
                        policy.kind(),
                        policy.name(),
                        rule,
                        times,
                        times == 1 ? "time" : "times"));
    }

    private void changed(StateChanged change, Logger logger) {
        String key = change.key();
        if (key != null && !isAmongTheFirst(change, logger)) {
            return;
        }
        logger.warn(
                "{} '{}'{} went from {} to {}: {}",
                change.kind(),
                change.name(),
                key == null ? "" : " for the key '" + inOneLine(key) + "'",
                change.from(),
                change.to(),
                change.reason());
    }

    /** The first change of a minute asks for the summary at its end, which is none if nothing was kept back. */
    private boolean isAmongTheFirst(StateChanged change, Logger logger) {
        Policy policy = new Policy(change.kind(), change.name());
        FirstFew ofPolicy = changes.computeIfAbsent(policy, any -> new FirstFew());
        int place = ofPolicy.add(change.to());
        if (place == 1) {
            afterAMinute(() -> summarise(policy, ofPolicy, logger), logger);
        }
        return place <= FirstFew.TOLD;
    }

    private static void summarise(Policy policy, FirstFew changes, Logger logger) {
        Map<String, Long> keptBack = changes.end();
        if (!keptBack.isEmpty()) {
            long all = keptBack.values().stream().mapToLong(Long::longValue).sum();
            logger.warn(
                    "{} '{}' changed the state of keys {} more {} in the last minute: {}",
                    policy.kind(),
                    policy.name(),
                    all,
                    all == 1 ? "time" : "times",
                    keptBack.entrySet().stream()
                            .map(state -> state.getValue() + " to " + state.getKey())
                            .collect(Collectors.joining(", ")));
        }
    }

    /** Keys, names and messages come from outside: what breaks or steers a line must not forge another. */
    private static String inOneLine(String text) {
        return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    /** The first refusal of a minute asks for the summary at its end; without refusals nothing is scheduled. */
    private void count(Policy policy, Logger logger) {
        AtomicLong count = refusals.computeIfAbsent(policy, any -> new AtomicLong());
        if (count.getAndIncrement() == 0) {
            afterAMinute(() -> summarise(policy, count, logger), logger);
        }
    }

    private static void summarise(Policy policy, AtomicLong count, Logger logger) {
        logger.warn("{} '{}' refused {} in the last minute", policy.kind(), policy.name(), calls(count.getAndSet(0)));
    }

    private static String calls(long count) {
        return count == 1 ? "1 call" : count + " calls";
    }

    private void afterAMinute(Runnable summary, Logger logger) {
        try {
            scheduler.schedule(summary, SUMMARY.toNanos());
        } catch (RejectedExecutionException closing) {
            logger.debug("a summary of the last minute is dropped, because the application is closing");
        }
    }

    private record Policy(String kind, String name) {}
}
