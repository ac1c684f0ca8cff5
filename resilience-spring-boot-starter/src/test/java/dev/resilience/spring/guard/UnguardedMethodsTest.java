package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.PriorityOrdered;

/** What no guard stands in front of is not called guarded. */
@ExtendWith(OutputCaptureExtension.class)
class UnguardedMethodsTest {

    @Test
    void aFinalMethodIsNotCounted(CapturedOutput output) {
        Starters.with(HalfOpen.class).run(context -> {
            assertThat(output).contains("1 method guarded by 1 policy (1 bulkhead)");
            assertThat(context.getBean(GuardReport.class).methods()).containsOnlyKeys("HalfOpen.open");
        });
    }

    static class HalfOpen {
        @Bulkhead
        public final void last() {}

        @Bulkhead
        public void open() {}
    }

    @Test
    void aBeanMadeTooEarlyIsNotCounted(CapturedOutput output) {
        Starters.with(Early.class).run(context -> {
            assertThat(output).contains("0 methods guarded").contains("findings: 1 error");
            assertThat(context.getBean(GuardReport.class).methods()).isEmpty();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        static Once once() {
            return new Once();
        }

        @Bean
        static Hurried needsIt(Once once) {
            return new Hurried();
        }
    }

    static class Once {
        @Bulkhead
        public void call() {}
    }

    static class Hurried implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return 0;
        }
    }

    @Test
    void aFinalClassFailsTheStartAndSaysWhatToDo(CapturedOutput output) {
        SpringApplication application = new SpringApplication(Application.class, Closed.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        assertThatThrownBy(application::run).isInstanceOf(BeanCreationException.class);

        assertThat(output.getOut())
                .contains("APPLICATION FAILED TO START")
                .contains("A guard can't stand in front of:")
                .contains("- Closed#call() belongs to a final class, which a proxy can't extend")
                .contains("Let Closed not be final, or give it an interface");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({AopAutoConfiguration.class, ResilienceAutoConfiguration.class})
    static class Application {}

    static final class Closed {
        @Bulkhead
        public void call() {}
    }
}
