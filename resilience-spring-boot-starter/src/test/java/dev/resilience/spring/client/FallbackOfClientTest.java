package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** The interface of an HTTP client has no private methods in its bean, but default ones. */
class FallbackOfClientTest {

    private static final AtomicInteger REQUESTS = new AtomicInteger();

    @Test
    void aDefaultMethodOfTheInterfaceStandsInForAnExchange() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
                .withUserConfiguration(Clients.class)
                .run(context -> {
                    Quotes quotes = context.getBean(Quotes.class);

                    assertThat(quotes.quote("ACME")).isEqualTo("none of ACME: 503");
                    assertThat(REQUESTS).hasValue(1);
                });
    }

    interface Quotes {

        @GetExchange("/quotes")
        @Fallback("cheap")
        String quote(String symbol);

        default String cheap(String symbol, Exception failure) {
            return "none of " + symbol + ": "
                    + failure.getMessage().replaceAll("\\D", "").substring(0, 3);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Clients {

        @Bean
        Quotes quotes() {
            RestClient down = RestClient.builder()
                    .baseUrl("http://localhost")
                    .requestInterceptor((request, body, execution) -> {
                        REQUESTS.incrementAndGet();
                        return new MockClientHttpResponse(new byte[0], HttpStatus.SERVICE_UNAVAILABLE);
                    })
                    .build();
            return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(down))
                    .customArgumentResolver((argument, parameter, values) -> true)
                    .build()
                    .createClient(Quotes.class);
        }
    }
}
