package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import reactor.core.publisher.Mono;

/** Results that depend on the request. */
class VaryByRequestTest {

    private static final String ADDRESS = "203.0.113.7";

    @BeforeEach
    @AfterEach
    void forgetTheRequest() {
        RequestContextHolder.resetRequestAttributes();
        SecurityContextHolder.clearContext();
    }

    @Test
    void aUserWhoIsCalledLikeAnAddressIsNotGivenWhatIsForTheAddress() {
        inServlet(service -> {
            from(ADDRESS, "de");
            String visitors = Someone.ANONYMOUS.does(service::greeting);

            assertThat(Someone.called(ADDRESS).<String>does(service::greeting)).isNotEqualTo(visitors);
            assertThat(Someone.ANONYMOUS.<String>does(service::greeting)).isEqualTo(visitors);
            assertThat(Someone.UNKNOWN.<String>does(service::greeting)).isEqualTo(visitors);
            from("203.0.113.8", "de");
            assertThat(Someone.ANONYMOUS.<String>does(service::greeting)).isNotEqualTo(visitors);
        });
    }

    @Test
    void anAddressOrAHeaderTellsResultsApart() {
        inServlet(service -> {
            from(ADDRESS, "de");
            assertThat(service.prices()).isEqualTo("1");
            assertThat(service.texts()).isEqualTo("2");
            from("203.0.113.8", "en");
            assertThat(service.prices()).isEqualTo("3");
            assertThat(service.texts()).isEqualTo("4");
            from(ADDRESS, "de");
            assertThat(service.prices()).isEqualTo("1");
            assertThat(service.texts()).isEqualTo("2");
        });
    }

    @Test
    void whoSendsNoHeaderOrIsNoRequestPassesBy() {
        inServlet(service -> {
            from(ADDRESS, null);
            assertThat(service.texts()).isEqualTo("1");
            assertThat(service.texts()).isEqualTo("2");
            RequestContextHolder.resetRequestAttributes();
            assertThat(service.prices()).isEqualTo("3");
            assertThat(service.prices()).isEqualTo("4");
        });
    }

    @Test
    void aSubscriptionKnowsItsExchange() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(autoConfigurations())
                .withBean(ServerWebExchangeContextFilter.class)
                .withBean(Reactive.class)
                .run(context -> {
                    Mono<String> prices = context.getBean(Reactive.class).prices();
                    assertThat(of(prices, ADDRESS)).isEqualTo("1");
                    assertThat(of(prices, "203.0.113.8")).isEqualTo("2");
                    assertThat(of(prices, ADDRESS)).isEqualTo("1");
                    assertThat(prices.block()).isEqualTo("3");
                    assertThat(prices.block()).isEqualTo("4");
                });
    }

    @Test
    void aMethodThatNeverSeesItsRequestFailsTheStart() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(autoConfigurations())
                .withBean(ServerWebExchangeContextFilter.class)
                .withBean(Service.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("vary-by = 'ip' (annotation Service#prices)")
                        .hasMessageContaining("which only a method returning a publisher sees"));
    }

    private static void inServlet(Consumer<Service> story) {
        new WebApplicationContextRunner()
                .withConfiguration(autoConfigurations())
                .withBean(Service.class)
                .run(context -> story.accept(context.getBean(Service.class)));
    }

    private static AutoConfigurations autoConfigurations() {
        return AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class);
    }

    private static void from(String address, String language) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(address);
        if (language != null) {
            request.addHeader("Accept-Language", language);
        }
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
    }

    private static String of(Mono<String> prices, String address) {
        MockServerWebExchange exchange = MockServerWebExchange.from(
                MockServerHttpRequest.get("/").remoteAddress(new InetSocketAddress(address, 1)));
        return prices.contextWrite(
                        context -> context.put(ServerWebExchangeContextFilter.EXCHANGE_CONTEXT_ATTRIBUTE, exchange))
                .block();
    }

    static class Service {
        private int calls;

        @Cached(varyBy = "caller")
        public String greeting() {
            return "" + ++calls;
        }

        @Cached(varyBy = "ip")
        public String prices() {
            return "" + ++calls;
        }

        @Cached(varyBy = "header:Accept-Language")
        public String texts() {
            return "" + ++calls;
        }
    }

    static class Reactive {
        private int calls;

        @Cached(varyBy = "ip")
        public Mono<String> prices() {
            return Mono.fromSupplier(() -> "" + ++calls);
        }
    }
}
