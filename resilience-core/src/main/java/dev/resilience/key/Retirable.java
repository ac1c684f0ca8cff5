package dev.resilience.key;

/**
 * The state of a key, which may leave when nothing depends on it. Thread-safe.
 *
 * <p>Who acts on a state has looked it up before, and it may have left in between. So leaving is a step of the state
 * itself: of an act and a retirement that race, one comes first, and whoever acts on a retired state is told so and looks
 * again. The methods are called by several threads at once, are short, and don't reach for the states.
 */
public interface Retirable {

    /**
     * Whether nothing depends on it: for whoever comes next, a fresh state is as good. A look that promises nothing.
     *
     * @param now in the time of whoever asks for states
     */
    boolean isAtRest(long now);

    /**
     * Retires it for good, if it is at rest: in one step, or not at all.
     *
     * @return whether it is retired, whoever did it
     */
    boolean retire(long now);
}
