package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.guard.SelfCalls.SelfCall;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelfCallsTest {

    private static final String GUARDED = "guarded(IJLjava/lang/String;)I";

    private final List<SelfCall> calls = SelfCalls.of(Subject.class);

    @Test
    void aPlainCallIsSeen() {
        assertThat(callers("guarded(I)I")).contains("plain", "explicit");
    }

    @Test
    void aCallIsSeenWhateverItsArgumentsAre() {
        assertThat(callers(GUARDED))
                .containsExactlyInAnyOrder(
                        "wideArguments", "conditional", "selected", "computed", "caught", "looped", "nested", "nested");
    }

    @Test
    void aCallOnAnotherObjectOfTheClassIsNone() {
        assertThat(calls).extracting(SelfCall::caller).doesNotContain("injected", "passed", "made", "chosen", "fixed");
    }

    @Test
    void lambdasAndMethodReferencesAreSeenWhereTheyAreWritten() {
        assertThat(callers("guarded(I)I")).contains("lambda", "reference");
    }

    @Test
    void aReferenceToAMethodOfAnotherObjectIsNone() {
        assertThat(callers("guarded(I)I")).doesNotContain("foreignReference");
    }

    @Test
    void classesInsideAreSeen() {
        assertThat(callers("guarded(I)I")).contains("call").doesNotContain("apply");
    }

    @Test
    void whoWritesSuperMeansIt() {
        assertThat(SelfCalls.of(Derived.class)).noneMatch(call -> call.callee().equals("guarded(I)I"));
    }

    @Test
    void everyMethodOfALargeClassIsFollowedToItsEnd() {
        assertThat(SelfCalls.of(ConcurrentHashMap.class))
                .extracting(SelfCall::callee)
                .contains("putVal(Ljava/lang/Object;Ljava/lang/Object;Z)Ljava/lang/Object;");
    }

    @Test
    void aClassWithoutBytesHasNothingToSee() {
        Object made = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Runnable.class}, (proxy, method, arguments) -> null);

        assertThat(SelfCalls.of(made.getClass())).isEmpty();
    }

    private List<String> callers(String callee) {
        return calls.stream()
                .filter(call -> call.callee().equals(callee))
                .map(SelfCall::caller)
                .toList();
    }

    @SuppressWarnings("unused")
    static class Subject {

        private @Nullable Subject self;
        private long state;
        private int[] numbers = {1};

        int guarded(int number) {
            return number;
        }

        int guarded(int number, long wide, String text) {
            return number;
        }

        void plain() {
            guarded(1);
        }

        void explicit() {
            this.guarded((int) state);
        }

        void wideArguments() {
            guarded(1, 2L, "text");
        }

        void conditional(boolean which) {
            guarded(which ? 1 : 2, which && state > 0 ? state : 3L, which ? "a" : "b");
        }

        void selected(int number) {
            guarded(
                    switch (number) {
                        case 1 -> 10;
                        case 2, 3 -> 20;
                        default -> 30;
                    },
                    state,
                    "text");
        }

        void computed() {
            guarded(numbers[0]++, state++, "text" + state + new int[] {1, 2}[1] + (int) (double) state);
        }

        void caught() {
            try {
                plain();
            } catch (IllegalStateException failure) {
                guarded(1, state, failure.getMessage());
            }
        }

        void looped() {
            for (int round = 0; round < 3; round++) {
                if (round == 2) {
                    throw new IllegalStateException(Integer.toString(guarded(round, state, "text")));
                }
            }
        }

        void nested() {
            guarded(guarded(1, 2L, ""), state, String.valueOf(numbers.length));
        }

        void injected() {
            self.guarded(1);
        }

        void passed(Subject other) {
            other.guarded(1, state, "text");
        }

        void made() {
            new Subject().guarded(1);
        }

        void chosen(boolean which, Subject other) {
            (which ? other : self).guarded(numbers.length);
        }

        static void fixed(Subject subject) {
            subject.guarded(1);
        }

        Runnable lambda() {
            return () -> guarded(1);
        }

        IntUnaryOperator reference() {
            return this::guarded;
        }

        IntUnaryOperator foreignReference(Subject other) {
            return other::guarded;
        }

        Callable<Integer> inside() {
            return new Callable<>() {
                @Override
                public Integer call() {
                    return guarded(1);
                }
            };
        }

        Function<Subject, Integer> otherInside() {
            return new Function<>() {
                @Override
                public Integer apply(Subject other) {
                    return other.guarded((int) state);
                }
            };
        }
    }

    static class Derived extends Subject {
        @Override
        int guarded(int number) {
            return super.guarded(number);
        }
    }
}
