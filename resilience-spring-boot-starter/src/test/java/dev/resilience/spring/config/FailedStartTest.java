package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.ToyKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class FailedStartTest {

    @Test
    void aUserReadsWhatIsWrongAndWhatToWriteInstead(CapturedOutput output) {
        SpringApplication application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .build();

        assertThatThrownBy(() -> application.run("--resilience.toys.car.max-wait=5", "--resilience.toyz.bus.beeps=on"));

        assertThat(output.getOut() + output.getErr())
                .contains("APPLICATION FAILED TO START")
                .contains("There are 2 problems in the resilience configuration:")
                .contains("resilience.toys.car.max-wait = '5' (command line): the value has no unit")
                .contains("resilience.toys.car.max-wait: Write for example 'max-wait: 250ms'")
                .contains("resilience.toyz.bus.beeps: Did you mean 'toys'?");
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        ResilienceProperties resilienceProperties(ConfigurableEnvironment environment) {
            ResilienceProperties properties = EnvironmentReader.read(environment, List.of(new ToyKind()));
            properties.validate();
            return properties;
        }
    }
}
