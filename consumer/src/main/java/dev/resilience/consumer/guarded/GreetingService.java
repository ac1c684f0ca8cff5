package dev.resilience.consumer.guarded;

import dev.resilience.spring.annotation.RateLimited;
import org.springframework.stereotype.Service;

/** Greets twice a minute; its limit has no name but its own. */
@Service
public class GreetingService {

    /** A greeting. */
    @RateLimited(limits = "2/1m")
    public String greet(String name) {
        return "Hello " + name;
    }
}
