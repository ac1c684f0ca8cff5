package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.resilience.PolicyRegistry;
import dev.resilience.Tally;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Retryable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Where our guard stands among what Spring itself puts around a method. */
class ForeignProxiesTest {

    @AfterEach
    void nobodyIsLoggedIn() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void asyncIsFurtherOutSoThatAllAttemptsAreOneTask() {
        Starters.with(AsyncMethods.class).run(context -> {
            assertThat(context.getBean(Elsewhere.class).call().get()).isEqualTo("called 2");
            assertThat(context.getBean(CountingExecutor.class).tasks).hasValue(1);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class AsyncMethods {
        @Bean
        Elsewhere elsewhere() {
            return new Elsewhere();
        }

        @Bean
        CountingExecutor taskExecutor() {
            return new CountingExecutor();
        }
    }

    static class Elsewhere {
        private final AtomicInteger calls = new AtomicInteger();

        @Async
        @Retryable(delay = "1ms")
        public CompletableFuture<String> call() {
            if (calls.incrementAndGet() < 2) {
                throw new IllegalStateException("not yet");
            }
            return CompletableFuture.completedFuture("called " + calls);
        }
    }

    static class CountingExecutor implements TaskExecutor {
        private final AtomicInteger tasks = new AtomicInteger();

        @Override
        public void execute(Runnable task) {
            tasks.incrementAndGet();
            task.run();
        }
    }

    @Test
    void springsOwnRetryIsFurtherOutSoThatEachOfItsAttemptsIsACall() {
        Starters.with(ResilientMethods.class).run(context -> {
            context.getBean(Retried.class).call();

            Tally tally = context.getBean(PolicyRegistry.class)
                    .find("bulkheads", "seen")
                    .orElseThrow()
                    .tally();
            assertThat(tally.of(Tally.Count.FAILURE)).isEqualTo(1);
            assertThat(tally.of(Tally.Count.SUCCESS)).isEqualTo(1);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableResilientMethods
    static class ResilientMethods {
        @Bean
        Retried retried() {
            return new Retried();
        }
    }

    static class Retried {
        private int calls;

        @Bulkhead("seen")
        @org.springframework.resilience.annotation.Retryable(delay = 1)
        public void call() {
            if (++calls < 2) {
                throw new IllegalStateException("not yet");
            }
        }
    }

    @Test
    void aCachedResultDoesNotSkipMethodSecurity() {
        Starters.with(SecuredMethods.class).run(context -> {
            Vault vault = context.getBean(Vault.class);
            logIn("ROLE_ADMIN");
            assertThat(vault.secret()).isEqualTo("secret 1");
            assertThat(vault.secret()).isEqualTo("secret 1");

            logIn("ROLE_USER");

            assertThatThrownBy(vault::secret).isInstanceOf(AccessDeniedException.class);
        });
    }

    private static void logIn(String role) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("somebody", "", role));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class SecuredMethods {
        @Bean
        Vault vault() {
            return new Vault();
        }
    }

    static class Vault {
        private int calls;

        @Cached("secrets")
        @PreAuthorize("hasRole('ADMIN')")
        public String secret() {
            return "secret " + ++calls;
        }
    }

    @Test
    void anHttpInterfaceIsGuardedByItsAnnotations() {
        Starters.with(HttpClients.class).run(context -> {
            assertThat(context.getBean(Carrier.class).quote()).isEqualTo("10 EUR");
            assertThat(context.getBean(FlakyServer.class).requests).hasValue(2);
        });
    }

    interface Carrier {
        @GetExchange("/quote")
        @Retryable(delay = "1ms")
        String quote();
    }

    @Configuration(proxyBeanMethods = false)
    static class HttpClients {
        @Bean
        FlakyServer server() throws IOException {
            return new FlakyServer();
        }

        @Bean
        Carrier carrier(FlakyServer server) {
            RestClientAdapter adapter = RestClientAdapter.create(RestClient.create(server.address()));
            return HttpServiceProxyFactory.builderFor(adapter).build().createClient(Carrier.class);
        }
    }

    /** Is busy at first. */
    static class FlakyServer implements AutoCloseable {
        private final AtomicInteger requests = new AtomicInteger();
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        FlakyServer() throws IOException {
            server.createContext("/quote", exchange -> {
                boolean busy = requests.incrementAndGet() < 2;
                byte[] body = busy ? new byte[0] : "10 EUR".getBytes();
                exchange.sendResponseHeaders(busy ? 503 : 200, busy ? -1 : body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        private String address() {
            return "http://localhost:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
