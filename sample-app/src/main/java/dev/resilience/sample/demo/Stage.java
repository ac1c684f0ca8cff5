package dev.resilience.sample.demo;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** Room for one story at a time: there is only one carrier to misbehave. */
@Component
class Stage {

    private final AtomicReference<@Nullable String> story = new AtomicReference<>();

    void enter(String entering) {
        if (!story.compareAndSet(null, entering)) {
            throw new ResponseStatusException(
                    HttpStatus.CONFLICT, "the " + story.get() + " isn't over; ask again when it is");
        }
    }

    void leave(String leaving) {
        story.compareAndSet(leaving, null);
    }
}
