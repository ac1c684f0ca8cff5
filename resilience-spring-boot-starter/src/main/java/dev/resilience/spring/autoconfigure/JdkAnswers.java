package dev.resilience.spring.autoconfigure;

import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.RetryAfterHeader;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows the answers of the JDK's own HTTP client, which throws for none of them. */
final class JdkAnswers implements FailureClassifier {

    private static final String RETRY_AFTER = "Retry-After";

    private final InstantSource wall;

    JdkAnswers(InstantSource wall) {
        this.wall = wall;
    }

    @Override
    public @Nullable Knowledge classify(Throwable throwable) {
        return null;
    }

    @Override
    public boolean knowsResults(Class<?> type) {
        return HttpResponse.class.isAssignableFrom(type);
    }

    @Override
    public Knowledge classifyResult(Object result) {
        HttpResponse<?> answer = (HttpResponse<?>) result;
        List<String> waits = answer.headers().allValues(RETRY_AFTER);
        return new Knowledge(
                answer.statusCode(), RetryAfterHeader.parse(waits, wall).orElse(null), false);
    }
}
