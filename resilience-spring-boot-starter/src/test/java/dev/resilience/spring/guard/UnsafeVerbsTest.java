package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Where a verb may stand, and where an idempotency key may be missing. */
class UnsafeVerbsTest {

    private final ManualTime time = new ManualTime();

    @Test
    void whatHttpCallsIdempotentIsRepeated() {
        assertAttempts(3, Service.class, Service::put);
        assertAttempts(3, Service.class, Service::delete);
    }

    @Test
    void aVerbOfTheTypeOfAClientHoldsForItsMethods() {
        assertAttempts(1, AllPosts.class, AllPosts::inherited);
        assertAttempts(3, AllPosts.class, AllPosts::get);
    }

    @Test
    void aVerbOfTheTypeOfAControllerHoldsForItsMethods() {
        assertAttempts(1, PostController.class, PostController::inherited);
        assertAttempts(1, PostController.class, PostController::getToo);
    }

    @Test
    void aVerbThatHttpDoesNotCallIdempotentIsNotRepeated() {
        assertAttempts(1, Service.class, Service::merge);
    }

    @Test
    void aVerbThatOnlyTheCallTellsIsHeeded() {
        assertAttempts(1, Service.class, service -> service.any(HttpMethod.POST));
    }

    @Test
    void aControllerOfEveryVerbIsOneOfUnsafeOnes() {
        assertAttempts(1, Service.class, Service::everything);
    }

    @Test
    void aKeyThatMayBeMissingIsNone() {
        assertAttempts(3, Service.class, service -> service.keyed("k-1"));
        assertAttempts(1, Service.class, service -> service.perhapsKeyed(null));
    }

    private <S extends Counting> void assertAttempts(int attempts, Class<S> type, Consumer<S> operation) {
        Starters.with(type).withBean(Time.class, time::time).run(context -> {
            S service = context.getBean(type);
            try {
                operation.accept(service);
            } catch (IllegalStateException down) {
                assertThat(down).hasMessage("down");
            }
            assertThat(service.attempts()).isEqualTo(attempts);
        });
    }

    static class Counting {
        private int attempts;

        int attempts() {
            return attempts;
        }

        void fail() {
            attempts++;
            throw new IllegalStateException("down");
        }
    }

    @Retryable(delay = "1ms")
    static class Service extends Counting {

        @PutMapping
        public void put() {
            fail();
        }

        @DeleteMapping
        public void delete() {
            fail();
        }

        @HttpExchange(method = "MERGE")
        public void merge() {
            fail();
        }

        @HttpExchange
        public void any(HttpMethod verb) {
            fail();
        }

        @RequestMapping("/everything")
        public void everything() {
            fail();
        }

        @PostExchange
        public void keyed(@RequestHeader("idempotency-key") String key) {
            fail();
        }

        @PostExchange
        public void perhapsKeyed(@RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
            fail();
        }
    }

    @Retryable(delay = "1ms")
    @HttpExchange(method = "POST")
    static class AllPosts extends Counting {

        @HttpExchange("/inherited")
        public void inherited() {
            fail();
        }

        @GetExchange("/own")
        public void get() {
            fail();
        }
    }

    @Retryable(delay = "1ms")
    @RequestMapping(method = RequestMethod.POST)
    static class PostController extends Counting {

        @RequestMapping("/inherited")
        public void inherited() {
            fail();
        }

        /** Spring adds the verb of the type to those of the method. */
        @RequestMapping(path = "/both", method = RequestMethod.GET)
        public void getToo() {
            fail();
        }
    }
}
