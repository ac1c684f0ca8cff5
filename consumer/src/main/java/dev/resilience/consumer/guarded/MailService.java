package dev.resilience.consumer.guarded;

import dev.resilience.spring.annotation.Retryable;
import org.springframework.stereotype.Service;

/** Sends mail over a line that is down twice before it works. */
@Service
public class MailService {

    private int attempts;

    /** Says at which attempt the mail went out. */
    @Retryable(maxAttempts = "3", delay = "1ms")
    public String send(String mail) {
        if (++attempts < 3) {
            throw new IllegalStateException("the line is down");
        }
        return "Sent " + mail + " at attempt " + attempts;
    }
}
