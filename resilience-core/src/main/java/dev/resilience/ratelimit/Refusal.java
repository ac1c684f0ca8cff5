package dev.resilience.ratelimit;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a charge doesn't pass.
 *
 * @param violated the limits that don't let it pass
 * @param worst what the one of them with the longest wait says
 * @param waitNanos until the charge would pass; {@link Engine#NEVER} if it can't
 * @param usage what the key has used
 */
record Refusal(List<Limit> violated, Usage.Window worst, long waitNanos, Usage usage) implements Grounds {

    /** @param waits how long each of the windows keeps the charge waiting; {@link Engine#NEVER} if it never passes */
    static Refusal of(List<Usage.Window> windows, long[] waits, long waitNanos) {
        List<Limit> violated = new ArrayList<>(windows.size());
        int worst = 0;
        for (int window = 0; window < waits.length; window++) {
            if (waits[window] > 0) {
                violated.add(windows.get(window).limit());
            }
            worst = waits[window] >= waits[worst] ? window : worst;
        }
        return new Refusal(violated, windows.get(worst), waitNanos, new Usage(windows));
    }

    @Override
    public Refusal refusal() {
        return this;
    }

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
