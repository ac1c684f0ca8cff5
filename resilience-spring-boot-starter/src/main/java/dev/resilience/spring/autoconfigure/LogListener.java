package dev.resilience.spring.autoconfigure;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.event.ResilienceEvent.Refused;
import dev.resilience.event.ResilienceEvent.Reset;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.event.ResilienceListener;
import dev.resilience.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log: a warning per change of state, refusals summed up once a minute, and every decision for those who
 * debug. The logger is called after the kind.
 */
final class LogListener implements ResilienceListener {

    private static final Duration SUMMARY = Duration.ofMinutes(1);

    private final Scheduler scheduler;
    private final ConcurrentMap<Policy, AtomicLong> refusals = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

    LogListener(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void onEvent(ResilienceEvent event) {
        Logger logger =
                loggers.computeIfAbsent(event.kind(), kind -> LoggerFactory.getLogger("dev.resilience." + kind));
        if (event instanceof StateChanged change) {
            logger.warn(
                    "{} '{}'{} went from {} to {}: {}",
                    change.kind(),
                    change.name(),
                    change.key() == null ? "" : " for the key '" + inOneLine(change.key()) + "'",
                    change.from(),
                    change.to(),
                    change.reason());
        } else if (event instanceof Noticed noticed) {
            logger.warn("{} '{}': {}", noticed.kind(), noticed.name(), noticed.what());
        } else if (event instanceof Reset reset) {
            logger.info(
                    "{} '{}': the key '{}' was reset by {}",
                    reset.kind(),
                    reset.name(),
                    inOneLine(reset.key()),
                    reset.who() == null ? "somebody unknown" : inOneLine(reset.who()));
        } else {
            logger.debug("{}", event);
        }
        if (event instanceof Refused refused) {
            count(new Policy(refused.kind(), refused.name()), logger);
        }
    }

    /** Keys and names come from outside: what breaks or steers a line must not forge another. */
    private static String inOneLine(String text) {
        return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    /** The first refusal of a minute asks for the summary at its end; without refusals nothing is scheduled. */
    private void count(Policy policy, Logger logger) {
        AtomicLong count = refusals.computeIfAbsent(policy, any -> new AtomicLong());
        if (count.getAndIncrement() == 0) {
            try {
                scheduler.schedule(() -> summarise(policy, count, logger), SUMMARY.toNanos());
            } catch (RejectedExecutionException closing) {
                logger.debug("the summary of refusals is dropped, because the application is closing");
            }
        }
    }

    private static void summarise(Policy policy, AtomicLong count, Logger logger) {
        logger.warn("{} '{}' refused {} in the last minute", policy.kind(), policy.name(), calls(count.getAndSet(0)));
    }

    private static String calls(long count) {
        return count == 1 ? "1 call" : count + " calls";
    }

    private record Policy(String kind, String name) {}
}
