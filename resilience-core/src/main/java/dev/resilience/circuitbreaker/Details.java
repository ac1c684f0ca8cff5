package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.circuitbreaker.State.Ramping;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an operator asks of a breaker that stands somewhere: since when, why, and until when. Instants are of the wall
 * clock as it goes now, to the millisecond; a future one is never told too early.
 */
final class Details {

    private final Map<String, Object> told = new LinkedHashMap<>();
    private final Instant wall;
    private final long now;

    private Details(Time time) {
        this.now = time.ticker().nanos();
        this.wall = time.wall().instant();
    }

    static Map<String, Object> of(State state, Time time) {
        Details details = new Details(time);
        details.tell(state);
        return details.told;
    }

    private void tell(State state) {
        told.put("since", at(state.turn().at()).truncatedTo(ChronoUnit.MILLIS));
        if (state.turn().reason() != null) {
            told.put("reason", state.turn().reason());
        }
        if (state instanceof Open open) {
            told.put("probe-at", roundedUp(at(open.end())));
            if (open.end() - now <= 0) {
                told.put("next-call", "is a probe, as the open wait is over");
            }
        }
        if (state instanceof Ramping ramping && !ramping.ramp().isOver(now)) {
            told.put("ramp-until", roundedUp(at(ramping.ramp().end())));
        }
    }

    private Instant at(long nanos) {
        return wall.plusNanos(nanos - now);
    }

    private static Instant roundedUp(Instant instant) {
        Instant down = instant.truncatedTo(ChronoUnit.MILLIS);
        return down.equals(instant) ? instant : down.plus(Duration.ofMillis(1));
    }
}
