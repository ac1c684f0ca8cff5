package dev.resilience.circuitbreaker;

import dev.resilience.configuration.Plural;
import dev.resilience.key.KeyedStates;

/** Whether keys find room, in words. */
final class RoomWords {

    private RoomWords() {}

    static String of(KeyedCircuits circuits) {
        return circuits.isFull() ? none(circuits.maxKeys()) : some(circuits.keys(), circuits.maxKeys());
    }

    private static String none(int most) {
        return "more than " + Plural.of(most, "key") + " would have a circuit, or their hashes collide: new keys share "
                + KeyedStates.SHARED
                + " strict circuits. If the keys are real, raise max-keys; if somebody invents them, take a key that can't"
                + " be invented, such as a host from the configuration";
    }

    private static String some(int keys, int most) {
        return "keys find room again: " + keys + " of " + most + " have a circuit, and none is shared any more";
    }
}
