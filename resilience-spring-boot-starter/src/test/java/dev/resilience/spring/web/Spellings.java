package dev.resilience.spring.web;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Ways to write a path that somebody, somewhere, reads as the same one. */
final class Spellings {

    private static final List<String> INSERTED = List.of(
            "/",
            "//",
            "/.",
            "/./",
            "/%2e/",
            "/x/..",
            "/x/../",
            "/x/..;/",
            "/x/%2e%2e/",
            "/x/.%2e/",
            ";",
            ";x",
            ";x=1",
            ";/",
            ";x=1;y=2",
            ";x=/",
            "%2f",
            "%2F",
            "%5c",
            "\\",
            "%00",
            "%20",
            "%09",
            "%0a",
            "%0d%0a",
            "%3b",
            "%3f",
            "%23",
            "%25",
            "+",
            "%u002f",
            "%c0%af",
            "%e2%80%8b",
            "%ef%bb%bf",
            ".",
            "..",
            "..;/",
            "~",
            "*",
            "%",
            "%2",
            "%zz",
            "?x",
            "#x");

    private static final List<String> BEFORE = List.of(
            "/x/..",
            "/x/%2e%2e",
            "/x;/..",
            "/..",
            "/../..",
            "/%2e%2e",
            "/.",
            "/;",
            "/;x=1",
            "http://localhost",
            "http://other.example",
            "HTTP://LOCALHOST:80",
            "//localhost");

    private static final List<String> AFTER =
            List.of(".json", ".html", ".", "%2ejson", "/..", "/../around", "/index.html", "/%2e", "?;x=1", "/?x", "&x");

    private Spellings() {}

    /** All of them, and no two alike. */
    static List<String> of(String path) {
        Set<String> spellings = new LinkedHashSet<>();
        BEFORE.forEach(before -> spellings.add(before + path));
        AFTER.forEach(after -> spellings.add(path + after));
        for (int at = 0; at <= path.length(); at++) {
            if (at == path.length() || path.charAt(at) == '/') {
                int place = at;
                INSERTED.forEach(text -> spellings.add(path.substring(0, place) + text + path.substring(place)));
                INSERTED.forEach(text -> spellings.add(path.substring(0, Math.min(place + 1, path.length()))
                        + text
                        + path.substring(Math.min(place + 1, path.length()))));
            }
        }
        for (int at = 1; at < path.length(); at++) {
            spellings.addAll(letters(path, at));
        }
        spellings.add(path.toUpperCase(Locale.ROOT));
        List.of("/", "/;", "/.", "//x/..").forEach(text -> spellings.add(path + text.repeat(7_000 / text.length())));
        List.of("/", "/.", "/;", "/x/..").forEach(text -> spellings.add(text.repeat(7_000 / text.length()) + path));
        spellings.remove(path);
        return new ArrayList<>(spellings);
    }

    private static List<String> letters(String path, int at) {
        String before = path.substring(0, at);
        String after = path.substring(at + 1);
        String code = "%%%02x".formatted((int) path.charAt(at));
        return List.of(
                before + code + after,
                before + code.toUpperCase(Locale.ROOT) + after,
                before + code.replace("%", "%25") + after,
                before + code.replace("%", "%u00") + after,
                before + Character.toUpperCase(path.charAt(at)) + after,
                before + "%EF%BC%" + "%02X".formatted(0x80 + path.charAt(at) % 64) + after);
    }
}
