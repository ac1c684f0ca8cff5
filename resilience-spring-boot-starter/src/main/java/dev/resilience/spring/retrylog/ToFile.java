package dev.resilience.spring.retrylog;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines to a file, on a worker.
 *
 * <p>A call that is about to be tried again has no time for a disk, least of all for one that hangs. So it leaves its line in
 * a list and goes; the list is bounded, and what finds it full is dropped and counted. Lines are written in the order they
 * came, and only one thread writes at a time.
 */
final class ToFile implements Destination {

    /** A few megabytes at most. */
    static final int MOST_WAITING = 4096;

    private static final long LONGEST_END_MILLIS = 2000;

    private final LineFile file;
    private final Executor workers;

    /** Guards what follows; held for the time of a few stores only. */
    private final Lock list = new ReentrantLock();

    private List<String> lines = new ArrayList<>();
    private long dropped;
    private boolean writing;
    private boolean closed;

    /** Held while the file is written. */
    private final Lock pen = new ReentrantLock();

    private ToFile(LineFile file, Executor workers) {
        this.file = file;
        this.workers = workers;
    }

    /**
     * A destination that is known to be writable.
     *
     * @param property what names the file, for whoever has to correct it
     * @param origin where it does; null where nobody knows
     * @throws ResilienceConfigurationException if nothing can be appended to it
     */
    static ToFile open(String property, String path, @Nullable String origin, Executor workers) {
        try {
            LineFile file = new LineFile(Path.of(path));
            file.prepare();
            return new ToFile(file, workers);
        } catch (IOException | InvalidPathException | SecurityException unwritable) {
            throw new ResilienceConfigurationException(
                    List.of(
                            new Problem(
                                    property,
                                    path,
                                    origin,
                                    "can't be written: " + unwritable,
                                    "Name a file that the application may create and append to, or leave it out to write to its logging")));
        }
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void accept(String line) {
        if (isFirst(line)) {
            begin();
        }
    }

    /** Whether the line is one that somebody has to be called for. */
    private boolean isFirst(String line) {
        list.lock();
        try {
            if (closed || lines.size() >= MOST_WAITING) {
                dropped++;
                return false;
            }
            lines.add(line);
            boolean first = !writing;
            writing = true;
            return first;
        } finally {
            list.unlock();
        }
    }

    /** Where there is no worker, the next line calls for one again, and the end of all writes what is left. */
    private void begin() {
        try {
            workers.execute(this::write);
        } catch (Throwable refused) {
            list.lock();
            writing = false;
            list.unlock();
        }
    }

    private void write() {
        pen.lock();
        try {
            writeAll();
        } finally {
            pen.unlock();
        }
    }

    private void writeAll() {
        for (Batch batch = take(); !batch.isEmpty(); batch = take()) {
            file.append(batch.lines, batch.dropped);
        }
    }

    private Batch take() {
        list.lock();
        try {
            Batch batch = new Batch(lines, dropped);
            writing = !batch.isEmpty();
            lines = new ArrayList<>();
            dropped = 0;
            return batch;
        } finally {
            list.unlock();
        }
    }

    /** A disk that hangs keeps the application from its end for two seconds, and no longer. */
    @Override
    public void close() {
        list.lock();
        closed = true;
        list.unlock();
        try {
            if (pen.tryLock(LONGEST_END_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    writeAll();
                } finally {
                    pen.unlock();
                }
                return;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        file.lost(take());
    }

    /** What is written at once. */
    record Batch(List<String> lines, long dropped) {

        boolean isEmpty() {
            return lines.isEmpty() && dropped == 0;
        }

        long size() {
            return lines.size() + dropped;
        }
    }
}
