package dev.resilience.retry;

import java.util.Locale;

/** How a call ended whose first attempt failed. */
enum Ending {
    /** A later attempt succeeded. */
    SUCCEEDED_AFTER_RETRY,
    /** The last attempt failed, or gave a result that would have been retried. */
    EXHAUSTED,
    /** The failure isn't worth a retry, the method must not be repeated, or a guard further in has given up already. */
    NOT_RETRIED,
    /** Another attempt would not have begun in time. */
    OUT_OF_TIME,
    /** The answer asked for a longer wait than {@code max-delay}. */
    ASKED_TO_WAIT_TOO_LONG,
    /** All calls together have been retried as often as the budget allows. */
    REFUSED_BY_BUDGET;

    /** As the number is called in endpoint and meters. */
    String number() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
