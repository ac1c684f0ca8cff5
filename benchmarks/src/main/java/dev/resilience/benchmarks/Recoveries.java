package dev.resilience.benchmarks;

import java.util.Map;

/** A recovery that has nothing to do. None of the peers has rules of what to do about which failure. */
@Row("recovery, nothing fails")
public class Recoveries extends OnePolicy {

    public Recoveries() {
        super("recoveries", Map.of("rules", "TimeoutException -> retry 2 after 500ms"));
    }
}
