package dev.resilience.key;

import dev.resilience.KeyStanding;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A state for each key, in bounded memory. Thread-safe.
 *
 * <p><b>What if there are more keys than fit?</b> Dropping the eldest would be the simplest answer, and a gift: whoever is
 * locked out washes itself clean with a flood of invented keys. So only states at rest leave, by the
 * {@linkplain Retirable protocol} that no act gets lost in, and a key that finds no room shares one of
 * {@value #SHARED} states with others, by its digest: strict, never generous.
 *
 * <p><b>Can a key have two states at once?</b> It would be let in twice. A key gets a state, or is sent to a shared
 * one, behind the lock of its place in the map, so of all who come with it there is one answer at a time. What was answered
 * before may still be under way: to a state of its own that has left, which says so, because it is retired; or to the
 * shared one, which therefore has to retire before a key of its share gets a state of its own. While it is not at
 * rest the key stays with it, even if there is room again, because part of what it holds may be the key's own.
 *
 * <p><b>Who removes states at rest?</b> No thread of our own: every newcomer looks at some states, and every call at some
 * if nobody has for a while. States that only exist while they are in use are {@linkplain #retire retired} by their users.
 *
 * <p>An act is a loop: {@code state = states.of(key, now); while (!state.tries()) state = states.insteadOf(state, key, now);}
 *
 * @param <S> the state
 */
public final class KeyedStates<S extends Retirable> {

    /** How many states keys share that find no room. */
    public static final int SHARED = 256;

    /** How many keys may have one digest: those with an {@code equals} of their own, of which all that is known is a hash. */
    private static final int LOOKALIKES = 8;

    private static final int STATES_PER_SWEEP = 16;
    private static final long NANOS_BETWEEN_SWEEPS = 10_000_000;

    private final Digests digests;
    private final Function<@Nullable Object, S> fresh;
    private final Runnable whenRoomChanges;
    private final ConcurrentHashMap<Id, Node<S>> states = new ConcurrentHashMap<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger sharing = new AtomicInteger();
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicBoolean untold = new AtomicBoolean();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private volatile int maxKeys;
    private volatile @Nullable AtomicReferenceArray<@Nullable S> shared;
    private volatile long swept;
    /** Belongs to whoever is sweeping. */
    private Iterator<Map.Entry<Id, Node<S>>> hand = Collections.emptyIterator();
    /** Likewise. */
    private int sharedHand;

    /**
     * @param fresh makes the state of a key, or for null one to share; short, and doesn't reach for the states
     * @param whenRoomChanges runs, outside of all locks, when a first key finds no room and when keys do again, see {@link #isFull}
     */
    public KeyedStates(Digests digests, int maxKeys, Function<@Nullable Object, S> fresh, Runnable whenRoomChanges) {
        this.digests = digests;
        this.maxKeys = maxKeys;
        this.fresh = fresh;
        this.whenRoomChanges = whenRoomChanges;
    }

    /** How many keys may have a state of their own from now on. Those that have one keep it. */
    public void maxKeys(int most) {
        maxKeys = most;
    }

    /** The state of this key, or the one it has to share; made if there is none. It may be retired before it is acted on. */
    public S of(Object key, long now) {
        Digest digest = digests.of(key);
        Id id = new Id(digest.high(), digest.low());
        Object beside = digest.beside();
        Node<S> known = Node.find(states.get(id), beside);
        if (known == null) {
            return ofNewcomer(id, beside, key, now);
        }
        if (now - swept > NANOS_BETWEEN_SWEEPS) {
            sweep(now);
            tell();
        }
        return known.state;
    }

    /** The state of this key now, for whoever found that one retired. */
    public S insteadOf(S retired, Object key, long now) {
        retire(retired, key, now);
        return of(key, now);
    }

    /** The state this key has or shares, or null. Makes none. */
    public @Nullable S find(Object key) {
        Digest digest = digests.of(key);
        Id id = new Id(digest.high(), digest.low());
        Node<S> known = Node.find(states.get(id), digest.beside());
        return known == null ? sharedIfAny(id) : known.state;
    }

    /** Whose state the key has, or would have. */
    public KeyStanding standing(Object key, long now) {
        Digest digest = digests.of(key);
        Id id = new Id(digest.high(), digest.low());
        Node<S> known = Node.find(states.get(id), digest.beside());
        if (known != null) {
            return known.state.isAtRest(now) ? KeyStanding.NONE : KeyStanding.OWN;
        }
        S common = sharedIfAny(id);
        boolean shares = common != null && (keys.get() >= maxKeys || !common.isAtRest(now));
        return shares ? KeyStanding.SHARED : KeyStanding.NONE;
    }

    /** Retires this state of the key, if it is at rest, and takes it out, if it is retired. */
    public void retire(S state, Object key, long now) {
        Digest digest = digests.of(key);
        Id id = new Id(digest.high(), digest.low());
        if (Node.find(states.get(id), digest.beside()) != null) {
            states.computeIfPresent(id, (same, chain) -> without(chain, state, now));
        }
        if (sharedIfAny(id) == state) {
            leavesShared(id.share(), state, now);
        }
        tell();
    }

    /** Shows every state, the shared ones included. Those that come or leave meanwhile may be missed. */
    public void each(Consumer<? super S> visitor) {
        for (Node<S> chain : states.values()) {
            for (Node<S> node = chain; node != null; node = node.next) {
                visitor.accept(node.state);
            }
        }
        AtomicReferenceArray<@Nullable S> common = shared;
        for (int share = 0; common != null && share < SHARED; share++) {
            S state = common.get(share);
            if (state != null) {
                visitor.accept(state);
            }
        }
    }

    /** How many keys have a state of their own. */
    public int keys() {
        return keys.get();
    }

    /** How many shared states there are. */
    public int sharing() {
        return sharing.get();
    }

    /** Whether a key found no room, and not all is well again since. */
    public boolean isFull() {
        return full.get();
    }

    private S ofNewcomer(Id id, @Nullable Object beside, Object key, long now) {
        sweep(now);
        Arrival arrival = new Arrival(beside, key, now);
        states.compute(id, arrival);
        restWhenRoomy();
        tell();
        return arrival.state();
    }

    /** What happens to a key that isn't there, behind the lock of its place. Its rivals are others who come with that key. */
    private final class Arrival implements BiFunction<Id, @Nullable Node<S>, @Nullable Node<S>> {
        private final @Nullable Object beside;
        private final Object key;
        private final long now;
        private @Nullable S state;

        Arrival(@Nullable Object beside, Object key, long now) {
            this.beside = beside;
            this.key = key;
            this.now = now;
        }

        @Override
        public @Nullable Node<S> apply(Id id, @Nullable Node<S> chain) {
            Node<S> rival = Node.find(chain, beside);
            if (rival != null) {
                state = rival.state;
                return chain;
            }
            if (Node.length(chain) < LOOKALIKES && takesRoom() && leavesShareOrRoom(id)) {
                S own = freshOrNoRoomTaken();
                state = own;
                return new Node<>(beside, own, chain);
            }
            tellFull();
            state = share(id);
            return chain;
        }

        /** The name of a key is told by the application, and may throw. */
        private S freshOrNoRoomTaken() {
            try {
                return fresh.apply(key);
            } catch (Throwable thrown) {
                keys.decrementAndGet();
                throw thrown;
            }
        }

        private boolean leavesShareOrRoom(Id id) {
            S common = sharedIfAny(id);
            boolean free = common == null || leavesShared(id.share(), common, now);
            if (!free) {
                keys.decrementAndGet();
            }
            return free;
        }

        S state() {
            return Objects.requireNonNull(state);
        }
    }

    private boolean takesRoom() {
        int taken = keys.get();
        while (taken < maxKeys) {
            if (keys.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = keys.get();
        }
        return false;
    }

    /** Several keys may find it at rest at once; it retires once. */
    private boolean leavesShared(int share, S common, long now) {
        boolean retired = common.retire(now);
        AtomicReferenceArray<@Nullable S> states = shared;
        if (retired && states != null && states.compareAndSet(share, common, null)) {
            sharing.decrementAndGet();
        }
        return retired;
    }

    private @Nullable S sharedIfAny(Id id) {
        AtomicReferenceArray<@Nullable S> states = shared;
        return states == null ? null : states.get(id.share());
    }

    /** Behind the lock of the key: the state it shares. */
    private S share(Id id) {
        AtomicReferenceArray<@Nullable S> states = shared;
        if (states == null) {
            states = makeShared();
        }
        S common = states.get(id.share());
        while (common == null) {
            S made = fresh.apply(null);
            if (states.compareAndSet(id.share(), null, made)) {
                sharing.incrementAndGet();
                return made;
            }
            common = states.get(id.share());
        }
        return common;
    }

    private synchronized AtomicReferenceArray<@Nullable S> makeShared() {
        AtomicReferenceArray<@Nullable S> made = shared;
        if (made == null) {
            made = new AtomicReferenceArray<>(SHARED);
            shared = made;
        }
        return made;
    }

    /** Moves the hands on by some states, if nobody does already. */
    private void sweep(long now) {
        if (sweeping.get() || !sweeping.compareAndSet(false, true)) {
            return;
        }
        try {
            swept = now;
            for (int step = 0; step < STATES_PER_SWEEP && hand.hasNext(); step++) {
                look(hand.next(), now);
            }
            if (!hand.hasNext()) {
                hand = states.entrySet().iterator();
            }
            sweepShared(now);
        } finally {
            sweeping.set(false);
        }
    }

    private void look(Map.Entry<Id, Node<S>> entry, long now) {
        for (Node<S> node = entry.getValue(); node != null; node = node.next) {
            if (node.state.isAtRest(now)) {
                S leaving = node.state;
                states.computeIfPresent(entry.getKey(), (same, chain) -> without(chain, leaving, now));
            }
        }
    }

    /** While there is no room for their keys, they stay: others would take their place at once. */
    private void sweepShared(long now) {
        AtomicReferenceArray<@Nullable S> common = shared;
        for (int step = 0; common != null && hasRoomForSharers() && step < STATES_PER_SWEEP; step++) {
            sharedHand = (sharedHand + 1) % SHARED;
            S state = common.get(sharedHand);
            if (state != null && state.isAtRest(now)) {
                leavesShared(sharedHand, state, now);
            }
        }
        restWhenRoomy();
    }

    private boolean hasRoomForSharers() {
        return sharing.get() > 0 && keys.get() < maxKeys;
    }

    /** Behind the lock of its place: the chain without this state, if it is in it and retires. */
    private @Nullable Node<S> without(Node<S> chain, S leaving, long now) {
        if (!Node.has(chain, leaving) || !leaving.retire(now)) {
            return chain;
        }
        keys.decrementAndGet();
        return Node.without(chain, leaving);
    }

    private void tellFull() {
        if (full.compareAndSet(false, true)) {
            untold.set(true);
        }
    }

    private void restWhenRoomy() {
        if (full.get() && sharing.get() == 0 && keys.get() < maxKeys - maxKeys / 10) {
            full.set(false);
            untold.set(true);
        }
    }

    private void tell() {
        if (untold.get() && untold.compareAndSet(true, false)) {
            whenRoomChanges.run();
        }
    }

    /** A digest as a value. */
    private record Id(long high, long low) {

        int share() {
            return (int) (low & SHARED - 1);
        }

        @Override
        public int hashCode() {
            return (int) high;
        }
    }

    /** The states of keys with one digest, most often one. Immutable. */
    private record Node<S>(
            @Nullable Object beside, S state, @Nullable Node<S> next) {

        static <S> @Nullable Node<S> find(@Nullable Node<S> chain, @Nullable Object beside) {
            Node<S> node = chain;
            while (node != null && beside != null && !beside.equals(node.beside)) {
                node = node.next;
            }
            return node;
        }

        static int length(@Nullable Node<?> chain) {
            return chain == null ? 0 : 1 + length(chain.next);
        }

        static boolean has(@Nullable Node<?> chain, Object state) {
            return chain != null && (chain.state == state || has(chain.next, state));
        }

        /** The order doesn't matter. */
        static <S> @Nullable Node<S> without(@Nullable Node<S> chain, S state) {
            Node<S> rest = null;
            for (Node<S> node = chain; node != null; node = node.next) {
                rest = node.state == state ? rest : new Node<>(node.beside, node.state, rest);
            }
            return rest;
        }
    }
}
