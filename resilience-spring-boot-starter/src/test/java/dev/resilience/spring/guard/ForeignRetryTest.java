package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.Test;
import org.springframework.resilience.annotation.Retryable;

class ForeignRetryTest {

    private final ForeignRetry foreign = new ForeignRetry(method -> method.isAnnotationPresent(Guarded.class));

    @Test
    void aMethodRetriedBySpringAsWellIsTold() {
        assertThat(foreign.of(OnMethod.class)).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.code()).isEqualTo("foreign-retry");
            assertThat(finding.where()).isEqualTo("OnMethod#both()");
            assertThat(finding.text()).contains("is retried by Spring Framework as well");
        });
    }

    @Test
    void anAnnotationOnTheClassCountsForItsMethods() {
        assertThat(foreign.of(OnClass.class)).singleElement().satisfies(finding -> assertThat(finding.where())
                .isEqualTo("OnClass#ours()"));
    }

    @Test
    void springRetryIsKnownByName() {
        assertThat(foreign.of(OfSpringRetry.class)).singleElement().satisfies(finding -> assertThat(finding.text())
                .contains("Spring Retry"));
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Guarded {}

    static class OnMethod {
        @Guarded
        @Retryable
        public void both() {}

        @Retryable
        public void theirs() {}

        @Guarded
        public void ours() {}
    }

    @Retryable
    static class OnClass {
        @Guarded
        public void ours() {}

        public void theirs() {}
    }

    static class OfSpringRetry {
        @Guarded
        @org.springframework.retry.annotation.Retryable
        public void both() {}
    }
}
