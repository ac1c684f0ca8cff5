package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    @Test
    void doesNotSuppressAnInstanceIntoItself() {
        Exception shared = new Exception();

        attempts(shared, shared).suppressInto(shared);

        assertThat(shared.getSuppressed()).isEmpty();
    }

    @Test
    void suppressesNothingTwice() {
        Exception earlier = new Exception();
        Exception last = new Exception();

        attempts(earlier, earlier).suppressInto(last);
        attempts(earlier).suppressInto(last);

        assertThat(last.getSuppressed()).containsExactly(earlier);
    }

    @Test
    void closesNoCircle() {
        Exception last = new Exception("last");
        Exception wrapper = new Exception("wrapper", last);
        Exception cause = new Exception("cause");
        last.initCause(cause);

        attempts(wrapper, cause).suppressInto(last);

        assertThat(last.getSuppressed()).isEmpty();
    }

    @Test
    void comesToAnEndWhereCausesGoRoundInACircleAlready() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);
        Exception last = new Exception("last");

        attempts(one).suppressInto(last);

        assertThat(last.getSuppressed()).containsExactly(one);
    }

    @Test
    void toleratesThrowablesThatTakeNoSuppressedOnes() {
        Exception rigid = new Exception("rigid", null, false, false) {
            private static final long serialVersionUID = 1L;
        };

        attempts(new Exception()).suppressInto(rigid);

        assertThat(rigid.getSuppressed()).isEmpty();
    }

    @Test
    void doesNotFillASharedInstanceForEver() {
        Exception shared = new Exception();

        IntStream.range(0, 1_000).forEach(call -> attempts(new Exception()).suppressInto(shared));

        assertThat(shared.getSuppressed()).hasSize(32);
    }

    @Test
    void keepsAsManyAsThereWereAttempts() {
        Exception last = new Exception();

        attempts(Stream.generate(Exception::new).limit(100).toArray(Exception[]::new))
                .suppressInto(last);

        assertThat(last.getSuppressed()).hasSize(100);
    }

    private static Attempts attempts(Exception... failures) {
        Attempts attempts = new Attempts();
        Stream.of(failures).forEach(failure -> attempts.retriedAfter(failure, 1));
        return attempts;
    }
}
