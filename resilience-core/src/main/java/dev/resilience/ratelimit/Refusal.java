package dev.resilience.ratelimit;

import java.io.Serializable;
import java.util.List;

/**
 * Why a charge doesn't pass.
 *
 * @param violated the limits that don't let it pass
 * @param worst what the one of them with the longest wait says
 * @param waitNanos until the charge would pass; {@link SlidingWindows#NEVER} if it can't
 * @param usage what the key has used
 */
record Refusal(List<Limit> violated, Usage.Window worst, long waitNanos, Usage usage) implements Serializable {

    /** The same told so much earlier, when this was used. */
    Refusal toldAt(Usage now, long earlier) {
        Usage.Window same = now.windows().stream()
                .filter(window -> window.limit().equals(worst.limit()))
                .findFirst()
                .orElse(worst);
        long wait = waitNanos == Engine.NEVER ? Engine.NEVER : waitNanos + earlier;
        return new Refusal(violated, same, wait, now);
    }
}
