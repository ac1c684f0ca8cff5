package dev.resilience.execution;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a call, in the order in which it came: whoever finds nobody reading it reads it until it is empty. So
 * one thread at a time reads, with a happens-before edge between, and nothing is locked while foreign code runs. Thread-safe.
 */
abstract class Inbox {

    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unread = new AtomicInteger();
    private @Nullable Runnable afterwards;
    private @Nullable Starter starter;

    /** This has happened: it is read now, or by whoever is reading. */
    final void post(Runnable happening) {
        inbox.add(happening);
        if (unread.getAndIncrement() == 0) {
            readAll();
        }
    }

    private void readAll() {
        Runnable start = null;
        do {
            shielded(inbox.remove());
            if (afterwards != null) {
                start = inPlaceOf(start, afterwards);
                afterwards = null;
            }
        } while (unread.decrementAndGet() > 0);
        if (start != null) {
            start(start);
        }
    }

    /** Has this start done by the thread that reads the inbox, when it has read everything and left it. */
    final void afterwards(Runnable start) {
        afterwards = start;
    }

    /** A start that another one overtakes belongs to a body that has been dropped: it only says that it is over. */
    private static Runnable inPlaceOf(@Nullable Runnable overtaken, Runnable start) {
        if (overtaken != null) {
            overtaken.run();
        }
        return start;
    }

    /** A start that ends the body at once leads to the next start, which has to wait for it lest the stack grows. */
    private void start(Runnable start) {
        Starter below = starter;
        if (below != null && below.thread == Thread.currentThread()) {
            below.next = inPlaceOf(below.next, start);
            return;
        }
        Starter mine = new Starter(Thread.currentThread());
        starter = mine;
        for (Runnable next = start; next != null; next = mine.takeNext()) {
            next.run();
        }
        if (starter == mine) {
            starter = null;
        }
    }

    /**
     * What a subscriber, a dependent future or a cancellation throws at us is none of the call's business, and must not stop
     * what has to happen after it.
     */
    static void shielded(Runnable happening) {
        try {
            happening.run();
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }

    /** A thread that is starting bodies of a call, and what it has to start next. Only that thread touches it. */
    private static final class Starter {
        private final Thread thread;
        private @Nullable Runnable next;

        private Starter(Thread thread) {
            this.thread = thread;
        }

        private @Nullable Runnable takeNext() {
            Runnable taken = next;
            next = null;
            return taken;
        }
    }
}
