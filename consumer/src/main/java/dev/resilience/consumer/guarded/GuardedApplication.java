package dev.resilience.consumer.guarded;

import dev.resilience.CallRejectedException;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Calls its guarded methods once it has started, and prints what comes of it. */
@SpringBootApplication
public class GuardedApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(GuardedApplication.class, arguments);
    }

    @Bean
    CommandLineRunner calls(GreetingService greetings, MailService mails) {
        return arguments -> {
            for (String name : new String[] {"Ada", "Grace", "Edsger"}) {
                System.out.println(answer(greetings, name));
            }
            System.out.println(mails.send("hello"));
        };
    }

    private static String answer(GreetingService greetings, String name) {
        try {
            return greetings.greet(name);
        } catch (CallRejectedException refused) {
            return refused.kind() + " " + refused.name() + " refused " + name;
        }
    }
}
