package dev.resilience.recovery;

import dev.resilience.Admission;
import dev.resilience.Call;
import org.jspecify.annotations.Nullable;

/** Who is cut off, and until when. Thread-safe. */
final class Isolations {

    void isolate(Call call, long nanos, String rule) {}

    @Nullable Admission refusal(Call call) {
        return null;
    }
}
