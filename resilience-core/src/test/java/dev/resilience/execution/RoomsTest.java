package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.CombinedExpression;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement.Expression;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoomsTest {

    private static final Object[] NO_ARGUMENTS = {};

    private final ManualTime time = new ManualTime();
    private final List<String> asked = new ArrayList<>();

    @Test
    void areThereForTheExpressionsThereAreAndForNoOthers() {
        Pipeline pipeline = new Guards(time.time())
                .with("caches", "c", "", Map.of("key", asking("key"), "vary-by", asking("variant")))
                .with("retries", "r", "")
                .with("rate-limiters", "l", "limits=9/1m", Map.of("cost", asking("cost"), "tier", asking("tier")))
                .around("Shop.quote");

        Rooms rooms = new Rooms(pipeline.stages());

        assertThat(rooms.count()).isEqualTo(4);
        assertThat(List.of(rooms.of(0, Computed.KEY), rooms.of(0, Computed.VARIANT)))
                .containsExactly(0, 1);
        assertThat(List.of(rooms.of(2, Computed.COST), rooms.of(2, Computed.TIER)))
                .containsExactly(2, 3);
        assertThat(List.of(rooms.from(0), rooms.from(1), rooms.from(2), rooms.from(3)))
                .containsExactly(0, 2, 2, 4);
    }

    @Test
    void areEmptiedForNewEntriesAndOnlyForThose() throws Throwable {
        Pipeline pipeline = new Guards(time.time())
                .with("caches", "c", "", Map.of("key", asking("key"), "vary-by", varying()))
                .with("retries", "r", "max-attempts=3 delay=0s jitter=none")
                .with("rate-limiters", "l", "limits=9/1m", Map.of("key", asking("limiter"), "cost", cost()))
                .around("Shop.quote");

        Object value = pipeline.invoke(CallShape.BLOCKING, NO_ARGUMENTS, () -> {
            if (asked.stream().filter("limiter"::equals).count() < 3) {
                throw new IllegalStateException("down");
            }
            return "up";
        });

        assertThat(value).isEqualTo("up");
        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "key", "first", "second", "limiter", "cost", "limiter", "cost", "limiter", "cost");
    }

    private Expression asking(String what) {
        return (arguments, context) -> {
            asked.add(what);
            return what;
        };
    }

    private Expression cost() {
        return (arguments, context) -> {
            asked.add("cost");
            return 1;
        };
    }

    private Expression varying() {
        return new CombinedExpression(List.of(asking("first"), asking("second")));
    }
}
