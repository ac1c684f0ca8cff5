package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Knobs.Described;
import dev.resilience.configuration.PropertyName;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that can be written wrongly about kinds, made from the descriptions of their knobs. */
final class MalformedConfigurations {

    private static final String NAME = "upstream";

    private final List<MalformedConfiguration> all = new ArrayList<>();

    private MalformedConfigurations() {}

    static List<MalformedConfiguration> of(List<PolicyKind<?, ?>> kinds) {
        MalformedConfigurations malformed = new MalformedConfigurations();
        malformed.roots();
        malformed.http();
        malformed.httpClients();
        malformed.retryLog();
        kinds.forEach(malformed::kind);
        return List.copyOf(malformed.all);
    }

    private void roots() {
        add("no truth", "resilience: {enabled: 'perhaps'}", "resilience.enabled", "perhaps");
        add("no truth", "resilience: {strict: '2'}", "resilience.strict", "2");
        add("empty", "resilience: {strict: ''}", "resilience.strict", "");
        add("something below a value", "resilience: {enabled: {always: 'true'}}", "resilience.enabled", "true");
        add("a list for a value", "resilience: {enabled: ['true']}", "resilience.enabled", "true");
        add("no state", "resilience: {health-down-on: 'OPEN, OVERFLOW'}", "resilience.health-down-on", "OVERFLOW");
        add("no state", "resilience: {health-down-on: ['OPENED']}", "resilience.health-down-on", "OPENED");
        add("a typo", "resilience: {enabld: 'true'}", "resilience.enabld", "true");
        add("a typo", "resilience: {default: {retries: {delay: '1s'}}}", "resilience.default.retries.delay", "1s");
        add("a typo", "resilience: {pipeline: {a: {order: 'b'}}}", "resilience.pipeline.a.order", "b");
        add("a stranger", "resilience: {elephant: {trunk: 'long'}}", "resilience.elephant.trunk", "long");
        add("a stranger", "resilience.defaults: {elephants: {trunk: 'long'}}", "elephants.trunk", "long");
        add("a value for a map", "resilience: {defaults: 'retries'}", "resilience.defaults", "retries");
        add("a value for a map", "resilience: {pipelines: 'quotes'}", "resilience.pipelines", "quotes");
        add("a value for a map", "resilience.pipelines: {quotes: 'a'}", "resilience.pipelines.quotes", "a");
        add("a list for a map", "resilience: {pipelines: ['quotes']}", "resilience.pipelines[0]", "quotes");
        add("a list for a map", "resilience.pipelines: [{order: 'a'}]", "resilience.pipelines[0].order", "a");
        add("a stranger", "resilience.pipelines.quotes: {elephants: 'a'}", "quotes.elephants", "a");
        add("an unknown stage", "resilience.pipelines.quotes: {order: 'elephants'}", "quotes.order", "elephants");
        add("a torn name", "resilience.pipelines: {a/b: {order: 'x'}}", "a/b", "x");
        add("a torn name", "resilience.pipelines: {a.b: {order: 'x'}}", "a.b", "x");
        add("no value of a placeholder", "resilience: {strict: '${nobody.knows}'}", "strict", "${nobody.knows}");
    }

    private void httpClients() {
        add("a value for a map", "resilience: {http-clients: 'x'}", "resilience.http-clients", "x");
        add("a list for a map", "resilience: {http-clients: ['x']}", "resilience.http-clients[0]", "x");
        add("a typo", "resilience.http-clients: {deadline: false}", "resilience.http-clients.deadline", "false");
        add("a typo", "resilience.http-client: {deadlines: false}", "resilience.http-client.deadlines", "false");
        add("no boolean", "resilience.http-clients: {deadlines: 2s}", "resilience.http-clients.deadlines", "2s");
        add("empty", "resilience.http-clients: {deadlines: ''}", "resilience.http-clients.deadlines", "");
        add("a list for a value", "resilience.http-clients: {deadlines: [true]}", "http-clients.deadlines[0]", "true");
        add("no header", "resilience.http-clients: {deadline-header: 'X Deadline'}", "deadline-header", "X Deadline");
        add("no header", "resilience.http-clients: {deadline-header: 'X-Deadline:'}", "deadline-header", "X-Deadline:");
        add("no header", "resilience.http-clients: {deadline-header: 'Zeit-übrig'}", "deadline-header", "Zeit-übrig");
        add("a list for a value", "resilience.http-clients: {deadline-header: [A, B]}", "deadline-header[0]", "A");
        add("a header of the message", "resilience.http-clients: {deadline-header: Host}", "deadline-header", "Host");
        add("empty", "resilience.http-clients: {deadline-header: ''}", "resilience.http-clients.deadline-header", "");
    }

    private void retryLog() {
        add("a value for a map", "resilience: {retry-log: 'true'}", "resilience.retry-log", "true");
        add("a list for a map", "resilience: {retry-log: ['x']}", "resilience.retry-log[0]", "x");
        add("a typo", "resilience.retry-log: {fil: 'x'}", "resilience.retry-log.fil", "x");
        add("a typo", "resilience.retry-logs: {enabled: true}", "resilience.retry-logs.enabled", "true");
        add("no boolean", "resilience.retry-log: {enabled: 2s}", "resilience.retry-log.enabled", "2s");
        add("a list for a value", "resilience.retry-log: {file: [a, b]}", "resilience.retry-log.file[0]", "a");
        add("empty", "resilience.retry-log: {file: ''}", "resilience.retry-log.file", "");
        add("lines that nobody writes", "resilience.retry-log: {context: traceId}", "retry-log.context", "traceId");
    }

    private void http() {
        add("a value for a map", "resilience: {http: 'x'}", "resilience.http", "x");
        add("a list for a map", "resilience: {http: ['x']}", "resilience.http[0]", "x");
        add("a typo", "resilience.http: {heders: 'ietf'}", "resilience.http.heders", "ietf");
        add("a typo", "resilience.http: {rule: [{path: '/a'}]}", "resilience.http.rule[0].path", "/a");
        add("an unknown style", "resilience.http: {headers: 'modern'}", "resilience.http.headers", "modern");
        add("an unknown style", "resilience.http: {reset: 'soon'}", "resilience.http.reset", "soon");
        add("empty", "resilience.http: {headers: ''}", "resilience.http.headers", "");
        add("a map for a value", "resilience.http: {headers: {a: 'ietf'}}", "resilience.http.headers", "ietf");
        add("a map for a list", "resilience.http: {trusted-proxies: {a: 'b'}}", "trusted-proxies", "b");
        add(
                "a proxy by name",
                "resilience.http: {trusted-proxies: proxy.internal}",
                "trusted-proxies",
                "proxy.internal");
        add("a half range", "resilience.http: {trusted-proxies: 10.0.0.1/8}", "trusted-proxies", "10.0.0.1/8");
        add("everybody", "resilience.http: {trusted-proxies: 0.0.0.0/0}", "trusted-proxies", "0.0.0.0/0");
        add(
                "tiers by case",
                "resilience.rate-limiters.a: {limits: 60/1m, tiers: {admin: 70/1m, Admin: 80/1m}}",
                "tiers.Admin",
                "80/1m");
        add(
                "an empty bucket",
                "resilience.rate-limiters.a: {limits: 60/1m, algorithm: token-bucket, burst: 0}",
                "burst",
                "0");
        add(
                "two bursts for a limit",
                "resilience.rate-limiters.a: {limits: 60/1m, algorithm: token-bucket, burst: '5, 6'}",
                "burst",
                "5, 6");
        add("a burst without a bucket", "resilience.rate-limiters.a: {limits: 60/1m, burst: 5}", "burst", "5");
        add(
                "a week and a half of a calendar",
                "resilience.rate-limiters.a: {limits: 60/10d, algorithm: fixed-window}",
                "limits",
                "60/10d");
        add(
                "waiting for tomorrow",
                "resilience.rate-limiters.a: {limits: 60/1d, algorithm: fixed-window, max-wait: 1s}",
                "max-wait",
                "1s");
        add(
                "a zone that is none",
                "resilience.rate-limiters.a: {limits: 60/1d, algorithm: fixed-window, zone: Europe/Berln}",
                "zone",
                "Europe/Berln");
        add(
                "an outcome that is none",
                "resilience.rate-limiters.a: {limits: 60/1d, charge-on: errors}",
                "charge-on",
                "errors");
        add("a value for a list", "resilience.http: {rules: 'login'}", "resilience.http.rules", "login");
        add(
                "a map for a list",
                "resilience.http.rules: {login: {path: '/a'}}",
                "resilience.http.rules.login.path",
                "/a");
        add("a list of values", "resilience.http: {rules: ['/a']}", "resilience.http.rules[0]", "/a");
        rule("no path", "limits: '5/1m'", "path", null);
        rule("an empty path", "path: '', limits: '5/1m'", "path", "");
        rule("a path from nowhere", "path: 'a', limits: '5/1m'", "path", "a");
        rule("a list for a value", "path: ['/a'], limits: '5/1m'", "path[0]", "/a");
        rule("a map for a value", "path: {a: '/a'}, limits: '5/1m'", "path.a", "/a");
        rule("a typo", "pth: '/a', limits: '5/1m'", "pth", "/a");
        rule("a typo of the limiter's", "path: '/a', limts: '5/1m'", "limts", "5/1m");
        rule("an unknown method", "path: '/a', limits: '5/1m', methods: 'PSOT'", "methods", "PSOT");
        rule("an empty name", "path: '/a', limits: '5/1m', name: ''", "name", "");
        rule("a bad value of the limiter's", "path: '/a', limits: '5'", "limits", "5");
        rule("a bad value of the limiter's", "path: '/a', limits: '5/1m', max-keys: '0'", "max-keys", "0");
        rule("a bad entry of the limiter's", "path: '/a', limits: '5/1m', tiers: {gold: 'x'}", "tiers.gold", "x");
        rule("no limits", "path: '/a'", "limits", null);
        rule("bad limits beside a bad path", "path: 'a', limits: '5'", "limits", "5");
        rule("a success that fails", "path: '/a', limits: '5/1m', failure-statuses: '200'", "failure-statuses", "200");
        rule("no status", "path: '/a', limits: '5/1m', failure-statuses: 'bad'", "failure-statuses", "bad");
        rule("an unknown phase", "path: '/a', limits: '5/1m', phase: 'early'", "phase", "early");
        rule("limits of its own and another's", "path: '/a', rate-limiter: 'a', limits: '5/1m'", "limits", "5/1m");
        add(
                "one name twice",
                "resilience.http.rules: [{path: '/a', limits: '5/1m'}, {path: '/a', limits: '6/1m'}]",
                "resilience.http.rules[1].name",
                "ANY /a");
        add(
                "the name of a limiter",
                "resilience: {rate-limiters.a.limits: '1/1s', http.rules: [{name: 'a', path: '/a', limits: '6/1m'}]}",
                "resilience.http.rules[0].name",
                "a");
    }

    private void rule(String situation, String settings, String property, @Nullable String value) {
        add(situation, "resilience.http.rules: [{" + settings + "}]", "resilience.http.rules[0]." + property, value);
    }

    private void kind(PolicyKind<?, ?> kind) {
        shape(kind);
        names(kind);
        bases(kind);
        pipelines(kind);
        for (Described knob : Knobs.of(kind)) {
            values(kind, knob);
            shape(kind, knob);
            typos(kind, knob);
            alternatives(kind, knob);
        }
    }

    private void shape(PolicyKind<?, ?> kind) {
        String id = kind.id();
        add("a value for a map", "resilience: {" + id + ": 'x'}", "resilience." + id, "x");
        add("a list for a map", "resilience: {" + id + ": ['x']}", "resilience." + id + "[0]", "x");
        add("a list for a map", "resilience: {" + id + ": [{enabled: 'true'}]}", id + "[0].enabled", "true");
        add("a value for a map", "resilience." + id + ": {a: 'x'}", id + ".a", "x");
        add("a list for a map", "resilience." + id + ": {a: ['x']}", id + ".a[0]", "x");
        add("a list for a map", "resilience." + id + ": {a: [{enabled: 'true'}]}", id + ".a[0].enabled", "true");
        add("a value for a map", "resilience.defaults: {" + id + ": 'x'}", "defaults." + id, "x");
        add("a list for a map", "resilience.defaults: {" + id + ": ['x']}", "defaults." + id + "[0]", "x");
        String typo = typo(id);
        add("a typo of the kind", "resilience." + typo + ".a: {enabled: 'true'}", typo + ".a.enabled", "true");
        add("a typo of the kind", "resilience.defaults." + typo + ": {enabled: 'true'}", typo + ".enabled", "true");
    }

    private void names(PolicyKind<?, ?> kind) {
        for (String name : List.of("QuoteService.quote", "a/b", "x@y.z", "a b", "q(int)", "a.b.c")) {
            String yaml = "resilience: {" + kind.id() + ": {'" + name + "': {shadow: 'true'}}}";
            add("a name without its brackets", yaml, kind.id() + "." + name + ".shadow", "true");
        }
        add("a name torn before a typo", "resilience." + kind.id() + ".A.b: {elephant: 'x'}", "A.b.elephant", "x");
    }

    private void bases(PolicyKind<?, ?> kind) {
        add("an unknown base", policy(kind, "base", "'nobody'"), property(kind, "base"), "nobody");
        add("its own base", policy(kind, "base", "'" + NAME + "'"), property(kind, "base"), NAME);
        String circle = "resilience." + kind.id() + ": {" + NAME + ": {base: b}, b: {base: c}, c: {base: 'upstream'}}";
        add("a circle of bases", circle, kind.id() + ".c.base", NAME);
        add("an unknown base", defaults(kind, "base", "'nobody'"), "defaults." + kind.id() + ".base", "nobody");
    }

    private void pipelines(PolicyKind<?, ?> kind) {
        String id = kind.id();
        String pipeline = "resilience.pipelines.quotes: {";
        add("an empty name", pipeline + id + ": ''}", "pipelines.quotes." + id, "");
        add("a typo", pipeline + typo(id) + ": 'a'}", "pipelines.quotes." + typo(id), "a");
        add("a typo", pipeline + "order: ['" + typo(id) + "']}", "pipelines.quotes.order", typo(id));
        add("a stage twice", pipeline + "order: '" + id + ", " + id + "'}", "pipelines.quotes.order", id + ", " + id);
        add("a map for names", pipeline + id + ": {a: 'b'}}", "pipelines.quotes." + id + ".a", "b");
    }

    private void values(PolicyKind<?, ?> kind, Described knob) {
        String key = knob.isMap() ? knob.name() + ".agent" : knob.name();
        for (String bad : badValues(element(knob.type()))) {
            add("a bad value", policy(kind, key, quoted(bad)), property(kind, key), bad);
            add("a bad default", defaults(kind, key, quoted(bad)), "defaults." + kind.id() + "." + key, bad);
        }
        if (!knob.isList()) {
            add("empty", policy(kind, key, "''"), property(kind, key), "");
            add("nothing", policy(kind, key, ""), property(kind, key), "");
        }
    }

    private static Type element(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return element(arguments[arguments.length - 1]);
        }
        return type;
    }

    private static List<String> badValues(Type type) {
        if (type == Duration.class) {
            return List.of("5", "1.5", "soon", "5 s", "5parsecs", "-5s", "200000d", "PT", "true");
        }
        if (type == Integer.class || type == Long.class) {
            return List.of("many", "4.5", "99999999999999999999", "-1", "5s", "true");
        }
        if (type == Double.class) {
            return List.of("half", "NaN", "Infinity", "-1", "50%%", "5s");
        }
        if (type == Boolean.class) {
            return List.of("perhaps", "2", "truee");
        }
        return type == String.class ? List.of() : List.of("???", "no such thing", "-1");
    }

    private void shape(PolicyKind<?, ?> kind, Described knob) {
        String property = property(kind, knob.name());
        if (knob.isMap()) {
            add("a value for a map", policy(kind, knob.name(), "'x'"), property, "x");
            add("a list for a map", policy(kind, knob.name(), "['x']"), property + "[0]", "x");
            add("an entry without its brackets", policy(kind, knob.name(), "{'x@y.z': '7'}"), property + ".x@y.z", "7");
            return;
        }
        add("a map for a value", policy(kind, knob.name(), "{a: 'x'}"), property, "x");
        if (!knob.takesSeveral()) {
            String example = knob.exampleOrDefault();
            add(
                    "a list for a value",
                    policy(kind, knob.name(), "[" + quoted(example) + "]"),
                    property + "[0]",
                    example);
        }
    }

    private void typos(PolicyKind<?, ?> kind, Described knob) {
        String value = knob.exampleOrDefault();
        String typo = typo(knob.name());
        String full = property(kind, typo);
        boolean known = Knobs.find(Knobs.of(kind), typo).isPresent();
        if (!known && !knob.isMap()) {
            add("a typo", policy(kind, typo, quoted(value)), full, value);
            add("a typo", defaults(kind, typo, quoted(value)), "defaults." + kind.id() + "." + typo, value);
        }
        add(
                "a stranger",
                policy(kind, "un" + knob.name() + "ed", "'x'"),
                property(kind, "un" + knob.name() + "ed"),
                "x");
    }

    /** Examples may have quotes in them, as texts of expressions have. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private void alternatives(PolicyKind<?, ?> kind, Described knob) {
        String other = knob.knob().insteadOf();
        if (!other.isEmpty()) {
            String settings = "{" + knob.name() + ": '" + knob.exampleOrDefault() + "', " + other + ": '"
                    + Knobs.find(Knobs.of(kind), other).orElseThrow().exampleOrDefault() + "'}";
            String yaml = "resilience." + kind.id() + ": {" + NAME + ": " + settings + "}";
            add("the same in two words", yaml, property(kind, knob.name()), knob.exampleOrDefault());
        }
    }

    /** A policy that has what its kind can't do without, and this. */
    private static String policy(PolicyKind<?, ?> kind, String key, String value) {
        String others = necessary(kind).entrySet().stream()
                .filter(entry -> !entry.getKey().equals(key))
                .map(entry -> "      " + entry.getKey() + ": '" + entry.getValue() + "'\n")
                .collect(Collectors.joining());
        return "resilience:\n  " + kind.id() + ":\n    " + NAME + ":\n" + others + "      " + key + ": " + value + "\n";
    }

    private static Map<String, String> necessary(PolicyKind<?, ?> kind) {
        return Knobs.of(kind).stream()
                .filter(knob -> !kind.hasUsefulDefaults())
                .filter(knob -> knob.knob().byDefault().isEmpty() && !knob.isMap())
                .limit(1)
                .collect(Collectors.toMap(Described::name, Described::exampleOrDefault));
    }

    private static String defaults(PolicyKind<?, ?> kind, String key, String value) {
        return "resilience:\n  defaults:\n    " + kind.id() + ":\n      " + key + ": " + value + "\n";
    }

    private static String property(PolicyKind<?, ?> kind, String knob) {
        return PropertyName.of(kind.id(), NAME) + "." + knob;
    }

    private static String typo(String name) {
        int middle = name.length() / 2;
        return name.substring(0, middle) + (name.charAt(middle) == 'q' ? 'x' : 'q') + name.substring(middle + 1);
    }

    private void add(String situation, String yaml, String property, @Nullable String value) {
        all.add(new MalformedConfiguration(situation, yaml, property, value));
    }

    /** Configurations that a record has to refuse, which no description of a single knob tells. */
    static Stream<MalformedConfiguration> nonsense(String file) {
        return Stream.of(file.split("\n---\n")).map(document -> {
            String[] firstAndRest = document.strip().split("\n", 2);
            String[] said = firstAndRest[0].substring(1).split("=", 2);
            String value = said.length == 1 ? null : said[1].trim();
            return new MalformedConfiguration("nonsense", firstAndRest[1], said[0].trim(), value);
        });
    }
}
