package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.Problem;
import dev.resilience.ratelimit.RateLimiterConfiguration;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.spring.config.RuleKnobs.Verb;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class HttpSectionTest {

    private final StandardEnvironment environment = Yaml.environment("");

    @Test
    void withoutAWordHeadersAreLegacyAndThereAreNoRules() {
        assertThat(read().http()).satisfies(http -> {
            assertThat(http.headers()).isEqualTo(HeaderStyle.LEGACY);
            assertThat(http.reset()).isEqualTo(ResetStyle.EPOCH);
            assertThat(http.trustedProxies()).isEmpty();
            assertThat(http.cacheStatus()).isTrue();
            assertThat(http.rules()).isEmpty();
        });
    }

    @Test
    void aRuleHasALimiterOfItsOwnThatIsNamedAfterIt() {
        yaml("""
                resilience.http:
                  headers: both
                  reset: delta
                  cache-status: off
                  trusted-proxies: [10.0.0.0/8, 192.168.0.0/16]
                  rules:
                    - path: /api/v1/auth/login
                      methods: POST
                      limits: 5/1m
                      maxWait: 1s
                """);

        ResilienceProperties properties = read();
        HttpRule rule = properties.http().rules().get(0);

        assertThat(properties.problems()).isEmpty();
        assertThat(properties.http().trustedProxies())
                .extracting(String::valueOf)
                .containsExactly("10.0.0.0/8", "192.168.0.0/16");
        assertThat(properties.http().cacheStatus()).isFalse();
        assertThat(rule.name()).isEqualTo("POST /api/v1/auth/login");
        assertThat(rule.knobs().methods()).containsExactly(Verb.POST);
        assertThat(limiter(properties, rule.name())).hasToString("5/1m");
    }

    @Test
    void aRuleForAllMethodsSaysSoInItsName() {
        yaml("resilience.http.rules: [{path: /a/**, limits: 5/1m}, {path: /a/**, methods: [GET, put], limits: 5/1m}]");

        assertThat(read().http().rules()).extracting(HttpRule::name).containsExactly("ANY /a/**", "GET,PUT /a/**");
    }

    @Test
    void aRuleMayNameALimiterAndSayWhereItStands() {
        yaml("""
                resilience:
                  rate-limiters.agents: {limits: 60/1m}
                  http.rules: [{name: reports, path: /reports/**, rate-limiter: agents, key: ip, cost: 2}]
                """);

        ResilienceProperties properties = read();

        assertThat(properties.problems()).isEmpty();
        assertThat(properties.http().rules().get(0).rateLimiter()).isEqualTo("agents");
        assertThat(properties.catalog().names("rate-limiters")).containsExactly("agents");
    }

    @Test
    void theLimiterOfARuleInheritsAsAnyOther() {
        yaml("""
                resilience:
                  defaults.rate-limiters: {max-wait: 2s}
                  rate-limiters.strict: {limits: 1/1m}
                  http.rules: [{name: reports, path: /reports/**, base: strict}]
                """);

        assertThat(limiter(read(), "reports")).hasToString("1/1m");
        assertThat(resolved(read(), "reports").maxWait()).hasSeconds(2);
    }

    @Test
    void aProblemOfTheLimiterNamesTheRule() {
        yaml("resilience.http.rules: [{path: /a, limits: 5/1m}, {path: /b, limits: 5/1x}]");

        assertThat(read().problems())
                .singleElement()
                .extracting(Problem::property, Problem::value, Problem::origin)
                .containsExactly("resilience.http.rules[1].limits", "5/1x", "application.yml:1");
    }

    @Test
    void theRulesOfAStrongerSourceReplaceThoseOfAWeakerOne() {
        yaml("resilience.http: {headers: ietf, rules: [{path: /a, limits: 5/1m}, {path: /b, limits: 5/1m}]}");
        first(Map.of("resilience.http.rules[0].path", "/c", "resilience.http.rules[0].limits", "7/1m"));

        assertThat(read().http().rules()).extracting(HttpRule::name).containsExactly("ANY /c");
        assertThat(read().http().headers()).isEqualTo(HeaderStyle.IETF);
        assertThat(read().catalog().names("rate-limiters")).containsExactly("ANY /c");
    }

    @Test
    void anEmptyListTakesTheRulesAway() {
        yaml("resilience.http.rules: [{path: /a, limits: 5/1m}]");
        first(Map.of("resilience.http.rules", ""));

        assertThat(read().http().rules()).isEmpty();
    }

    @Test
    void environmentVariablesSayTheSame() {
        variables(Map.of(
                "RESILIENCE_HTTP_HEADERS", "none",
                "RESILIENCE_HTTP_TRUSTEDPROXIES_0", "10.0.0.0/8",
                "RESILIENCE_HTTP_RULES_0_PATH", "/a",
                "RESILIENCE_HTTP_RULES_0_RATE_LIMITER", "agents",
                "RESILIENCE_HTTP_RULES_1_PATH", "/b",
                "RESILIENCE_HTTP_RULES_1_LIMITS_0", "5/1m",
                "RESILIENCE_HTTP_RULES_1_MAX_WAIT", "1s"));

        ResilienceProperties properties = read();

        assertThat(properties.problems()).isEmpty();
        assertThat(properties.http().headers()).isEqualTo(HeaderStyle.NONE);
        assertThat(properties.http().trustedProxies())
                .extracting(String::valueOf)
                .containsExactly("10.0.0.0/8");
        assertThat(properties.http().rules()).extracting(HttpRule::rateLimiter).containsExactly("agents", "ANY /b");
        assertThat(resolved(properties, "ANY /b").maxWait()).hasSeconds(1);
    }

    @Test
    void placeholdersAreResolved() {
        yaml("""
                paths.login: /login
                resilience.http.rules: [{path: '${paths.login}', limits: '${limit:5}/1m'}]
                """);

        assertThat(limiter(read(), "ANY /login")).hasToString("5/1m");
    }

    private Object limiter(ResilienceProperties properties, String name) {
        return resolved(properties, name).limits();
    }

    private RateLimiterConfiguration resolved(ResilienceProperties properties, String name) {
        return properties.catalog().resolve(new RateLimiterKind(), name).configuration();
    }

    private ResilienceProperties read() {
        return EnvironmentReader.read(environment, PolicyRegistry.kindsOnClassPath());
    }

    private void yaml(String yaml) {
        Yaml.add(environment, "application.yml", yaml);
    }

    private void first(Map<String, Object> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource("first", properties));
    }

    private void variables(Map<String, Object> variables) {
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
    }
}
