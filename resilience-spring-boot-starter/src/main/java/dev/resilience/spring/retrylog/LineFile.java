package dev.resilience.spring.retrylog;

import dev.resilience.spring.retrylog.ToFile.Batch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file that grows by whole lines. It is opened for each batch, so that whoever rotates it may take it away at any time, and
 * so that a disk that was full is tried again.
 *
 * <p>That it can't be written is told once, and what was lost when it can be written again. Not thread-safe.
 */
final class LineFile {

    private final Path path;
    private boolean doubtful = true;
    private boolean failing;
    private long lost;

    LineFile(Path path) {
        this.path = path;
    }

    /** Makes the file, if there is none. @throws IOException if nothing can be appended to it */
    void prepare() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        append("");
    }

    /** @param dropped how many more there would have been */
    void append(List<String> lines, long dropped) {
        lost += dropped;
        try {
            append(text(lines));
        } catch (IOException | SecurityException unwritable) {
            failed(lines.size(), unwritable);
            return;
        }
        doubtful = false;
        tellLost();
    }

    private String text(List<String> lines) throws IOException {
        StringBuilder text = new StringBuilder(doubtful && endsWithinLine() ? "\n" : "");
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private void append(String text) throws IOException {
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whoever wrote last, we or somebody before us, may have been cut off. */
    private boolean endsWithinLine() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (SeekableByteChannel channel = Files.newByteChannel(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.position(channel.size() - 1);
            return channel.read(last) == 1 && last.get(0) != '\n';
        }
    }

    private void failed(int lines, Exception unwritable) {
        lost += lines;
        doubtful = true;
        if (!failing) {
            failing = true;
            ToLogger.LOGGER.warn(
                    "{} can't be written ({}): retries are missing in it until it can", path, unwritable.toString());
        }
    }

    private void tellLost() {
        failing = false;
        if (lost > 0) {
            ToLogger.LOGGER.warn("{} retries are missing in {}: they came faster than it could be written", lost, path);
            lost = 0;
        }
    }

    /** Nobody will write these. */
    void lost(Batch batch) {
        ToLogger.LOGGER.warn("{} retries are missing in {}, which could not be written at the end", batch.size(), path);
    }
}
