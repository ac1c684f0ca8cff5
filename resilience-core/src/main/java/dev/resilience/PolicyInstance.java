package dev.resilience;

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
        OFF
    }

    private final PolicyKind<C, P> kind;
    private final String name;
    private final P state;
    private final Tally tally = new Tally();
    private volatile C configuration;
    private volatile Mode mode;

    PolicyInstance(PolicyKind<C, P> kind, String name, C configuration, Mode mode, PolicyContext context) {
        this.kind = kind;
        this.name = name;
        this.configuration = configuration;
        this.mode = mode;
        this.state = kind.create(name, configuration, context);
    }

    public PolicyKind<C, P> kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    /** What holds the state: what {@link PolicyKind#create} made. */
    public P state() {
        return state;
    }

    /** The configuration in force. */
    public C configuration() {
        return configuration;
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

    /** Puts a changed, validated configuration in force; what was counted stays. */
    public void reconfigure(C changed, Mode changedMode) {
        kind.reconfigure(state, changed);
        configuration = changed;
        mode = changedMode;
    }

    /** The state if it is of this type, or null. */
    public <T> @Nullable T stateAs(Class<T> type) {
        return type.isInstance(state) ? type.cast(state) : null;
    }

    @Override
    public String toString() {
        return kind.id() + " '" + name + "'";
    }
}
