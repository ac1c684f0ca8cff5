package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuredFieldTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "login | \"login\"",
                "POST /a/{id}/** | \"POST /a/{id}/**\"",
                "a\"b | \"a\\\"b\"",
                "a\\b | \"a\\\\b\"",
                "agénts | \"ag%C3%A9nts\"",
                "☃ | \"%E2%98%83\"",
                "a\u007fb | \"a%7Fb\""
            })
    void aNameBecomesAString(String name, String string) {
        assertThat(StructuredField.string(name)).isEqualTo(string);
    }

    @Test
    void aLineBreakEndsNoHeader() {
        assertThat(StructuredField.string("a\r\nSet-Cookie: b\t\0")).isEqualTo("\"a%0D%0ASet-Cookie: b%09%00\"");
    }

    @Test
    void whateverANameIsItStaysInsideItsQuotes() {
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            String name = random.ints(random.nextInt(12), 0, 0x2000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            assertThat(StructuredField.string(name))
                    .matches("\"(?:[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\])*\"");
        }
    }

    @Test
    void secondsAreRoundedUp() {
        assertThat(StructuredField.seconds(Duration.ZERO)).isZero();
        assertThat(StructuredField.seconds(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(StructuredField.seconds(Duration.ofSeconds(1))).isEqualTo(1);
        assertThat(StructuredField.seconds(Duration.ofSeconds(1, 1))).isEqualTo(2);
        assertThat(StructuredField.seconds(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(999_999_999_999_999L);
    }
}
