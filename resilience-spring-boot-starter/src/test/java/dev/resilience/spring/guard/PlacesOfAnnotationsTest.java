package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.bulkhead.BulkheadConfiguration;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AliasFor;

class PlacesOfAnnotationsTest {

    @Test
    void anAnnotationOnAClassMakesAPolicyForEachPublicMethod() {
        Starters.with(OnClass.class).run(context -> {
            assertThat(bulkheads(context)).containsExactly("OnClass.one", "OnClass.other");
            assertThat(maxConcurrent(context, "OnClass.one")).isEqualTo(7);
        });
    }

    @Bulkhead(maxConcurrent = "7")
    static class OnClass implements InitializingBean {
        public void one() {}

        public void other() {}

        void hidden() {}

        @Override
        public void afterPropertiesSet() {}
    }

    @Test
    void aNamedAnnotationOnAClassMakesOnePolicyForAllMethods() {
        Starters.with(NamedOnClass.class)
                .run(context -> assertThat(bulkheads(context)).containsExactly("shared"));
    }

    @Bulkhead(name = "shared", maxConcurrent = "7")
    static class NamedOnClass {
        public void one() {}

        public void other() {}
    }

    @Test
    void theMethodWinsOverTheClassAndNothingIsAddedUp() {
        Starters.with(Both.class).run(context -> {
            assertThat(bulkheads(context)).containsExactly("ofMethod", "ofType");
            assertThat(policies(context, "Both.annotated")).containsExactly("ofMethod");
            assertThat(policies(context, "Both.other")).containsExactly("ofType");
        });
    }

    @Bulkhead(name = "ofType", maxConcurrent = "1")
    static class Both {
        @Bulkhead(name = "ofMethod", maxConcurrent = "1")
        public void annotated() {}

        public void other() {}
    }

    @Test
    void theClassWinsOverTheInterfacesMethodAndThatOverTheInterface() {
        Starters.with(Implementing.class, Annotated.class).run(context -> {
            assertThat(policies(context, "Implementing.both")).containsExactly("ofInterfaceMethod");
            assertThat(policies(context, "Implementing.plain")).containsExactly("ofInterface");
            assertThat(policies(context, "Annotated.both")).containsExactly("ofClass");
        });
    }

    @Bulkhead(name = "ofInterface", maxConcurrent = "1")
    interface Contract {
        @Bulkhead(name = "ofInterfaceMethod", maxConcurrent = "1")
        void both();

        void plain();
    }

    static class Implementing implements Contract {
        @Override
        public void both() {}

        @Override
        public void plain() {}

        public void ofItsOwn() {}
    }

    @Bulkhead(name = "ofClass", maxConcurrent = "1")
    static class Annotated implements Contract {
        @Override
        public void both() {}

        @Override
        public void plain() {}
    }

    @Test
    void anInterfaceSpeaksOfItsOwnMethodsOnly() {
        Starters.with(Implementing.class)
                .run(context -> assertThat(context.getBean(Guards.class).methods())
                        .extracting(GuardedMethod::operation)
                        .containsExactly("Implementing.both", "Implementing.plain"));
    }

    @Test
    void interfacesAreSeenThroughJdkProxiesToo() {
        Starters.with(Implementing.class)
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .run(context -> {
                    context.getBean(Contract.class).both();

                    assertThat(context.getBean(PolicyRegistry.class).find("bulkheads", "ofInterfaceMethod"))
                            .hasValueSatisfying(
                                    instance -> assertThat(instance.tally().of(dev.resilience.Tally.Count.SUCCESS))
                                            .isEqualTo(1));
                });
    }

    @Test
    void anAnnotationOfAnnotationsGuardsAndItsAliasesReachThem() {
        Starters.with(Composed.class).run(context -> {
            assertThat(policies(context, "Composed.call")).containsExactly("upstream", "upstream");
            assertThat(maxConcurrent(context, "upstream")).isEqualTo(9);
        });
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @Retryable("upstream")
    @Bulkhead("upstream")
    @interface Upstream {
        @AliasFor(annotation = Bulkhead.class, attribute = "maxConcurrent")
        String atOnce() default "3";
    }

    static class Composed {
        @Upstream(atOnce = "9")
        public void call() {}
    }

    @Test
    void overloadsAreToldApartByTheirParameters() {
        Starters.with(Overloaded.class).run(context -> assertThat(bulkheads(context))
                .containsExactly("Overloaded.call(String)", "Overloaded.call(String,int)"));
    }

    static class Overloaded {
        @Bulkhead
        public void call(String one) {}

        @Bulkhead
        public void call(String one, int two) {}
    }

    @Test
    void anImplementationOfAGenericMethodIsNoOverload() {
        Starters.with(Strings.class)
                .run(context -> assertThat(bulkheads(context)).containsExactly("Strings.save"));
    }

    interface Store<T> {
        @Bulkhead
        void save(T thing);
    }

    static class Strings implements Store<String> {
        @Override
        public void save(String thing) {}
    }

    @Test
    void onlyRateLimitsAddUp() {
        Starters.with(Twice.class).run(context -> assertThat(policies(context, "Twice.call"))
                .containsExactlyInAnyOrder("Twice.call", "Twice.call#2"));
    }

    static class Twice {
        @RateLimited(limits = "5/1s", key = "#who")
        @RateLimited("100/1s")
        public void call(String who) {}
    }

    @Test
    void aMethodInheritedFromAGuardedClassIsGuardedUnderTheNameOfTheBean() {
        Starters.with(Child.class).run(context -> {
            context.getBean(Child.class).call();

            assertThat(context.getBean(Guards.class).methods())
                    .extracting(GuardedMethod::operation)
                    .containsExactly("Child.call");
        });
    }

    abstract static class Parent {
        @CircuitBreaker
        public void call() {}
    }

    static class Child extends Parent {}

    private static List<String> bulkheads(ApplicationContext context) {
        return List.copyOf(
                context.getBean(PolicyRegistry.class).all("bulkheads").keySet());
    }

    private static int maxConcurrent(ApplicationContext context, String name) {
        return ((BulkheadConfiguration) context.getBean(PolicyRegistry.class)
                        .find("bulkheads", name)
                        .orElseThrow()
                        .configuration())
                .maxConcurrent();
    }

    private static List<String> policies(ApplicationContext context, String operation) {
        return context.getBean(Guards.class).methods().stream()
                .filter(method -> method.operation().equals(operation))
                .flatMap(method -> method.pipeline().stages().stream())
                .map(stage -> stage.instance().name())
                .toList();
    }
}
