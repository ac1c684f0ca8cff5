package dev.resilience;

import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One policy of a kind: (kind, name) is one shared instance, on however many methods it is placed. Thread-safe.
 *
 * @param <C> its configuration
 * @param <P> what holds its state
 */
public final class PolicyInstance<C extends Record, P> {

    /** Whether the instance decides, only watches, or does neither. */
    public enum Mode {
        /** It decides. */
        ENFORCED,
        /** {@code shadow: true}: it decides and counts, and the call goes on without it. */
        SHADOW,
        /** {@code enabled: false}: it isn't asked. */
        OFF;

        /** The word for the endpoint. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final PolicyKind<C, P> kind;
    private final P state;
    private final Tally tally = new Tally();
    private final KeyTexts keyTexts = new KeyTexts();
    private final EventSink events;
    private final UnitOfWork work;
    private volatile ResolvedPolicy<C> resolved;
    private volatile Mode mode;

    PolicyInstance(PolicyKind<C, P> kind, ResolvedPolicy<C> resolved, PolicyContext context) {
        this.kind = kind;
        this.resolved = resolved;
        this.mode = mode(resolved.common());
        this.events = context.events();
        this.work = context.work();
        this.state = kind.create(resolved.name(), resolved.configuration(), context);
    }

    public PolicyKind<C, P> kind() {
        return kind;
    }

    public String name() {
        return resolved.name();
    }

    /** What holds the state: what {@link PolicyKind#create} made. */
    public P state() {
        return state;
    }

    /** The configuration in force, and where each word of it comes from. */
    public ResolvedPolicy<C> resolved() {
        return resolved;
    }

    /** The configuration in force. */
    public C configuration() {
        return resolved.configuration();
    }

    public Mode mode() {
        return mode;
    }

    public Tally tally() {
        return tally;
    }

    /** The live numbers. */
    public Snapshot snapshot() {
        return kind.snapshot(state);
    }

    /** What is kept for the key of this text; empty if nothing is kept by key. Makes no state. */
    public Optional<KeyView> key(String text, @Nullable String tier) {
        return kind.keyed(state).map(keyed -> keyed.view(keyTexts.meantBy(text), tier));
    }

    /**
     * Forgets what is kept for the key of this text, and tells the listeners if there was something; empty if nothing is
     * kept by key.
     *
     * @param who who wants it, if anybody knows
     */
    public Optional<KeyReset> resetKey(String text, @Nullable String who) {
        Optional<KeyReset> reset = kind.keyed(state).map(keyed -> keyed.reset(keyTexts.meantBy(text)));
        reset.filter(KeyReset::done)
                .ifPresent(done -> events.publish(new ResilienceEvent.Reset(kind.id(), name(), done.key(), who)));
        return reset;
    }

    /** The results it keeps, for code that drops some, which listeners then hear of; empty if it keeps none. */
    public Optional<KeptResults> results() {
        return kind.results(state).map(kept -> new ToldResults(this));
    }

    /**
     * Drops results it keeps for code that wants it, and tells the listeners, even where there were none: what was being loaded
     * is overtaken as well. In the middle of a transaction, where others still read what was before, it does so at once, and once
     * more when that is over.
     *
     * @param who who wants it, if anybody knows
     * @return how many it has dropped at once; empty if it keeps no results
     */
    public OptionalLong drop(Selection meant, @Nullable String who) {
        return drop(meant, who, false);
    }

    /** As {@link #drop}, for a person, of whom the log tells. */
    public OptionalLong dropByHand(Selection meant, String who) {
        return drop(meant, who, true);
    }

    private OptionalLong drop(Selection meant, @Nullable String who, boolean byHand) {
        Optional<KeptResults> kept = kind.results(state);
        if (kept.isEmpty()) {
            return OptionalLong.empty();
        }
        long dropped = drop(kept.get(), meant, who, byHand);
        work.whenOver(() -> drop(kept.get(), meant, who, byHand));
        return OptionalLong.of(dropped);
    }

    private long drop(KeptResults kept, Selection meant, @Nullable String who, boolean byHand) {
        long dropped = meant.dropFrom(kept);
        if (events.listening()) {
            events.publish(new ResilienceEvent.Invalidated(kind.id(), name(), meant.toString(), dropped, who, byHand));
        }
        return dropped;
    }

    /** The keys that stand out, if anybody counts them. */
    public Optional<TopKeys> topKeys() {
        return kind.keyed(state).flatMap(KeyedState::top);
    }

    /**
     * What it remembers of the values that methods give, and will remember for this long; empty if it remembers none. Only
     * while it decides: in the shadow or switched off it answers nobody.
     */
    public Optional<Recollection> recollection(Duration age) {
        return kind.recollection(state, age).map(memory -> call -> mode == Mode.ENFORCED ? memory.recall(call) : null);
    }

    /** It stands on an operation with this placement. */
    void placed(Placement placement) {
        keyTexts.add(placement);
    }

    /** Puts a changed, validated configuration in force; what was counted stays. One change after the other. */
    public synchronized void reconfigure(ResolvedPolicy<C> changed) {
        kind.reconfigure(state, changed.configuration());
        resolved = changed;
        mode = mode(changed.common());
    }

    /** What it is called in messages, such as {@code retry 'upstream'}. */
    public String inWords() {
        return kind.singular() + " '" + name() + "'";
    }

    @Override
    public String toString() {
        return kind.id() + " '" + name() + "'";
    }

    private static Mode mode(CommonKnobs common) {
        if (!common.enabled()) {
            return Mode.OFF;
        }
        return common.shadow() ? Mode.SHADOW : Mode.ENFORCED;
    }
}
