package dev.resilience.recovery;

import dev.resilience.configuration.Durations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.BrokenRules;
import dev.resilience.key.RoomNotices;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts the isolations of one recovery, and tells the listeners when they begin and end. Thread-safe. */
final class IsolationNews implements Isolations.Watcher {

    private final String name;
    private final RecoveryNumbers numbers;
    private final BrokenRules events;
    private final RoomNotices notices;

    IsolationNews(String name, RecoveryNumbers numbers, BrokenRules events) {
        this.name = name;
        this.numbers = numbers;
        this.events = events;
        this.notices = new RoomNotices(RecoveryKind.ID, name, events::publish);
    }

    @Override
    public void begun(@Nullable String key, long nanos, String rule) {
        numbers.isolated.increment();
        String reason = "for " + Durations.plain(Duration.ofNanos(nanos)) + ", by " + rule;
        changed(key, RecoveryKind.READY, RecoveryKind.ISOLATED, reason);
    }

    @Override
    public void over(@Nullable String key) {
        changed(key, RecoveryKind.ISOLATED, RecoveryKind.READY, "the time is over");
    }

    @Override
    public void roomChanged(Isolations full) {
        notices.tell(full.isFull(), RoomWords.of(full));
    }

    private void changed(@Nullable String key, String from, String to, String reason) {
        events.publish(new ResilienceEvent.StateChanged(RecoveryKind.ID, name, key, from, to, reason));
    }
}
