package dev.resilience.ratelimit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Which keys were reset lately, and when. Thread-safe.
 *
 * <p><b>What for?</b> A call that was charged before the reset may be refunded after it. Its charge is gone, but others
 * may lie in the same slot by then, and giving those back would let too many pass. So it gives nothing back. The tick that
 * a ticket tells may be behind, so a call charged just after a reset may count as one before: strict, never generous.
 * Remembered are the last {@value #MOST} resets, which people ask for.
 */
final class Resets {

    private static final int MOST = 256;

    private final Map<Object, Reset> times = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Reset> eldest) {
            return size() > MOST;
        }
    };

    /** Most limiters never see one, and then a refund doesn't look for it. */
    private volatile boolean any;

    /**
     * This key is about to be reset. Until it is told when that was, nobody who has been charged gives anything back.
     *
     * @param maxWait how far ahead places may be reserved
     */
    synchronized LongConsumer begin(Object key, long maxWait) {
        Reset reset = new Reset(maxWait);
        times.remove(key);
        times.put(key, reset);
        any = true;
        return reset::happened;
    }

    /** Whether the key was reset since this ticket was given, or may have been. */
    boolean hasVoided(Object key, long ticket) {
        return any && !Ticket.isShared(ticket) && isBefore(key, ticket);
    }

    private synchronized boolean isBefore(Object key, long ticket) {
        Reset reset = times.get(key);
        return reset != null && reset.hasVoided(ticket);
    }

    /** One reset. */
    private static final class Reset {
        private final long maxWait;
        private volatile long time = Long.MAX_VALUE;

        private Reset(long maxWait) {
            this.maxWait = maxWait;
        }

        private void happened(long at) {
            time = at;
        }

        /** No place further ahead can have been reserved before it. */
        private boolean hasVoided(long ticket) {
            return Ticket.time(ticket) - (Ticket.isAhead(ticket) ? maxWait : 0) <= time;
        }
    }
}
