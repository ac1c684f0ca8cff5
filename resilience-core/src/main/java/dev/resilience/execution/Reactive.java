package dev.resilience.execution;

/** Whether Reactor is on the class path, where it is optional. */
final class Reactive {

    static final boolean IS_PRESENT = isPresent("reactor.core.scheduler.NonBlocking");

    private Reactive() {}

    private static boolean isPresent(String name) {
        try {
            Class.forName(name, false, Reactive.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }
}
