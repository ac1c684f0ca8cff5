package dev.resilience.spring.guard;

import dev.resilience.Pipeline;
import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.execution.Stage;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.ratelimit.RateLimiterConfiguration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds fallback methods for an exception that their fallback doesn't cover, so that they are never called.
 *
 * <p>Only those of the first name are looked at: what comes after is called for whatever those before it fail with.
 */
final class IdleFallbacks {

    private final Pipeline pipeline;
    private final Stage stage;

    private IdleFallbacks(Pipeline pipeline, Stage stage) {
        this.pipeline = pipeline;
        this.stage = stage;
    }

    static List<Finding> in(Pipeline pipeline) {
        return pipeline.stages().stream()
                .filter(stage -> stage.instance().mode() != Mode.OFF)
                .flatMap(stage -> new IdleFallbacks(pipeline, stage).findings())
                .toList();
    }

    private Stream<Finding> findings() {
        return stage.instance().kind().placementAttributes().stream()
                .filter(attribute -> attribute.type() == Type.METHOD)
                .map(PlacementAttribute::name)
                .flatMap(name -> first(stage.placement().attribute(name)))
                .flatMap(target -> target.overloads().stream())
                .flatMap(overload -> finding(overload).stream());
    }

    private static Stream<BeanTarget> first(@Nullable Object methods) {
        return methods instanceof List<?> list
                ? list.stream().limit(1).filter(BeanTarget.class::isInstance).map(BeanTarget.class::cast)
                : Stream.empty();
    }

    private Optional<Finding> finding(FallbackOverload overload) {
        Class<?> failure = overload.exception;
        if (failure == null || stage.policy().mayDivert(failure, true)) {
            return Optional.empty();
        }
        return stage.policy().mayDivert(failure, false)
                ? limiter(failure).map(limiter -> blaming(overload, limiter))
                : Optional.of(uncovered(overload, failure));
    }

    /** A limiter whose refusals it was meant for, unless one is there whose refusals it gets. */
    private Optional<PolicyInstance<?, ?>> limiter(Class<?> failure) {
        List<Stage> limiters = pipeline.stages().stream()
                .skip(pipeline.stages().indexOf(stage))
                .filter(further -> further.instance().mode() == Mode.ENFORCED)
                .filter(further -> further.instance().configuration() instanceof RateLimiterConfiguration)
                .toList();
        boolean meant = failure == RateLimitedException.class
                && limiters.stream().allMatch(limiter -> limiter.placement().key() != null);
        return meant
                ? limiters.stream().<PolicyInstance<?, ?>>map(Stage::instance).findFirst()
                : Optional.empty();
    }

    private Finding uncovered(FallbackOverload overload, Class<?> failure) {
        return finding(
                "The " + stage.instance().inWords() + " never calls " + overload + ", because it doesn't cover a "
                        + failure.getSimpleName() + ".",
                "Let its 'on' and 'never' cover that, or remove the method.");
    }

    private Finding blaming(FallbackOverload overload, PolicyInstance<?, ?> limiter) {
        return finding(
                "The " + stage.instance().inWords() + " doesn't call " + overload + " for what the " + limiter.inWords()
                        + " refuses: a caller who is over a limit of its own is told so, unless 'on' names"
                        + " RateLimitedException.",
                "Name it beside all else that is to be covered, as in 'on: java.lang.Exception, RateLimitedException', or"
                        + " remove the method.");
    }

    private Finding finding(String text, String fix) {
        return Finding.warning("idle-fallback", pipeline.operation(), text, fix);
    }
}
