package dev.resilience.recovery;

import dev.resilience.Call;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.BrokenRules;
import dev.resilience.recovery.ErrorShare.Rise;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Looks at all failures that pass, and tells what people should know of them. Thread-safe. */
final class Watchman {

    private static final int SHOWN = 5;

    private final String name;
    private final Time time;
    private final BrokenRules events;
    private final ErrorShare share;
    private volatile Bounds bounds;

    Watchman(String name, RecoveryConfiguration configuration, Time time, BrokenRules events) {
        this.name = name;
        this.time = time;
        this.events = events;
        this.share = new ErrorShare(time.ticker().nanos());
        this.bounds = new Bounds(configuration);
    }

    /** What makes a pattern from now on. What was seen is forgotten, as it was seen by other measures. */
    void reconfigure(RecoveryConfiguration configuration) {
        bounds = new Bounds(configuration);
    }

    /** A call came in. */
    void called(Call call) {
        share.called(call.tick());
    }

    /** A call has failed; not of what rules did about it. */
    void failed(Call call, Throwable failure) {
        Bounds current = bounds;
        Rise rise = share.failed(call.tick(), current.pauseNanos);
        if (rise != null) {
            events.publish(new ResilienceEvent.ErrorShareRose(
                    RecoveryKind.ID, name, (int) Math.round(rise.before()), (int) Math.round(rise.now())));
        }
        Origin origin = Origin.of(failure);
        if (current.patterns.see(origin, call.tick())) {
            events.publish(new ResilienceEvent.ErrorRepeats(
                    RecoveryKind.ID, name, origin.error(), origin.site(), current.pattern, current.window));
        }
    }

    /** A rule has saved a call, or hasn't. */
    void acted(Rule rule, boolean saved) {
        RecoveryRate.Change change = rule.rate().ended(saved);
        if (change != RecoveryRate.Change.NONE) {
            int percent = (int) Math.floor(rule.rate().percent());
            events.publish(new ResilienceEvent.RecoveryRateChanged(
                    RecoveryKind.ID, name, rule.text(), percent, change == RecoveryRate.Change.ROSE));
        }
    }

    void into(Map<String, Number> numbers, List<Rule> rules) {
        int calls = rules.stream().mapToInt(rule -> rule.rate().calls()).sum();
        int saved = rules.stream().mapToInt(rule -> rule.rate().saved()).sum();
        numbers.put("recovery-rate", calls == 0 ? 100 : Math.round(100.0 * saved / calls));
        numbers.put("error-share", Math.round(share.percent(time.pulse().tick())));
        numbers.put("patterns", bounds.patterns.recognised());
    }

    void details(Map<String, Object> details, List<Rule> rules) {
        for (Rule rule : rules) {
            if (rule.rate().calls() > 0) {
                details.put(
                        "rule-" + (rule.index() + 1),
                        rule.text() + ": saved " + rule.rate().saved() + " of the last "
                                + rule.rate().calls());
            }
        }
        int number = 1;
        for (String pattern : bounds.patterns.now(time.pulse().tick(), SHOWN)) {
            details.put("pattern-" + number++, pattern);
        }
    }

    /** What makes a pattern. */
    private static final class Bounds {
        private final int pattern;
        private final Duration window;
        private final long pauseNanos;
        private final Patterns patterns;

        private Bounds(RecoveryConfiguration configuration) {
            this.pattern = configuration.patternThreshold();
            this.window = configuration.patternWindow();
            this.pauseNanos = configuration.patternPause().toNanos();
            this.patterns = new Patterns(pattern, window.toNanos(), pauseNanos);
        }
    }
}
