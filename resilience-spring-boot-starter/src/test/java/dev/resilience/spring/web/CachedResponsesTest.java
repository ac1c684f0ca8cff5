package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.web.CachedPages.Source;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;

/** What clients are told of the answers of cached handlers, of every dialect that is told, by real servers. */
@ParameterizedClass
@MethodSource("dialects")
class CachedResponsesTest {

    private static Served served;

    @Parameter(0)
    WebApplicationType type;

    @Parameter(1)
    String dialect;

    static Stream<Arguments> dialects() {
        return Stream.of(
                Arguments.of(WebApplicationType.SERVLET, "/plain"),
                Arguments.of(WebApplicationType.SERVLET, "/stage"),
                Arguments.of(WebApplicationType.SERVLET, "/mono"),
                Arguments.of(WebApplicationType.REACTIVE, "/mono"));
    }

    @BeforeParameterizedClassInvocation
    static void serve(WebApplicationType type) {
        served = Served.with(type, CachedPages.YAML, CachedPages.class);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @BeforeEach
    void up() {
        served.bean(Source.class).down(false);
    }

    @AfterEach
    void forget() {
        served.time.advance(Duration.ofHours(3));
    }

    @Test
    void theFirstAnswerIsNewAndHasATagAndATime() {
        HttpResponse<String> first = get("/quotes/ACME");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).startsWith("ACME ");
        assertThat(header(first, "ETag")).matches("\"[\\w-]{22}\"");
        assertThat(header(first, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(first, "Age")).isEqualTo("0");
        assertThat(header(first, "Vary")).isEqualTo("Accept");
        assertThat(header(first, "Cache-Status")).isEqualTo("resilience; fwd=miss; stored");
        assertThat(header(first, "Content-Length"))
                .isEqualTo(String.valueOf(first.body().length()));
    }

    @Test
    void laterOnesTellTheirAgeAndWhatIsLeftIsTheDifference() {
        HttpResponse<String> first = get("/quotes/ACME");
        served.time.advance(Duration.ofMillis(20_900));

        HttpResponse<String> later = get("/quotes/ACME");

        assertThat(later.body()).isEqualTo(first.body());
        assertThat(header(later, "ETag")).isEqualTo(header(first, "ETag"));
        assertThat(header(later, "Age")).isEqualTo("20");
        assertThat(header(later, "Cache-Control")).isEqualTo("private, max-age=59");
        assertThat(header(later, "Cache-Status")).isEqualTo("resilience; hit; ttl=39");
    }

    @Test
    void whoHasItAlreadyIsToldSoAndNothingElse() {
        String tag = header(get("/json"), "ETag");
        served.time.advance(Duration.ofSeconds(10));

        HttpResponse<String> known =
                get("/json", "If-None-Match", tag, "If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT");

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
        assertThat(header(known, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(known, "Age")).isEqualTo("10");
        assertThat(header(known, "Vary")).isEqualTo("Accept");
        assertThat(header(known, "Cache-Status")).isEqualTo("resilience; hit; ttl=50");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "W/%s", "\"a\", %s", "\"a,b\",W/\"c\" ,%s, \"d\""})
    void aConditionIsAListOfTagsThatAreComparedWeakly(String condition) {
        String tag = header(get("/quotes/ACME"), "ETag");

        assertThat(get("/quotes/ACME", "If-None-Match", condition.formatted(tag))
                        .statusCode())
                .isEqualTo(304);
        assertThat(get("/quotes/ACME", "If-None-Match", "\"a\"", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"another\"", "", "garbage", "\"", "W/", ",,,", "\"a"})
    void whoHasAnotherOneGetsThisOne(String condition) {
        get("/quotes/ACME");

        HttpResponse<String> answer =
                get("/quotes/ACME", "If-None-Match", condition, "If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("ACME ");
    }

    @Test
    void afterItsTimeThereIsANewOneWithANewTag() {
        HttpResponse<String> first = get("/quotes/ACME");
        served.time.advance(Duration.ofSeconds(61));

        HttpResponse<String> next = get("/quotes/ACME", "If-None-Match", header(first, "ETag"));

        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.body()).isNotEqualTo(first.body());
        assertThat(header(next, "ETag")).isNotEqualTo(header(first, "ETag"));
        assertThat(header(next, "Age")).isEqualTo("0");
    }

    @Test
    void headIsLikeGetWithoutABody() {
        HttpResponse<String> got = get("/quotes/ACME");
        HttpResponse<String> hit = get("/quotes/ACME");

        HttpResponse<String> head = served.send("HEAD", dialect + "/quotes/ACME");

        assertThat(got.statusCode()).isEqualTo(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(headers(head)).isEqualTo(headers(hit)).containsKeys("etag", "age", "content-length");
        assertThat(served.send("HEAD", dialect + "/quotes/ACME", "If-None-Match", header(got, "ETag"))
                        .statusCode())
                .isEqualTo(304);
    }

    private static Map<String, Object> headers(HttpResponse<?> response) {
        Map<String, Object> headers = new TreeMap<>(response.headers().map());
        headers.keySet().removeAll(java.util.Set.of("date", "connection", "keep-alive"));
        return headers;
    }

    @Test
    void aWeakTagIsThatOfTheResultThatIsKept() {
        HttpResponse<String> first = get("/weak");
        String tag = header(first, "ETag");
        assertThat(tag).startsWith("W/\"");
        assertThat(header(get("/weak"), "ETag")).isEqualTo(tag);
        assertThat(header(first, "Vary")).isNull();

        HttpResponse<String> known = get("/weak", "If-None-Match", tag);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
        assertThat(header(known, "Age")).isEqualTo("0");

        served.time.advance(Duration.ofSeconds(61));
        assertThat(get("/weak", "If-None-Match", tag).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutTagsThereAreTimesOnly() {
        HttpResponse<String> answer = get("/untagged", "If-None-Match", "*");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "ETag")).isNull();
        assertThat(header(answer, "Cache-Control")).isEqualTo("private, max-age=60");
    }

    @Test
    void whatIsPublicIsPrivateForWhoSaysWhoHeIs() {
        assertThat(header(get("/shared"), "Cache-Control")).isEqualTo("public, max-age=60");

        HttpResponse<String> authorized = get("/shared", "Authorization", "Bearer secret");

        assertThat(header(authorized, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(authorized, "Vary")).isEqualTo("Authorization, Accept");
    }

    @Test
    void whatComesWithACookieIsPrivate() {
        assertThat(header(get("/cookie"), "Set-Cookie")).isEqualTo("a=b");
        assertThat(header(get("/cookie"), "Cache-Control")).isEqualTo("private, max-age=60");
    }

    @Test
    void whatIsOffTellsNothing() {
        expectNothing(get("/silent", "If-None-Match", "*"));
    }

    @Test
    void whatNobodyKeepsIsNotToBeStored() {
        HttpResponse<String> answer = get("/none", "If-None-Match", "*");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(answer, "ETag")).isNull();
        assertThat(header(answer, "Age")).isNull();
        assertThat(header(answer, "Cache-Status")).isEqualTo("resilience; fwd=bypass");
    }

    @Test
    void whatIsGivenInPlaceOfAFailureIsStale() {
        HttpResponse<String> first = get("/rescued");
        assertThat(header(first, "Cache-Control")).isEqualTo("private, max-age=60, stale-if-error=3600");
        served.time.advance(Duration.ofSeconds(90));
        served.bean(Source.class).down(true);

        HttpResponse<String> stale = get("/rescued");

        assertThat(stale.body()).isEqualTo(first.body());
        assertThat(header(stale, "Cache-Control")).isEqualTo("private, max-age=0");
        assertThat(header(stale, "Age")).isEqualTo("90");
        assertThat(header(stale, "Cache-Status")).isEqualTo("resilience; hit; ttl=-30; detail=stale");
        assertThat(get("/rescued", "If-None-Match", header(first, "ETag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void whatTheApplicationSaysItselfStays() {
        HttpResponse<String> own = get("/own");

        assertThat(header(own, "Cache-Control")).isEqualTo("max-age=7");
        assertThat(header(own, "ETag")).isEqualTo("\"own\"");
        assertThat(header(own, "Vary")).isEqualTo("X-Own, Accept");
        assertThat(header(own, "Age")).isEqualTo("0");
        assertThat(header(own, "Cache-Status")).isEqualTo("upstream; hit, resilience; fwd=miss; stored");
        HttpResponse<String> known = get("/own", "If-None-Match", "\"own\"");
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(header(known, "ETag")).isEqualTo("\"own\"");
        assertThat(header(known, "Age")).isEqualTo("0");
    }

    @Test
    void whatTheApplicationWantsNobodyToStoreHasNoTag() {
        HttpResponse<String> secret = get("/secret", "If-None-Match", "*");

        assertThat(secret.statusCode()).isEqualTo(200);
        assertThat(header(secret, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(secret, "ETag")).isNull();
    }

    @Test
    void anotherStatusIsLeftAlone() {
        HttpResponse<String> missing = get("/missing", "If-None-Match", "*");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).startsWith("missing ");
        expectNoHeaders(missing);
        assertThat(get("/missing").body()).isEqualTo(missing.body());
    }

    @Test
    void soIsAFailure() {
        served.bean(Source.class).down(true);

        HttpResponse<String> failed = get("/quotes/DOWN", "If-None-Match", "*");

        assertThat(failed.statusCode()).isEqualTo(503);
        expectNoHeaders(failed);
    }

    @Test
    void soIsWhatIsPosted() {
        HttpResponse<String> posted = served.post(dialect + "/post", "If-None-Match", "*");

        assertThat(posted.statusCode()).isEqualTo(200);
        expectNoHeaders(posted);
    }

    @Test
    void aResultDependsOnTheHeadersThatItsHandlerAsksFor() {
        assertThat(header(get("/by-header", "X-Tenant", "a"), "Vary")).isEqualTo("X-Tenant, Accept");
    }

    @Test
    void whatAHandlerAsksACachedServiceForIsNotItsAnswer() {
        get("/by-service");

        expectNothing(get("/by-service", "If-None-Match", "*"));
        expectNothing(get("/uncached", "If-None-Match", "*"));
    }

    @Test
    void whoSharesALoadIsToldSo() {
        assertThat(served.getTogether(dialect + "/quotes/MANY", 40)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Cache-Control")).isEqualTo("private, max-age=60");
            assertThat(header(answer, "ETag")).isNotNull();
            assertThat(header(answer, "Cache-Status"))
                    .isIn("resilience; fwd=miss; stored", "resilience; fwd=miss; collapsed", "resilience; hit; ttl=60");
        });
    }

    private HttpResponse<String> get(String path, String... headers) {
        return served.get(dialect + path, headers);
    }

    private static void expectNothing(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        expectNoHeaders(answer);
    }

    private static void expectNoHeaders(HttpResponse<String> answer) {
        assertThat(answer.body()).isNotNull();
        assertThat(answer.headers().map()).doesNotContainKeys("etag", "cache-control", "age", "cache-status");
    }
}
