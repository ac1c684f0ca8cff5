package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Resilience;
import dev.resilience.proof.Load.Figures;
import dev.resilience.proof.Service.Law;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class AdaptiveBulkheadTest {

    private static final Logger LOG = LoggerFactory.getLogger(AdaptiveBulkheadTest.class);
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration SERVICE = Duration.ofMillis(50);

    /** The simulation itself against the formula: of M/M/c/L, what is served of what comes. */
    @ParameterizedTest
    @EnumSource(names = "EXPONENTIAL")
    void theModelServesWhatTheTheorySays(Law law) {
        for (int limit : new int[] {10, 20, 30}) {
            World world = new World(law, 20, Map.of("max-concurrent", String.valueOf(limit)), 600);
            Figures seen = world.load.settle(SETTLE).during(Duration.ofMinutes(3), world::limit);
            double[] theory = theory(20, limit, 600 * 0.05);
            LOG.info("limit {}: {}; theory {}/s", limit, seen, theory[0] * 20);
            assertThat(seen.throughput()).isBetween(theory[0] * 20 * 0.98, theory[0] * 20 * 1.02);
        }
    }

    /** Throughput and number inside of M/M/c/L by its birth and death equations, per service time. */
    private static double[] theory(int servers, int limit, double offered) {
        double[] weight = new double[limit + 1];
        weight[0] = 1;
        double sum = 1;
        for (int inside = 1; inside <= limit; inside++) {
            weight[inside] = weight[inside - 1] * offered / Math.min(inside, servers);
            sum += weight[inside];
        }
        double served = 0;
        double inside = 0;
        for (int at = 0; at <= limit; at++) {
            served += weight[at] / sum * Math.min(at, servers);
            inside += weight[at] / sum * at;
        }
        return new double[] {served, inside};
    }

    /** A bulkhead, a service, and callers. */
    private static final class World {
        private final ManualTime time = new ManualTime();
        private final SplittableRandom random = new SplittableRandom(11);
        private final Resilience resilience;
        private final Service service;
        private final Load load;

        private World(Law law, int servers, Map<String, String> knobs, double perSecond) {
            resilience = Resilience.builder()
                    .time(time.time())
                    .policy("bulkheads", "b", new HashMap<>(knobs))
                    .pipeline("p", Map.of("bulkheads", "b"))
                    .build();
            service = new Service(time, random.split(), law, servers, SERVICE);
            load = new Load(time, resilience.pipeline("p"), service, random.split(), perSecond);
        }

        private int limit() {
            return resilience
                    .policies()
                    .find("bulkheads", "b")
                    .orElseThrow()
                    .snapshot()
                    .numbers()
                    .get("max-concurrent")
                    .intValue();
        }
    }
}
