package dev.resilience.spring.retrylog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExcerptTest {

    private static final String PAIR = "😀";

    @Test
    void keepsAShortTextAsItIs() {
        assertThat(Excerpt.of("down \"again\" \\ \t käse " + PAIR)).isEqualTo("down \"again\" \\ \t käse " + PAIR);
    }

    @Test
    void isCutAtFiveHundredCharacters() {
        assertThat(Excerpt.of("a".repeat(500))).hasSize(500);
        assertThat(Excerpt.of("a".repeat(10_000_000))).isEqualTo("a".repeat(500));
    }

    @Test
    void isNeverCutWithinACharacter() {
        assertThat(Excerpt.of("a".repeat(499) + PAIR)).isEqualTo("a".repeat(499));
        assertThat(Excerpt.of("a".repeat(498) + PAIR + "b")).isEqualTo("a".repeat(498) + PAIR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "\uDE00", "a\uD83D", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
    void halfACharacterBecomesTheSignForThat(String text) {
        String excerpt = Excerpt.of(text);

        assertThat(excerpt).hasSameSizeAs(text).contains("\uFFFD");
        assertThat(new String(excerpt.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(excerpt);
    }

    @Test
    void whatBreaksLinesForSomeBreaksThemForAll() {
        assertThat(Excerpt.of("a\u2028b\u2029c")).isEqualTo("a\nb\nc");
    }

    @Test
    void aMessageThatCantBeToldSaysNothing() {
        assertThat(Excerpt.ofMessage(new IllegalStateException())).isNull();
        assertThat(Excerpt.ofMessage(new Unspeakable(new IllegalStateException("no"))))
                .isNull();
        assertThat(Excerpt.ofMessage(new Unspeakable(new StackOverflowError()))).isNull();
    }

    private static final class Unspeakable extends RuntimeException {
        private final Throwable thrown;

        private Unspeakable(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public String getMessage() {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }
}
