package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import dev.resilience.Placement.Expression;
import dev.resilience.Resilience;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.spring.BareClassLoader;
import dev.resilience.spring.caller.CallerAddresses;
import dev.resilience.spring.caller.TrustedProxies;
import dev.resilience.time.ManualTime;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.util.ReflectionUtils;

/** Loads our classes once more where the optional libraries are missing: a class that needs one would not be found. */
class OptionalLibrariesTest {

    @Test
    void withoutWebSecurityAndReactorArgumentsStillAreKeys() throws Exception {
        assertThat(runBare(Keys.class)).isEqualTo(List.of("agent-1", 7, "ip: is read from a web request"));
    }

    @Test
    void withoutReactorFallbacksStillStandIn() throws Exception {
        assertThat(runBare(Fallbacks.class)).isEqualTo(List.of("plain", "staged", 5));
    }

    @Test
    void withoutReactorCallersStillWait() throws Exception {
        assertThat(runBare(Waits.class)).isEqualTo(List.of("served", "served", Duration.ofSeconds(1)));
    }

    /** Compiles and evaluates keys. */
    public static final class Keys implements Supplier<Object> {

        @Override
        public Object get() {
            Object[] arguments = {"agent-1"};
            return List.of(
                    compile("#id").evaluate(arguments, null),
                    compile("#id.length() + 0").evaluate(arguments, null),
                    refusal("ip"));
        }

        private static String refusal(String text) {
            try {
                compile(text);
                return "accepted";
            } catch (ResilienceConfigurationException refused) {
                return text + ": " + refused.problems().get(0).reason().split(",")[0];
            }
        }

        private static Expression compile(String text) {
            StaticApplicationContext context = new StaticApplicationContext();
            context.setClassLoader(Keys.class.getClassLoader());
            return new KeyExpressions(context, new CallerAddresses(TrustedProxies.NONE), new Findings())
                    .compile(
                            "key",
                            text,
                            ReflectionUtils.findMethod(Keys.class, "call", String.class),
                            CallShape.BLOCKING);
        }

        void call(String id) {}
    }

    /** Resolves and invokes fallbacks. */
    public static final class Fallbacks implements Supplier<Object> {

        @Override
        public Object get() {
            Targets targets = new Targets(new StaticApplicationContext(), new DefaultConversionService());
            try {
                Object plain = targets.method("method", "plain", method("call"), Fallbacks.class, CallShape.BLOCKING)
                        .on(() -> this)
                        .invoke(new Object[0], null);
                Object staged = targets.method("method", "staged", method("later"), Fallbacks.class, CallShape.STAGE)
                        .on(() -> this)
                        .invoke(new Object[0], null);
                Object value = targets.value("value", "5", method("count"), Fallbacks.class, CallShape.BLOCKING)
                        .invoke(new Object[0], null);
                return List.of(plain, ((CompletableFuture<?>) staged).join(), value);
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }

        private static Method method(String name) {
            return ReflectionUtils.findMethod(Fallbacks.class, name);
        }

        String call() {
            return "called";
        }

        CompletionStage<String> later() {
            return CompletableFuture.completedFuture("called");
        }

        int count() {
            return 1;
        }

        private String plain() {
            return "plain";
        }

        private String staged() {
            return "staged";
        }
    }

    /** Waits for a permit. */
    public static final class Waits implements Supplier<Object> {

        @Override
        public Object get() {
            ManualTime time = new ManualTime();
            try {
                Pipeline pipeline = Resilience.builder()
                        .time(time.time())
                        .policy("rate-limiters", "slow", Map.of("limits", "1/1s", "max-wait", "10s"))
                        .pipeline("slow", Map.of("rate-limiters", "slow"))
                        .build()
                        .pipeline("slow");
                return List.of(pipeline.call(() -> "served"), pipeline.call(() -> "served"), time.paused());
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static Object runBare(Class<? extends Supplier<Object>> program) throws Exception {
        return BareClassLoader.run(
                program,
                "org.springframework.web.",
                "org.springframework.boot.web.",
                "org.springframework.security.",
                "jakarta.servlet.",
                "reactor.",
                "org.reactivestreams.");
    }
}
