package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.Limit;
import dev.resilience.ratelimit.Usage;
import dev.resilience.ratelimit.Usage.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingsTest {

    private final Standings standings = new Standings();

    @Test
    void aLimiterThatDecidesAgainIsToldOnce() {
        standings.note(left(3));
        standings.note(left(2));

        assertThat(standings.all()).containsExactly(left(2));
    }

    @Test
    void ofTwoKeysOfOneLimiterTheOneNearerToExhaustionIsTold() {
        standings.note(left(1));
        standings.note(left(4));

        assertThat(standings.all()).containsExactly(left(1));
    }

    private static Standing left(long remaining) {
        return new Standing("shared", new Usage(List.of(new Window(Limit.parse("5/1m"), 5, remaining, 0))));
    }
}
