package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallShape;
import dev.resilience.Placement.Expression;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.caller.CallerAddresses;
import dev.resilience.spring.caller.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.ForwardedHeaderFilter;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class CallerExpressionsTest {

    private final ApplicationContextRunner plain = new ApplicationContextRunner();
    private final WebApplicationContextRunner servlet = new WebApplicationContextRunner();
    private final ReactiveWebApplicationContextRunner reactive =
            new ReactiveWebApplicationContextRunner().withBean(ServerWebExchangeContextFilter.class);

    @BeforeEach
    @AfterEach
    void forgetTheCaller() {
        RequestContextHolder.resetRequestAttributes();
        SecurityContextHolder.clearContext();
    }

    @Test
    void aServletRequestTellsAddressHeaderAndPrincipal() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr("2001:db8:1:2:3:4:5:6");
        request.addHeader("X-API-Key", "secret");
        request.setUserPrincipal(() -> "ada");
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));

        servlet.run(context -> {
            assertThat(value(context, "ip")).isEqualTo("2001:db8:1:2::/64");
            assertThat(value(context, "header:x-api-key")).isEqualTo(KeyDigest.of("secret"));
            assertThat(value(context, "header:Other")).isNull();
            assertThat(value(context, "principal")).isEqualTo("ada");
        });
    }

    @Test
    void theCallerIsWhoIsLoggedInElseTheAddress() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr("203.0.113.7");
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));

        servlet.run(context -> {
            assertThat(value(context, "caller")).hasToString("203.0.113.7");
            request.setUserPrincipal(() -> "ada");
            assertThat(value(context, "caller")).isEqualTo("ada");
            SecurityContextHolder.getContext().setAuthentication(anonymous());
            assertThat(value(context, "caller")).hasToString("203.0.113.7");
            SecurityContextHolder.getContext().setAuthentication(authenticated("bob"));
            assertThat(value(context, "caller")).isEqualTo("bob");
        });
    }

    @Test
    void aUserWhoCallsHimselfLikeAnAddressIsNotThatAddress() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr("2001:db8:1:2:3:4:5:6");
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));

        servlet.run(context -> {
            Object address = value(context, "caller");
            request.setUserPrincipal(() -> "2001:db8:1:2::/64");
            assertThat(value(context, "caller")).hasToString(address.toString()).isNotEqualTo(address);
            assertThat(compile(context, "caller", CallShape.BLOCKING).meantBy("2001:db8:1:2::9"))
                    .containsExactly(address, "2001:db8:1:2::9");
        });
    }

    @Test
    void theCallerOfAnExchangeIsWaitedFor() {
        MockServerWebExchange exchange = MockServerWebExchange.from(
                MockServerHttpRequest.get("/").remoteAddress(new InetSocketAddress("203.0.113.7", 80)));
        Context subscription = Context.of(ServerWebExchangeContextFilter.EXCHANGE_CONTEXT_ATTRIBUTE, exchange);

        reactive.run(context -> {
            Expression caller = compile(context, "caller", CallShape.MONO);
            assertThat(caller.evaluate(new Object[0], subscription)).hasToString("203.0.113.7");
            assertThat(caller.evaluate(
                            new Object[0],
                            subscription.putAll(ReactiveSecurityContextHolder.withAuthentication(authenticated("ada"))
                                    .readOnly())))
                    .isEqualTo("ada");
            assertThat(caller.evaluate(
                            new Object[0],
                            subscription.putAll(ReactiveSecurityContextHolder.withAuthentication(anonymous())
                                    .readOnly())))
                    .hasToString("203.0.113.7");
        });
    }

    @Test
    void aFilterThatBelievesEveryCallerIsLookedBehind() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr("203.0.113.7");
        request.addHeader("X-Forwarded-For", "6.6.6.6");
        new ForwardedHeaderFilter().doFilter(request, new MockHttpServletResponse(), (seen, response) -> {
            assertThat(seen.getRemoteAddr()).isEqualTo("6.6.6.6");
            RequestContextHolder.setRequestAttributes(new ServletRequestAttributes((HttpServletRequest) seen));
            servlet.run(context -> assertThat(value(context, "ip")).isEqualTo("203.0.113.7"));
        });
    }

    @Test
    void outsideOfARequestThereIsNoCaller() {
        servlet.run(context -> {
            assertThat(value(context, "ip")).isNull();
            assertThat(value(context, "header:X-API-Key")).isNull();
            assertThat(value(context, "principal")).isNull();
        });
    }

    @Test
    void springSecurityKnowsTheCallerWithoutARequest() {
        SecurityContextHolder.getContext().setAuthentication(authenticated("ada"));

        plain.run(context -> assertThat(value(context, "principal")).isEqualTo("ada"));
    }

    @Test
    void theAnonymousHaveNoName() {
        SecurityContextHolder.getContext()
                .setAuthentication(new AnonymousAuthenticationToken(
                        "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));

        plain.run(context -> assertThat(value(context, "principal")).isNull());
    }

    @Test
    void anExchangeTellsAddressAndHeader() {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/")
                .header("X-API-Key", "secret")
                .remoteAddress(new InetSocketAddress("203.0.113.7", 80)));
        Context subscription = Context.of(ServerWebExchangeContextFilter.EXCHANGE_CONTEXT_ATTRIBUTE, exchange);

        reactive.run(context -> {
            assertThat(compile(context, "ip", CallShape.MONO).evaluate(new Object[0], subscription))
                    .isEqualTo("203.0.113.7");
            assertThat(compile(context, "header:X-API-Key", CallShape.FLUX).evaluate(new Object[0], subscription))
                    .isEqualTo(KeyDigest.of("secret"));
            assertThat(compile(context, "ip", CallShape.MONO).evaluate(new Object[0], Context.empty()))
                    .isNull();
            assertThat(compile(context, "principal", CallShape.MONO).evaluate(new Object[0], subscription))
                    .isNull();
        });
    }

    @Test
    void theSecurityOfASubscriptionIsStrongerThanThatOfTheThread() {
        SecurityContextHolder.getContext().setAuthentication(authenticated("thread"));
        Context subscription = ReactiveSecurityContextHolder.withAuthentication(authenticated("ada"));

        reactive.run(context -> {
            Expression principal = compile(context, "principal", CallShape.MONO);
            assertThat(principal.evaluate(new Object[0], subscription)).isEqualTo("ada");
            assertThat(principal.evaluate(new Object[0], Context.empty())).isEqualTo("thread");
        });
    }

    @Test
    void aPrincipalThatIsNotThereYetIsAClearError() {
        Context subscription = Context.of(SecurityContext.class, Mono.<SecurityContext>never());

        reactive.run(context -> assertThatThrownBy(
                        () -> compile(context, "principal", CallShape.MONO).evaluate(new Object[0], subscription))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not known yet when the call begins"));
    }

    @Test
    void withoutAWebThereIsNoRequestToReadFrom() {
        plain.run(context -> {
            assertRefused(context, "ip", CallShape.BLOCKING, "this is no web application");
            assertRefused(context, "header:X-API-Key", CallShape.BLOCKING, "this is no web application");
            assertRefused(context, "caller", CallShape.BLOCKING, "this is no web application");
        });
        plain.withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> assertRefused(context, "principal", CallShape.BLOCKING, "this is no web application"));
    }

    @Test
    void aBlockingMethodSeesNoExchange() {
        reactive.run(context ->
                assertRefused(context, "ip", CallShape.BLOCKING, "only a method returning a publisher sees"));
    }

    @Test
    void anExchangeThatNobodyPutsIntoTheContextIsAnError() {
        new ReactiveWebApplicationContextRunner()
                .run(context -> assertRefused(context, "ip", CallShape.MONO, "no ServerWebExchangeContextFilter bean"));
    }

    @Test
    void aHeaderNeedsAName() {
        servlet.run(context -> {
            assertRefused(context, "header:", CallShape.BLOCKING, "names no header");
            assertRefused(context, "header: X", CallShape.BLOCKING, "names no header");
            assertRefused(context, "header:a\nb", CallShape.BLOCKING, "names no header");
        });
    }

    @Test
    void aResolverBeanIsAskedWithMethodAndArguments() {
        ResilienceKeyResolver resolver = (method, arguments) -> method.getName() + ":" + arguments[0];

        plain.withBean("tenants", ResilienceKeyResolver.class, () -> resolver)
                .run(context -> assertThat(value(context, "@tenants")).isEqualTo("call:agent-1"));
    }

    @Test
    void aResolverBeanIsCreatedWithTheFirstCall() {
        plain.withBean(
                        "tenants",
                        ResilienceKeyResolver.class,
                        () -> {
                            throw new IllegalStateException("created too early");
                        },
                        definition -> definition.setLazyInit(true))
                .run(context -> assertThat(compile(context, "@tenants", CallShape.BLOCKING))
                        .isNotNull());
    }

    @Test
    void aResolverThatAnswersLaterIsAClearError() {
        plain.withBean("tenants", ResilienceKeyResolver.class, () -> (method, arguments) -> Mono.just("t"))
                .run(context -> assertThatThrownBy(() -> value(context, "@tenants"))
                        .hasMessageContaining("key '@tenants' of Service.call is a MonoJust, which is no key"));
    }

    @Test
    void aKeyThatEqualsNothingButItselfIsAClearError() {
        plain.withBean("tenants", ResilienceKeyResolver.class, () -> (method, arguments) -> new byte[] {1})
                .run(context -> assertThatThrownBy(() -> value(context, "@tenants"))
                        .hasMessageContaining("is an array, which equals nothing but itself"));
    }

    @Test
    void theRolesOfTheCallerAreItsTiersWithoutTheirPrefix() {
        SecurityContextHolder.getContext()
                .setAuthentication(new TestingAuthenticationToken(
                        "ada", "password", AuthorityUtils.createAuthorityList("ROLE_ADMIN", "ROLE_seller", "FACTOR")));

        plain.run(context -> assertThat(tier(context)).isEqualTo(List.of("ADMIN", "seller", "FACTOR")));
    }

    @Test
    void whoIsNotLoggedInIsOfTheTierAnonymous() {
        plain.run(context -> assertThat(tier(context)).isEqualTo("anonymous"));
        SecurityContextHolder.getContext()
                .setAuthentication(new AnonymousAuthenticationToken(
                        "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ADMIN")));
        plain.run(context -> assertThat(tier(context)).isEqualTo("anonymous"));
    }

    @Test
    void aRoleIsATierOnlyAndNeedsSpringSecurity() {
        plain.run(context -> assertRefused(context, "role", CallShape.BLOCKING, "is no expression"));
        plain.withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> assertThatThrownBy(() -> tier(context))
                        .isInstanceOf(ResilienceConfigurationException.class)
                        .hasMessageContaining("tier = 'role'")
                        .hasMessageContaining("spring-boot-starter-security"));
        plain.run(context -> assertThatThrownBy(() -> compile(context, "tier", "roles", CallShape.BLOCKING))
                .hasMessageContaining("Did you mean 'role'?"));
    }

    @Test
    void aMissingResolverIsAnErrorWithTheNearestName() {
        plain.withBean("tenants", ResilienceKeyResolver.class, () -> (method, arguments) -> "t")
                .withBean("text", String.class, () -> "text")
                .run(context -> {
                    assertRefused(context, "@tenant", CallShape.BLOCKING, "Did you mean '@tenants'?");
                    assertRefused(context, "@text", CallShape.BLOCKING, "names a bean of another type");
                    assertRefused(context, "@tenants.resolve()", CallShape.BLOCKING, "names no bean");
                });
    }

    private static Authentication anonymous() {
        return new AnonymousAuthenticationToken(
                "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));
    }

    private static Authentication authenticated(String name) {
        return new TestingAuthenticationToken(name, "password", List.of());
    }

    private static void assertRefused(ApplicationContext context, String text, CallShape shape, String reason) {
        assertThatThrownBy(() -> compile(context, text, shape))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("key = '" + text + "'")
                .hasMessageContaining(reason);
    }

    private static @Nullable Object value(ApplicationContext context, String text) {
        return compile(context, text, CallShape.BLOCKING).evaluate(new Object[] {"agent-1"}, null);
    }

    private static @Nullable Object tier(ApplicationContext context) {
        return compile(context, "tier", "role", CallShape.BLOCKING).evaluate(new Object[0], null);
    }

    private static Expression compile(ApplicationContext context, String text, CallShape shape) {
        return compile(context, "key", text, shape);
    }

    private static Expression compile(ApplicationContext context, String attribute, String text, CallShape shape) {
        return new KeyExpressions(context, new CallerAddresses(TrustedProxies.NONE), new Findings())
                .compile(attribute, text, ReflectionUtils.findMethod(Service.class, "call", String.class), shape);
    }

    interface Service {
        void call(String id);
    }
}
