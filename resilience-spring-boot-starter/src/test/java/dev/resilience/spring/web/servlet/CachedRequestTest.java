package dev.resilience.spring.web.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.cache.CacheWitness.Way;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.guard.CachedHandler;
import dev.resilience.spring.guard.Guards;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.EntityTags;
import dev.resilience.spring.web.Provenance;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class CachedRequestTest {

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/quote");
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final CachedRequest cached = CachedRequest.begin(request, new CachedResponse(response));
    private final Object[] arguments = {};

    @Test
    void theFirstAnswerCountsBecauseARefreshBehindItIsToldLater() throws Exception {
        cached.calls(handler(), arguments);
        cached.answered(arguments, provenance(Way.STALE, 90, -30));
        cached.answered(arguments, provenance(Way.LOADED, 0, 60));

        end(true);

        assertThat(response.getHeader("Age")).isEqualTo("90");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("private, max-age=0");
    }

    @Test
    void anotherCallWithEqualArgumentsIsNotThisOne() throws Exception {
        cached.calls(handler(), arguments);
        cached.answered(new Object[] {}, provenance(Way.HIT, 20, 40));

        end(true);

        assertThat(response.getHeaderNames()).isEmpty();
    }

    @Test
    void ofTwoHandlersTheLastOneAnswers() throws Exception {
        cached.calls(handler(), arguments);
        cached.answered(arguments, provenance(Way.HIT, 20, 40));
        Object[] later = {};

        assertThat(cached.calls(handler(), later)).isSameAs(arguments);
        cached.answered(arguments, provenance(Way.HIT, 20, 40));
        end(true);

        assertThat(response.getHeaderNames()).isEmpty();
    }

    @Test
    void theStatusOfTheCacheIsToldOnlyWhereThatIsWanted() throws Exception {
        cached.calls(handler(), arguments);
        cached.answered(arguments, provenance(Way.HIT, 20, 40));

        end(false);

        assertThat(response.getHeader("Age")).isEqualTo("20");
        assertThat(response.getHeader("Cache-Status")).isNull();
    }

    @Test
    void anExpiryOfTheApplicationIsATimeOfItsOwn() throws Exception {
        cached.calls(handler(), arguments);
        cached.answered(arguments, provenance(Way.HIT, 20, 40));
        cached.response().setHeader("Expires", "0");

        end(true);

        assertThat(response.getHeader("Cache-Control")).isNull();
        assertThat(response.getHeader("ETag")).isNotNull();
    }

    @Test
    void anAgeBeyondAllRecipientsIsTheMostTheyUnderstand() throws Exception {
        cached.calls(handler(), arguments);
        cached.answered(arguments, provenance(Way.HIT, 4_000_000_000L, 4_000_000_000L));

        end(true);

        assertThat(response.getHeader("Age")).isEqualTo("2147483648");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("private, max-age=2147483648");
    }

    private void end(boolean tellsStatus) throws Exception {
        cached.end(new CacheHeaders(tellsStatus, new EntityTags(false)));
    }

    private static Provenance provenance(Way way, long ageSeconds, long freshSeconds) {
        return new Provenance(
                way,
                1,
                Duration.ofSeconds(ageSeconds).toNanos(),
                Duration.ofSeconds(freshSeconds).toNanos());
    }

    private static CachedHandler handler() {
        AtomicReference<CachedHandler> found = new AtomicReference<>();
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
                .withUserConfiguration(Quotes.class)
                .run(context -> context.getBean(Guards.class).eachCachedHandler(found::set));
        return found.get();
    }

    @RestController
    static class Quotes {

        @GetMapping("/quote")
        @Cached
        public String quote() {
            return "quote";
        }
    }
}
