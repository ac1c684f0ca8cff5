package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.resilience.Placement;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.config.Yaml;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mock.web.MockHttpServletRequest;

class RequestRulesTest {

    private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
            .withBean(
                    "tenants",
                    ResilienceKeyResolver.class,
                    () -> (method, arguments) ->
                            method.getName() + " " + ((MockHttpServletRequest) arguments[0]).getMethod());

    private final Object[] request = {new MockHttpServletRequest("PUT", "/a")};

    @Test
    void expressionsReadTheRequestThatIsAtHand() {
        rules("[{path: /a, limits: 5/1m, key: ip, cost: 3, tier: '@tenants', tiers: {a: 6/1m}}]")
                .run(context -> {
                    Placement placement = only(context).placed().placement();

                    assertThat(placement.key().evaluate(request, null)).isEqualTo("127.0.0.1");
                    assertThat(placement.cost().evaluate(request, null)).isEqualTo(3L);
                    assertThat(placement.tier().evaluate(request, null)).isEqualTo("doFilter PUT");
                });
    }

    @Test
    void whoAnswersGetAnswersHead() {
        rules("[{path: /a, methods: GET, limits: 5/1m}]")
                .run(context -> assertThat(only(context).methods()).isEqualTo(Set.of("GET", "HEAD")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key: ip | true",
                "key: header:X-API-Key | true",
                "cost: 2 | true",
                "key: principal | false",
                "key: caller | false",
                "key: @tenants | false",
                "key: ip, cost: @tenants | false",
                "key: ip, phase: after-login | false",
                "key: @tenants, phase: before-login | true"
            })
    void aRuleComesBeforeTheLoginUnlessItAsksForTheCaller(String settings, boolean beforeLogin) {
        rules("[{path: /a, limits: 5/1m, " + settings.replace("@tenants", "'@tenants'") + "}]")
                .run(context -> assertThat(only(context).beforeLogin()).isEqualTo(beforeLogin));
    }

    @Test
    void aLimiterThatARuleNamesKeepsItsExpressionsUnlessTheRuleSaysOtherwise() {
        String yaml = """
                resilience:
                  rate-limiters.agents: {limits: 60/1m, key: 'header:X-API-Key', cost: 2}
                  http.rules: [{path: /a, rate-limiter: agents, key: ip}]
                """;

        with(yaml).run(context -> {
            RequestRule rule = only(context);
            assertThat(rule.placed().instance().name()).isEqualTo("agents");
            assertThat(rule.placed().placement().key().evaluate(request, null)).isEqualTo("127.0.0.1");
            assertThat(rule.placed().placement().cost().evaluate(request, null)).isEqualTo(2L);
            assertThat(context.getBean(Findings.class).all()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits: 5/1m, charge-on: failure                                   | 401, 403",
                "limits: 5/1m, charge-on: failure, failure-statuses: '4xx, 500-504' | 400, 401, 403, 418, 499, 500, 504",
                "rate-limiter: guesses                                              | 418, 499",
                "rate-limiter: guesses, failure-statuses: 403                       | 403",
            })
    void statusesAreWrittenAsForBreakers(String rule, String failures) {
        String guesses = "rate-limiters.guesses: {limits: 5/1m, charge-on: failure, failure-statuses: 418-499}";
        with("resilience: {" + guesses + ", http.rules: [{path: /a, " + rule + "}]}")
                .run(context -> assertThat(IntStream.of(200, 304, 400, 401, 403, 418, 499, 500, 504, 505)
                                .filter(status -> isFailure(only(context), status))
                                .mapToObj(String::valueOf)
                                .collect(Collectors.joining(", ")))
                        .isEqualTo(failures));
    }

    private static boolean isFailure(RequestRule rule, int status) {
        OutcomeRule rules = (OutcomeRule) rule.placed().placement().attribute(RateLimiterKind.OUTCOMES);
        return rules.judge(status, null) == Judgement.FAILURE;
    }

    @Test
    void aLimiterMayBeThatOfAnAnnotation() {
        rules("[{path: /a, rate-limiter: annotated}]")
                .withUserConfiguration(Service.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void everythingWrongIsToldAtOnce() {
        String yaml = """
                resilience:
                  rate-limiters.agents: {limits: 60/1m, key: '#agentId'}
                  http.rules:
                    - {path: '/a/{', limits: 5/1m}
                    - {path: /b, limits: 5/1m, key: address}
                    - {path: /c, limits: 5/1m, key: '#id'}
                    - {path: /d, rate-limiter: agent}
                    - {path: /e, rate-limiter: agents}
                    - {path: /f, limits: 5/1m, key: principal, phase: before-login}
                    - {path: /g, limits: 5/1m, overrides: {a: 1/1m}}
                    - {path: /h, limits: 5/1m, failure-statuses: 418}
                """;

        with(yaml).run(context -> assertThat(List.of(
                        "resilience.http.rules[0].path = '/a/{' (application.yml:4): is no path pattern",
                        "resilience.http.rules[1].key = 'address' (application.yml:5): is no expression",
                        "resilience.http.rules[2].key = '#id' (application.yml:6): reads an argument of a method",
                        "resilience.http.rules[3].rate-limiter = 'agent' (application.yml:7): there is no rate limiter",
                        "Did you mean 'agents'?",
                        "resilience.rate-limiters.agents.key = '#agentId' (application.yml:2): reads an argument of a method, "
                                + "and a request has none (in the rule 'ANY /e', application.yml:8). "
                                + "Write 'principal', 'caller', 'ip', 'header:NAME' or '@resolverBean' in the rule",
                        "resilience.http.rules[5].key = 'principal' (application.yml:9): is known only after the log-in",
                        "resilience.http.rules[6].overrides (application.yml:10): has no effect without a key. "
                                + "Write for example 'key: caller'",
                        "resilience.http.rules[7].failure-statuses (application.yml:11): has no effect while every"))
                .allSatisfy(message -> assertThat(context.getStartupFailure()).hasStackTraceContaining(message)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key: request | Write 'principal', 'caller', 'ip', 'header:NAME' or '@resolverBean'",
                "cost: many | Write a whole number or '@resolverBean'",
                "cost: '#size' | Write a whole number or '@resolverBean'",
                "tier: role, tiers: {a: 6/1m}, key: ip | Add spring-boot-starter-security, or write '@resolverBean'"
            },
            quoteCharacter = '"')
    void noArgumentIsSuggestedWhereThereIsNone(String settings, String remedy) {
        rules("[{path: /a, limits: 5/1m, " + settings + "}]")
                .withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(remedy)
                        .satisfies(failure -> assertThat(message(failure)).doesNotContain("'#argument'", "#request")));
    }

    private static String message(Throwable failure) {
        return NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
    }

    @Test
    void whatStandsBelowASharedLimiterIsToldThereWithTheRule() {
        String yaml = """
                resilience:
                  rate-limiters:
                    agents:
                      limits: 60/1m
                      overrides: {agent-123: 120/1m}
                      tiers: {admin: 90/1m}
                  http.rules:
                    - {path: /a, limits: 5/1m}
                    - {path: /b, rate-limiter: agents}
                """;

        with(yaml).run(context -> assertThat(context.getStartupFailure())
                .hasStackTraceContaining("resilience.rate-limiters.agents.overrides (application.yml:5): has no effect"
                        + " without a key (in the rule 'ANY /b', application.yml:9). Write for example 'key: caller' in"
                        + " the rule")
                .hasStackTraceContaining("resilience.rate-limiters.agents.tiers (application.yml:6): has no effect")
                .hasStackTraceContaining("Write for example 'tier: role' in the rule"));
    }

    @Test
    void noRemedyOfARuleNamesAnArgument() {
        String yaml = """
                resilience.http.rules:
                  - {path: /a, limits: 5/1m, key: request}
                  - {path: /b, limits: 5/1m, cost: much}
                  - {path: /c, limits: 5/1m, tier: chain, tiers: {a: 1/1m}}
                  - {path: /d, limits: 5/1m, tiers: {a: 1/1m}}
                """;

        with(yaml).run(context -> assertThat(message(context.getStartupFailure()))
                .contains("rules[0].key", "rules[1].cost", "rules[2].tier", "rules[3].tiers")
                .doesNotContain("'#"));
    }

    @Test
    void problemsComeInTheOrderOfTheRules() {
        String yaml = """
                resilience.http.rules:
                  - {path: '/a/{', limits: 5/1m}
                  - {path: /b, limits: 5 per minute}
                  - {path: /c, rate-limiter: nobodys}
                  - {limits: 5/1m}
                  - {path: /e, limits: 5/1m, key: address}
                """;

        with(yaml).run(context -> assertThat(message(context.getStartupFailure()))
                .containsSubsequence("rules[0]", "rules[1]", "rules[2]", "rules[3]", "rules[4]"));
    }

    @Test
    void anOverrideOfAHeaderInPlainTextIsAFindingThatDoesntTellIt() {
        String yaml = """
                resilience:
                  rate-limiters.agents: {limits: 60/1m, overrides: {secret-1: 90/1m}}
                  rate-limiters.digests: {limits: 6/1m, overrides: {'[sha256:0e9a8c1ba450d66ea2458d39a972885b]': 9/1m}}
                  rate-limiters.both: {limits: 6/1m, overrides: {agent-1: 9/1m}}
                  http.rules:
                    - {path: /a, rate-limiter: agents, key: 'header:X-API-Key'}
                    - {path: /b, rate-limiter: digests, key: 'header:X-API-Key'}
                    - {path: /c, rate-limiter: both, key: 'header:X-API-Key'}
                    - {path: /d, rate-limiter: both, key: ip}
                """;

        with(yaml).run(context -> {
            Finding finding = context.getBean(Findings.class).all().stream()
                    .filter(any -> any.code().equals("plain-override"))
                    .findFirst()
                    .orElseThrow();
            assertThat(context.getBean(Findings.class).all()).hasSize(1);
            assertThat(finding.toString())
                    .contains("rate-limiters.agents.overrides", "printf %s VALUE | sha256sum")
                    .doesNotContain("secret-1");
        });
    }

    @Test
    void theStartLineCountsRulesByPhase() {
        rules("[{path: /a, limits: 5/1m, key: ip}, {path: /b, limits: 5/1m, key: caller},"
                        + " {path: /c, limits: 5/1m, key: caller}]")
                .run(context -> {
                    ListAppender<ILoggingEvent> log = new ListAppender<>();
                    log.start();
                    Logger logger = (Logger) LoggerFactory.getLogger("dev.resilience");
                    logger.addAppender(log);
                    new StartReport(context.getBean(Guards.class), context.getBean(Findings.class)).write();
                    logger.detachAppender(log);
                    assertThat(log.list.get(0).getFormattedMessage())
                            .contains(
                                    "0 methods guarded by 0 policies, 3 rules for requests (1 before the log-in, 2 after"
                                            + " it), limits are per JVM");
                });
    }

    @Test
    void whereNoRequestsAreServedRulesAreAFinding() {
        Starters.with()
                .withInitializer(context -> add("resilience.http.rules: [{path: /a, limits: 5/1m}]", context))
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .singleElement()
                        .extracting(Finding::code)
                        .isEqualTo("rules-without-requests"));
    }

    private static RequestRule only(ConfigurableApplicationContext context) {
        List<RequestRule> rules = context.getBean(Guards.class).rules();
        assertThat(rules).hasSize(1);
        return rules.get(0);
    }

    private WebApplicationContextRunner rules(String rules) {
        return with("resilience.http.rules: " + rules);
    }

    private WebApplicationContextRunner with(String yaml) {
        return servlet.withInitializer(context -> add(yaml, context));
    }

    private static void add(String yaml, ConfigurableApplicationContext context) {
        Yaml.environment(yaml)
                .getPropertySources()
                .forEach(context.getEnvironment().getPropertySources()::addFirst);
    }

    static class Service {
        @RateLimited(name = "annotated", limits = "5/1m")
        public void call() {}
    }
}
