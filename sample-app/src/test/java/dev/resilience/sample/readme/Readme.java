package dev.resilience.sample.readme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the README, or another page, tells its readers to do. */
final class Readme {

    /** The repository, seen from the folder in which this module's tests run. */
    static final Path ROOT = Path.of("..");

    private static final Pattern CURL =
            Pattern.compile("curl (?:-i )?(?:-X ([A-Z]+) )?'?(?:localhost|127\\.0\\.0\\.1):(\\d+)"
                    + "(/[^\\s`'?]*)(?:\\?[a-z]+=\\[1-(\\d+)])?'?([^\\n`]*)");
    private static final Pattern HEADER = Pattern.compile(" -H '([^:']+): ([^']*)'");
    private static final Pattern BODY = Pattern.compile(" -d '([^']*)'");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");

    private final Path file;
    private final String text;

    Readme() {
        this("README.md");
    }

    /** Another page, by its path in the repository. */
    Readme(String page) {
        file = ROOT.resolve(page);
        text = text(file);
    }

    /**
     * A request the README makes.
     *
     * @param times how often, as in {@code ?guess=[1-6]}
     * @param headers those it names
     * @param body empty where there is none
     */
    record Request(String method, int port, String path, int times, Map<String, String> headers, String body) {

        /** One that asks for what is at this path. */
        static Request get(int port, String path) {
            return new Request("GET", port, path, 1, Map.of(), "");
        }
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** The commands in its shell blocks; one that is joined by {@code &&} is several. */
    List<String> commands() {
        return blocks("shell")
                .flatMap(String::lines)
                .flatMap(line -> Stream.of(line.split("&&")))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** The one command that begins like this. */
    String command(String beginning) {
        List<String> found = commands().stream()
                .filter(command -> command.startsWith(beginning))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException("one command should begin with '" + beginning + "', not " + found);
        }
        return found.get(0);
    }

    /** The code blocks in this language. */
    Stream<String> blocks(String language) {
        Pattern block = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL);
        return matches(block).map(found -> found.group(1));
    }

    List<Request> requests() {
        return matches(CURL).map(Readme::request).toList();
    }

    /** The files it links to. */
    List<Path> links() {
        return matches(LINK).map(link -> file.resolveSibling(link.group(1))).toList();
    }

    private Stream<MatchResult> matches(Pattern pattern) {
        return pattern.matcher(text).results();
    }

    private static Request request(MatchResult curl) {
        String method = curl.group(1) == null ? "GET" : curl.group(1);
        int times = curl.group(4) == null ? 1 : Integer.parseInt(curl.group(4));
        Map<String, String> headers = HEADER.matcher(curl.group(5))
                .results()
                .collect(Collectors.toMap(header -> header.group(1), header -> header.group(2)));
        String body = BODY.matcher(curl.group(5))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
        return new Request(method, Integer.parseInt(curl.group(2)), curl.group(3), times, headers, body);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
