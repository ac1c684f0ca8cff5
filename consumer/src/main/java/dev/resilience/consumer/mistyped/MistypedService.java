package dev.resilience.consumer.mistyped;

import dev.resilience.spring.annotation.RateLimited;
import org.springframework.stereotype.Service;

/** Has a limit with a unit that doesn't exist. */
@Service
public class MistypedService {

    /** A greeting. */
    @RateLimited(limits = "60/1x")
    public String greet(String name) {
        return "Hello " + name;
    }
}
