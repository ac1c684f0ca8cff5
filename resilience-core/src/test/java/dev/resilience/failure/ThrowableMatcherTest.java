package dev.resilience.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrowableMatcherTest {

    @Test
    void knowsAClassByItsSimpleAndByItsFullName() {
        assertThat(matcher("IOException").matches(new IOException())).isTrue();
        assertThat(matcher("java.io.IOException").matches(new IOException())).isTrue();
        assertThat(matcher("org.elsewhere.IOException").matches(new IOException()))
                .isFalse();
    }

    @Test
    void knowsSubclassesAndImplementations() {
        assertThat(matcher("IOException").matches(new FileNotFoundException())).isTrue();
        assertThat(matcher("Throwable").matches(new StackOverflowError())).isTrue();
        assertThat(matcher("Transient").matches(new Nested())).isTrue();
        assertThat(matcher("FileNotFoundException").matches(new IOException())).isFalse();
    }

    @Test
    void looksAtNestedCauses() {
        Throwable nested = new IllegalStateException(new RuntimeException(new SocketTimeoutException()));

        assertThat(matcher("SocketTimeoutException").matches(nested)).isTrue();
        assertThat(matcher("FileNotFoundException").matches(nested)).isFalse();
    }

    @Test
    void knowsANestedClassByItsDotAndByItsDollar() {
        String outer = ThrowableMatcherTest.class.getName();

        assertThat(matcher(outer + ".Nested").matches(new Nested())).isTrue();
        assertThat(matcher(outer + "$Nested").matches(new Nested())).isTrue();
    }

    @Test
    void endsOnACycleOfCauses() {
        Throwable first = new RuntimeException();
        Throwable second = new RuntimeException(first);
        first.initCause(second);

        assertThat(matcher("IOException").matches(first)).isFalse();
    }

    @Test
    void matchesNothingWithoutNamesOrWithoutAThrowable() {
        assertThat(matcher().matches(new IOException())).isFalse();
        assertThat(matcher().isEmpty()).isTrue();
        assertThat(matcher("IOException").matches(null)).isFalse();
    }

    private static ThrowableMatcher matcher(String... names) {
        return new ThrowableMatcher(List.of(names));
    }

    private interface Transient {}

    private static final class Nested extends RuntimeException implements Transient {}
}
