package dev.resilience.recovery;

import java.util.List;
import java.util.function.Function;

/**
 * A rule, ready for use. Thread-safe.
 *
 * @param index its place among the rules
 * @param text as it is written
 * @param rate how many of the calls it acted on were saved
 * @param deeds what is to be done about this failure, in turn; empty where the rule isn't about it
 */
record Rule(int index, String text, RecoveryRate rate, Function<Incident, List<Deed>> deeds) {}
