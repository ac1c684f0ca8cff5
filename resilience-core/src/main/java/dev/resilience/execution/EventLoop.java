package dev.resilience.execution;

import reactor.core.scheduler.Schedulers;

/** The threads that must never rest, because the calls of many live on each of them. */
final class EventLoop {

    private static final boolean REACTOR_IS_PRESENT = isPresent("reactor.core.scheduler.NonBlocking");

    private EventLoop() {}

    /** Whether the current thread is one of them. */
    static boolean isCurrent() {
        return REACTOR_IS_PRESENT && Marked.isCurrent();
    }

    private static boolean isPresent(String name) {
        try {
            Class.forName(name, false, EventLoop.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /** Apart, so that its owner loads without Reactor. */
    private static final class Marked {

        private static boolean isCurrent() {
            return Schedulers.isInNonBlockingThread();
        }
    }
}
