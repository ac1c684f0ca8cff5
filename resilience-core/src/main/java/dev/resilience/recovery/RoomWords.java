package dev.resilience.recovery;

import dev.resilience.configuration.Plural;
import dev.resilience.key.KeyedStates;

/** Whether keys find room, in words. */
final class RoomWords {

    private RoomWords() {}

    static String of(Isolations isolations) {
        return isolations.isFull()
                ? "more than " + Plural.of(isolations.maxKeys(), "key")
                        + " would be isolated by themselves, or their hashes collide: new keys share "
                        + KeyedStates.SHARED
                        + " strict states. If the keys are real, raise max-keys; if somebody invents them, take a key that"
                        + " can't be invented, such as a host from the configuration"
                : "isolated keys find room again, and none is shared any more";
    }
}
