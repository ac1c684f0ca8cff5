package dev.resilience.consumer.mistyped;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Would start, were it not for the limit of its service. */
@SpringBootApplication
public class MistypedApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(MistypedApplication.class, arguments);
    }
}
