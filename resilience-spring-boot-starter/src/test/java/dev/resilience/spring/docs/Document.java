package dev.resilience.spring.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, as Markdown. */
record Document(Path file, String text) {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ .+$");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    /** The README and everything below {@code docs}. */
    static List<Document> all() {
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            List<Path> pages = files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), pages.stream())
                    .map(Document::read)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The page of this name below {@code docs/patterns}. */
    static Document pattern(String name) {
        return read(ROOT.resolve("docs/patterns/" + name + ".md"));
    }

    private static Document read(Path file) {
        try {
            return new Document(file, Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    void write() {
        try {
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** The contents of the fenced blocks that are marked with exactly this language. */
    List<String> blocks(String language) {
        return found(Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$"), 1);
    }

    List<String> headings() {
        return found(HEADING, 0);
    }

    /** The files that the page links to, as it writes them. */
    List<String> links() {
        return found(LINK, 1);
    }

    /** What stands between this heading and the next. */
    String section(String heading) {
        return found(section(Pattern.quote(heading), ".*?"), 0).get(0);
    }

    /** The first table below this heading, as it is written. */
    String table(String heading) {
        return found(Pattern.compile("(?m)(^\\|.*\\|\n)+"), section(heading)).get(0);
    }

    /** The page with another table below this heading. */
    Document withTable(String heading, String table) {
        return new Document(
                file, text.replace(section(heading), section(heading).replace(table(heading), table)));
    }

    boolean links(String link) {
        return Files.exists(file.resolveSibling(link));
    }

    private static Pattern section(String heading, String body) {
        return Pattern.compile("(?ms)^## " + heading + "\n" + body + "(?=^#|\\z)");
    }

    private List<String> found(Pattern pattern, int group) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(group))
                .toList();
    }

    private static List<String> found(Pattern pattern, String in) {
        return pattern.matcher(in).results().map(MatchResult::group).toList();
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }
}
