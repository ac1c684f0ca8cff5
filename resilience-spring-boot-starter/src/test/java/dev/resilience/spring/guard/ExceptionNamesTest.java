package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Retryable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ExceptionNamesTest {

    @Test
    void aMistypedClassOfTheJdkIsReportedWithTheNearest() {
        assertThat(findings("java.io.IOExcption")).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.where()).startsWith("resilience.retries.carrier.retry-on = 'java.io.IOExcption' (");
            assertThat(finding.text())
                    .isEqualTo("The application has no class 'java.io.IOExcption', so that it matches nothing.");
            assertThat(finding.fix()).startsWith("Did you mean 'java.io.IOException'?");
        });
    }

    @Test
    void aMistypedClassOfTheClassPathIsReportedWithTheNearest() {
        assertThat(findings("dev.resilience.failure.RetriableException"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fix())
                        .startsWith("Did you mean 'dev.resilience.failure.RetryableException'?"));
    }

    @Test
    void ofAPackageThatIsNotThereNothingIsNear() {
        assertThat(findings("com.nowhere.LostException")).singleElement().satisfies(finding -> assertThat(finding.fix())
                .startsWith("Write a full name"));
    }

    @ParameterizedTest
    @CsvSource({
        "IOExcption, IOException",
        "TimeoutExeption, TimeoutException",
        "SocketTimoutException, SocketTimeoutException",
        "ResourceAcessException, ResourceAccessException",
        "HttpServerErorException, HttpServerErrorException",
        "OutOfMemoryEror, OutOfMemoryError",
        "LostGoodException, LostGoodsException",
    })
    void aMistypedSimpleNameIsReportedWithTheNearest(String mistyped, String meant) {
        assertThat(findings(mistyped)).singleElement().satisfies(finding -> {
            assertThat(finding.where()).startsWith("resilience.retries.carrier.retry-on = '" + mistyped + "' (");
            assertThat(finding.text())
                    .isEqualTo("The application has no class '" + mistyped + "', so that it matches nothing.");
            assertThat(finding.fix()).startsWith("Did you mean '" + meant + "'?");
        });
    }

    /** Exceptions of the application, of libraries it has and hasn't, and of odd corners of the JDK; some look like others. */
    @Test
    void simpleNamesThatMayBeMeantAreNoFindings() {
        assertThat(
                        findings(
                                "IOException, LostGoodsException, ResourceAccessException, TimeoutException, DataAccessException,"
                                        + " NestedException, IOExceptions, SpelEvaluationException, JsonMappingException, PSQLException,"
                                        + " NamingException, NameNotFoundException, FeignException, QuotaExceededException,"
                                        + " ConnectTimeoutException, ReadTimeoutException, RequestNotPermitted, XPathException, ConnectionException, TLSException, ValidateException, Exception"))
                .isEmpty();
    }

    @Test
    void namesThatAreThereAreNoFindings() {
        assertThat(findings("java.io.IOException, LostException, java.util.Map.Entry"))
                .isEmpty();
    }

    @Test
    void whatIsInheritedIsReportedOnceForAllWhoInheritIt() {
        start().withPropertyValues(
                        "resilience.defaults.retries.retry-on=java.io.Lost",
                        "resilience.retries.a.max-attempts=2",
                        "resilience.retries.carrier.max-attempts=3")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .filteredOn(finding -> finding.code().equals("unknown-exception"))
                        .extracting(Finding::where)
                        .containsExactly("resilience.defaults.retries.retry-on = 'java.io.Lost' (defaults)"));
    }

    private static List<Finding> findings(String names) {
        List<Finding> found = new java.util.ArrayList<>();
        start().withPropertyValues("resilience.retries.carrier.retry-on=" + names)
                .run(context -> context.getBean(Findings.class).all().stream()
                        .filter(finding -> finding.code().equals("unknown-exception"))
                        .forEach(found::add));
        return found;
    }

    private static ApplicationContextRunner start() {
        return Starters.with(Trying.class, Application.class);
    }

    static class LostGoodsException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** One letter more than a known one. */
    static class IOExceptions extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static class NestedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    static class Application {}

    static class Trying {
        @Retryable("carrier")
        public void call() {}
    }
}
