package dev.resilience.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A page of Markdown with lines of the table in it. A mark behind the name of a row, such as a dagger, goes with the old line. */
final class Page {

    private final Path file;

    Page(Path file) {
        this.file = file;
    }

    /** Puts these lines in the place of those of the same rows, and says which rows have no place there. */
    void refresh(List<Line> lines) throws IOException {
        Map<String, String> fresh = new HashMap<>();
        lines.stream()
                .filter(line -> line.row() != null)
                .forEach(line -> fresh.put(line.row().value(), line.text()));
        List<String> page = new ArrayList<>();
        for (String old : Files.readAllLines(file)) {
            String replacement = fresh.remove(row(old));
            page.add(replacement == null ? old : replacement);
        }
        Files.writeString(file, String.join("\n", page) + "\n");
        fresh.keySet().forEach(row -> System.out.println("not in " + file + ": " + row));
    }

    /** What stands in the first cell, without marks. */
    private static String row(String line) {
        String[] cells = line.split("\\|", 3);
        return cells.length < 3 ? "" : cells[1].replaceAll("[†‡]", "").strip();
    }
}
