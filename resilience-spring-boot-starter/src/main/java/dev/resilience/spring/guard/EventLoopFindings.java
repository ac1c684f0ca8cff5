package dev.resilience.spring.guard;

import dev.resilience.EventLoopRestException;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Refused;
import dev.resilience.event.ResilienceListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the methods that are called on event loops though they may have to wait. Each is told once. */
public final class EventLoopFindings implements ResilienceListener {

    private static final Logger LOGGER = LoggerFactory.getLogger("dev.resilience");

    private final Findings findings;

    public EventLoopFindings(Findings findings) {
        this.findings = findings;
    }

    @Override
    public void onEvent(ResilienceEvent event) {
        if (event instanceof Refused refused && refused.cause() instanceof EventLoopRestException) {
            Finding finding = finding(refused);
            if (findings.add(finding)) {
                LOGGER.error("resilience: {}", finding);
            }
        }
    }

    private static Finding finding(Refused refused) {
        return Finding.error(
                "event-loop",
                refused.operation(),
                "It is called on an event loop, where " + refused.kind() + " '" + refused.name()
                        + "' must not have it wait; such calls are refused.",
                "Return a Mono, or call it on Schedulers.boundedElastic().");
    }
}
