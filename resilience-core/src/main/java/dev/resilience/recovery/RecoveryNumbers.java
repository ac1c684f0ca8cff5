package dev.resilience.recovery;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the calls that rules were about. Thread-safe. */
final class RecoveryNumbers {

    final LongAdder acted = new LongAdder();
    final LongAdder recovered = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder afterRestart = new LongAdder();
    final LongAdder diverted = new LongAdder();
    final LongAdder restarts = new LongAdder();
    final LongAdder failedRestarts = new LongAdder();
    final LongAdder isolated = new LongAdder();
    final LongAdder escalated = new LongAdder();
    final LongAdder refusedByBudget = new LongAdder();
    final LongAdder outOfTime = new LongAdder();

    void into(Map<String, Number> shown) {
        shown.put("acted", acted.sum());
        shown.put("recovered", recovered.sum());
        shown.put("retries", retries.sum());
        shown.put("refused-by-budget", refusedByBudget.sum());
        shown.put("out-of-time", outOfTime.sum());
        shown.put("restarts", restarts.sum());
        shown.put("failed-restarts", failedRestarts.sum());
        shown.put("in-again-after-restart", afterRestart.sum());
        shown.put("diverted", diverted.sum());
        shown.put("isolated", isolated.sum());
        shown.put("escalated", escalated.sum());
    }
}
