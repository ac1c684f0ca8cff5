package dev.resilience.execution;

import reactor.core.scheduler.Schedulers;

/** The threads that must never rest, because the calls of many live on each of them. */
final class EventLoop {

    private EventLoop() {}

    /** Whether the current thread is one of them. */
    static boolean isCurrent() {
        return Reactive.IS_PRESENT && Marked.isCurrent();
    }

    /** Apart, so that its owner loads without Reactor. */
    private static final class Marked {

        private static boolean isCurrent() {
            return Schedulers.isInNonBlockingThread();
        }
    }
}
