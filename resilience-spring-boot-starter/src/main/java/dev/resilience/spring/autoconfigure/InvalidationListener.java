package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.spring.InvalidateCache;
import java.util.Optional;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

/** Drops the results that events of the application mean. Who published one hears of a cache that isn't there. */
final class InvalidationListener implements ApplicationListener<PayloadApplicationEvent<InvalidateCache>> {

    private static final String WHO = "the event InvalidateCache";

    private final PolicyRegistry policies;

    InvalidationListener(PolicyRegistry policies) {
        this.policies = policies;
    }

    @Override
    public void onApplicationEvent(PayloadApplicationEvent<InvalidateCache> event) {
        InvalidateCache meant = event.getPayload();
        Optional<PolicyInstance<?, ?>> keeper = policies.keeper(meant.cache());
        if (keeper.isEmpty()) {
            policies.results(meant.cache());
        }
        keeper.ifPresent(cache -> cache.drop(meant.results(), WHO));
    }

    /** The event belongs to the thread of the change. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }
}
