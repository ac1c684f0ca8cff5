package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.resilience.spring.guard.Finding.Level;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;

class InertMethodsTest {

    private final InertMethods inert = new InertMethods(method -> method.isAnnotationPresent(Watched.class));

    @Test
    void whatAProxyReachesIsNoFinding() {
        assertThat(inert.of(Open.class, Open.class)).isEmpty();
    }

    @Test
    void privateStaticAndFinalMethodsAreFound() {
        assertThat(inert.of(Closed.class, Closed.class))
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Level.ERROR))
                .extracting(Finding::code, Finding::where)
                .containsExactlyInAnyOrder(
                        tuple("private-method", "Closed#hidden(String)"),
                        tuple("static-method", "Closed#fixed()"),
                        tuple("final-method", "Closed#last()"));
    }

    @Test
    void methodsOfFinalClassesAndRecordsAreFound() {
        assertThat(inert.of(Sealed.class, Sealed.class)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("final-class");
            assertThat(finding.text()).isEqualTo("belongs to a final class, which a proxy can't extend.");
        });
        assertThat(inert.of(Value.class, Value.class)).singleElement().satisfies(finding -> assertThat(finding.text())
                .isEqualTo("belongs to a record, which a proxy can't extend."));
    }

    @Test
    void aFinalClassBehindItsInterfaceIsReached() {
        assertThat(inert.of(Sealed.class, interfaceProxy(new Sealed()))).isEmpty();
    }

    @Test
    void aMethodThatIsInNoInterfaceOfTheProxyIsFound() {
        assertThat(inert.of(Wider.class, interfaceProxy(new Wider())))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo("not-in-interface");
                    assertThat(finding.where()).isEqualTo("Wider#more()");
                    assertThat(finding.text()).contains("none of the interfaces of its proxy, Supplier");
                });
    }

    @Test
    void aSelfCallIsFoundWithItsLine() {
        Calling calling = new Calling();
        calling.refresh();

        List<Finding> findings = inert.of(Calling.class, Calling.class);

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Level.WARNING);
            assertThat(finding.code()).isEqualTo("self-call");
            assertThat(finding.where()).isEqualTo("Calling#refresh, line " + calling.line);
            assertThat(finding.text()).isEqualTo("calls Calling#load() on itself, past the proxy and its guards.");
            assertThat(finding.fix()).contains("inject the bean into itself");
        });
    }

    @Test
    void aSelfCallInASuperclassIsFound() {
        assertThat(inert.of(Template.Filled.class, Template.Filled.class))
                .singleElement()
                .satisfies(finding -> assertThat(finding.where()).startsWith("Template#run, line "));
    }

    private static Class<?> interfaceProxy(Supplier<?> target) {
        ProxyFactory factory = new ProxyFactory();
        factory.setTarget(target);
        factory.addInterface(Supplier.class);
        return factory.getProxy(InertMethodsTest.class.getClassLoader()).getClass();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Watched {}

    static class Open {
        @Watched
        public void visible() {}

        @Watched
        protected void shared() {}

        @Watched
        void near() {}

        private void own() {}
    }

    static class Closed {
        @Watched
        private void hidden(String text) {}

        @Watched
        static void fixed() {}

        @Watched
        public final void last() {}

        public final void unwatched() {}
    }

    static final class Sealed implements Supplier<String> {
        @Watched
        @Override
        public String get() {
            return "sealed";
        }
    }

    record Value(int number) {
        @Watched
        public int twice() {
            return 2 * number;
        }
    }

    static class Wider implements Supplier<String> {
        @Watched
        @Override
        public String get() {
            return "wider";
        }

        @Watched
        public String more() {
            return "more";
        }
    }

    static class Calling {
        private int line;

        @Watched
        public void load() {
            line = new Throwable().getStackTrace()[1].getLineNumber();
        }

        void refresh() {
            load();
        }
    }

    abstract static class Template {
        void run() {
            step();
        }

        abstract void step();

        static class Filled extends Template {
            @Watched
            @Override
            void step() {}
        }
    }
}
