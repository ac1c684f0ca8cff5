package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.CallTimedOutException;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Findings;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.registry.ImportHttpServices;

/** What an application does to its clients stays, and what it builds itself can be bound as well. */
class ClientsOfAnApplicationTest {

    private Application application;

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        application.awaitSilence();
        application.close();
    }

    @Test
    void theTimeoutsOfTheClientStillHold() {
        start("spring.http.clients: {imperative.factory: jdk, read-timeout: 50ms}", Caller.class);

        assertThat(catchThrowable(() -> caller().get("/hang"))).isInstanceOf(ResourceAccessException.class);
    }

    @Test
    void whatIsSwitchedOffChangesNothing() {
        start("resilience.http-clients: {deadlines: false, deadline-header: X-Left}", Caller.class);

        assertThat(catchThrowable(() -> caller().tooLate("/ok"))).isInstanceOf(CallTimedOutException.class);
        assertThat(application.server.requests()).singleElement().satisfies(sent -> assertThat(sent.headers())
                .doesNotContainKey("X-Left"));
    }

    @Test
    void aBodyIsStillWrittenWhileItIsSent() {
        start("spring.http.clients.imperative.factory: jdk", Caller.class);

        assertThat(caller().post("/ok", "some text")).isEqualTo("ok");
        assertThat(application.server.requests().get(0).body()).isEqualTo("some text");
    }

    @Test
    void anInterceptorThatTakesAllTheTimeSendsNothing() {
        start("spring.http.clients.imperative.factory: jdk", Caller.class, SlowInterceptor.class);

        assertThat(catchThrowable(() -> caller().get("/ok"))).isInstanceOf(CallTimedOutException.class);
        assertThat(application.server.requests()).isEmpty();
    }

    @Test
    void theHeaderIsWrittenAnewBehindAnInterceptorThatTakesSomeTime() {
        start(
                "{spring.http.clients.imperative.factory: jdk, resilience.http-clients.deadline-header: X-Left,"
                        + " slow: 500ms}",
                Caller.class,
                SlowInterceptor.class);

        caller().get("/ok");

        assertThat(application.server.requests().get(0).headers()).containsEntry("X-Left", "1500");
    }

    @Test
    void aStreamThatIsHandedOutSurvivesItsCall() throws Exception {
        start("spring.http.clients.imperative.factory: jdk", Caller.class);
        InputStream stream = caller().handOut("/ok");

        application.time().advance(Duration.ofMinutes(1));

        assertThat(new String(stream.readAllBytes())).isEqualTo("ok");
        stream.close();
    }

    @Test
    void aFactoryOfTheApplicationsOwnBeginsNothingTooLate() {
        start("style: own", Caller.class, OwnFactory.class);

        assertThat(catchThrowable(() -> caller().tooLate("/ok"))).isInstanceOf(CallTimedOutException.class);
        assertThat(application.server.requests()).isEmpty();
    }

    @Test
    void customizersOfTheBuilderSeeTheBuilderTheyKnow() throws Exception {
        start("spring.http.clients.imperative.factory: jdk", Caller.class, Customizers.class);

        assertThat(application.failureOfStuck(() -> caller().get("/hang"), Duration.ofSeconds(3)))
                .isInstanceOf(CallTimedOutException.class);
        assertThat(application.bean(AtomicBoolean.class)).isTrue();
    }

    @Test
    void aBuilderThatIsAskedForByItsClassStaysOne() {
        start("", Caller.class, TypedBuilder.class);

        assertThat(application.bean(HttpComponentsClientHttpRequestFactoryBuilder.class))
                .isNotNull();
        assertThat(caller().get("/ok")).isEqualTo("ok");
    }

    @Test
    void groupsOfInterfacesWithSettingsOfTheirOwnAreBound() throws Exception {
        start(
                "{spring.http.clients.imperative.factory: http-components, spring.http.serviceclient.pages:"
                        + " {base-url: '${stubborn}', read-timeout: 15s}, resilience.timeouts.pages.timeout: 2s}",
                Interfaces.class);
        Pages pages = application.bean(Pages.class);

        Throwable failure = application.failureOfStuck(pages::hang, Duration.ofSeconds(3));

        assertThat(failure).isInstanceOf(CallTimedOutException.class);
        application.server.awaitGivenUp();
        assertThat(pages.ok()).isEqualTo("ok");
    }

    @Test
    void aClientBuiltByHandIsBoundByTheBean() throws Exception {
        start("", ByHand.class);
        ByHand byHand = application.bean(ByHand.class);

        for (String client : List.of("jdk", "http-components")) {
            assertThat(application.failureOfStuck(() -> byHand.get(client, "/hang"), Duration.ofSeconds(3)))
                    .as(client)
                    .isInstanceOf(CallTimedOutException.class);
            application.server.awaitGivenUp();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "http-components", "reactor"})
    void whoWaitsForAConnectionGivesUpWithItsCall(String factory) throws Exception {
        start("{spring.http.clients.imperative.factory: " + factory + "}", Caller.class);
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> crowd = crowdInFrontOf(deaf);
            String url = "http://127.0.0.1:" + deaf.getLocalPort() + "/ok";

            assertThat(Application.failuresOfWaiting(1, () -> caller().get(url), this::threeSecondsPass))
                    .hasOnlyElementsOfType(CallTimedOutException.class);
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    @Test
    void whoWaitsForThePoolGivesUpWithItsCall() throws Exception {
        start("spring.http.clients.imperative.factory: http-components", Caller.class);

        assertThat(Application.failuresOfWaiting(6, () -> caller().get("/hang"), this::threeSecondsPassForFive))
                .hasSize(6)
                .hasOnlyElementsOfType(CallTimedOutException.class);
    }

    /** When the time is over, the first to give up may leave its connection to the sixth, which gives up as well. */
    private void threeSecondsPassForFive() {
        Awaitility.await()
                .untilAsserted(() -> assertThat(application.server.requests()).hasSize(5));
        threeSecondsPass();
    }

    private void threeSecondsPass() {
        application.time().advance(Duration.ofSeconds(3));
    }

    /** Connections that nobody accepts, as many as it takes until no other gets through. */
    private static List<Socket> crowdInFrontOf(ServerSocket deaf) throws IOException {
        List<Socket> crowd = new ArrayList<>();
        while (true) {
            Socket next = new Socket();
            crowd.add(next);
            try {
                next.connect(deaf.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException full) {
                return crowd;
            }
        }
    }

    @Test
    void aClientThatCannotBeStoppedBeginsNothingTooLateAndIsFound() {
        start("spring.http.clients.imperative.factory: simple", Caller.class);

        assertThat(caller().get("/ok")).isEqualTo("ok");
        assertThat(catchThrowable(() -> caller().tooLate("/ok"))).isInstanceOf(CallTimedOutException.class);
        assertThat(application.server.requests()).hasSize(1);
        assertThat(application.bean(Findings.class).all())
                .anySatisfy(finding -> assertThat(finding.code()).isEqualTo("unbound-http-client"));
        assertThat(application.bean(GuardReport.class)).isNotNull();
    }

    private void start(String yaml, Class<?>... beans) {
        application = Application.with(yaml, beans);
    }

    private Caller caller() {
        return application.bean(Caller.class);
    }

    static class Caller {
        private final RestClient client;
        private final ManualTime time;

        Caller(RestClient.Builder builder, Environment environment, ManualTime time) {
            this.client =
                    builder.baseUrl(environment.getRequiredProperty("stubborn")).build();
            this.time = time;
        }

        @Timeout("2s")
        public String get(String path) {
            return client.get().uri(path).retrieve().body(String.class);
        }

        @Timeout("2s")
        public String post(String path, String body) {
            return client.post()
                    .uri(path)
                    .contentType(MediaType.TEXT_PLAIN)
                    .contentLength(body.length())
                    .body(out -> out.write(body.getBytes()))
                    .retrieve()
                    .body(String.class);
        }

        @Timeout("2s")
        public String tooLate(String path) {
            time.advance(Duration.ofSeconds(2));
            Thread.interrupted();
            return get(client, path);
        }

        @Timeout("2s")
        public InputStream handOut(String path) {
            return client.get().uri(path).exchange((request, response) -> response.getBody(), false);
        }

        private static String get(RestClient client, String path) {
            return client.get().uri(path).retrieve().body(String.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SlowInterceptor {

        @Bean
        RestClientCustomizer slow(ManualTime time, Environment environment) {
            Duration slowness = environment.getProperty("slow", Duration.class, Duration.ofSeconds(2));
            return builder -> builder.requestInterceptor((request, body, execution) -> {
                time.advance(slowness);
                return execution.execute(request, body);
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {

        @Bean
        RestClientCustomizer own() {
            return builder -> builder.requestFactory(new SimpleClientHttpRequestFactory());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        AtomicBoolean customized() {
            return new AtomicBoolean();
        }

        @Bean
        ClientHttpRequestFactoryBuilderCustomizer<JdkClientHttpRequestFactoryBuilder> own(AtomicBoolean customized) {
            return builder -> builder.withCustomizer(factory -> customized.set(true));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TypedBuilder {

        @Bean
        HttpComponentsClientHttpRequestFactoryBuilder own() {
            return ClientHttpRequestFactoryBuilder.httpComponents();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportHttpServices(group = "pages", types = Pages.class)
    static class Interfaces {}

    /** An HTTP interface that is guarded itself. */
    interface Pages {

        @GetExchange("/ok")
        String ok();

        @GetExchange("/hang")
        @Timeout("pages")
        String hang();

        @PostExchange("/ok")
        String post();
    }

    static class ByHand {
        private final RestClient jdk;
        private final RestClient components;

        ByHand(RestClientDeadlines deadlines, Environment environment) {
            String url = environment.getRequiredProperty("stubborn");
            jdk = RestClient.builder()
                    .baseUrl(url)
                    .requestFactory(deadlines.bound(new JdkClientHttpRequestFactory()))
                    .build();
            components = RestClient.builder()
                    .baseUrl(url)
                    .requestFactory(deadlines.bound(new HttpComponentsClientHttpRequestFactory()))
                    .build();
        }

        @Timeout("2s")
        public String get(String client, String path) {
            return Caller.get(client.equals("jdk") ? jdk : components, path);
        }
    }
}
