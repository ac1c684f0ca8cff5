package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.spring.annotation.Retryable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PostExchange;

class HttpVerbsTest {

    @Test
    void aPostIsNotRetried() {
        assertCalls(1, client -> client.post("x"));
    }

    @Test
    void aPostThatSaysItIsIdempotentIsRetried() {
        assertCalls(3, client -> client.repeatable("x"));
    }

    @Test
    void aPostWithAnIdempotencyKeyIsRetried() {
        assertCalls(3, client -> client.keyed("k-1", "x"));
    }

    @Test
    void aGetIsRetried() {
        assertCalls(3, Client::get);
    }

    private static void assertCalls(int calls, Consumer<Client> operation) {
        Starters.with(Failing.class).run(context -> {
            Client client = context.getBean(Client.class);

            assertThatThrownBy(() -> operation.accept(client)).hasMessage("down");
            assertThat(client.calls()).isEqualTo(calls);
        });
    }

    @Retryable(delay = "1ms")
    interface Client {
        @PostExchange
        void post(String what);

        @PostExchange
        @Retryable(delay = "1ms", idempotent = true)
        void repeatable(String what);

        @PostExchange
        void keyed(@RequestHeader("Idempotency-Key") String key, String what);

        @GetExchange
        void get();

        int calls();
    }

    static class Failing implements Client {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void post(String what) {
            fail();
        }

        @Override
        public void repeatable(String what) {
            fail();
        }

        @Override
        public void keyed(String key, String what) {
            fail();
        }

        @Override
        public void get() {
            fail();
        }

        @Override
        public int calls() {
            return calls.get();
        }

        private void fail() {
            calls.incrementAndGet();
            throw new IllegalStateException("down");
        }
    }
}
