package dev.resilience;

import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.ResolvedPolicy;

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
        OFF
    }

    private final PolicyKind<C, P> kind;
    private final P state;
    private final Tally tally = new Tally();
    private volatile ResolvedPolicy<C> resolved;
    private volatile Mode mode;

    PolicyInstance(PolicyKind<C, P> kind, ResolvedPolicy<C> resolved, PolicyContext context) {
        this.kind = kind;
        this.resolved = resolved;
        this.mode = mode(resolved.common());
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

    /** Puts a changed, validated configuration in force; what was counted stays. One change after the other. */
    public synchronized void reconfigure(ResolvedPolicy<C> changed) {
        kind.reconfigure(state, changed.configuration());
        resolved = changed;
        mode = mode(changed.common());
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
