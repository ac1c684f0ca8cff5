package dev.resilience.spring.config;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.failure.StatusRange;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one rule for requests itself; everything else that is written there belongs to its rate limiter.
 *
 * @param methods empty for all
 * @param failureStatuses empty where nothing is said
 * @param phase null where it follows from the expressions
 */
public record RuleKnobs(
        @Knob(
                value = "What the rule is called, and its rate limiter with it; methods and path where nothing is said",
                example = "login")
        @Nullable String name,

        @Knob(
                value = "The paths of the requests, below the context path, as a path pattern of Spring",
                example = "/api/v1/reports/**")
        String path,

        @Knob(
                value = "The methods of the requests, GET with HEAD; all but preflights of CORS where nothing is said",
                example = "POST")
        List<Verb> methods,

        @Knob(
                value =
                        "The rate limiter that decides, one of resilience.rate-limiters; otherwise the rule has its own",
                example = "agents")
        @Nullable String rateLimiter,

        @Knob(
                value =
                        "Which statuses count as a failure where charge-on asks for it; where nothing is said, those of the"
                                + " rate limiter that is named, or else 401 and 403",
                example = "401, 403, 5xx")
        List<StatusRange> failureStatuses,

        @Knob(
                value =
                        "Whether the rule looks at requests before Spring Security or after it; after it where key, cost"
                                + " or tier ask for the caller or a bean, else before it",
                example = "before-login")
        @Nullable RulePhase phase) {

    /** The methods of HTTP. */
    public enum Verb {
        GET,
        HEAD,
        POST,
        PUT,
        PATCH,
        DELETE,
        OPTIONS,
        TRACE
    }

    public RuleKnobs {
        methods = List.copyOf(methods);
        failureStatuses = List.copyOf(failureStatuses);
        Rules rules = new Rules()
                .present("path", path, "/api/v1/reports/**")
                .that(
                        path == null || path.startsWith("/"),
                        "path",
                        path,
                        "must begin with a slash",
                        "/api/v1/reports/**");
        OutcomeWords.checkStatuses(rules, "failure-statuses", failureStatuses, "401, 403");
        rules.report();
    }

    /** The name that was given, or one made of methods and path. */
    String nameOrDefault() {
        if (name != null) {
            return name;
        }
        String verbs = methods.stream().map(Verb::name).distinct().collect(Collectors.joining(","));
        return (verbs.isEmpty() ? "ANY" : verbs) + " " + path;
    }
}
