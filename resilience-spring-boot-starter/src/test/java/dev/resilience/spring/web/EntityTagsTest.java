package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityTagsTest {

    private final EntityTags tags = new EntityTags(false);

    @Test
    void aTagOfBytesIsTheSameInEveryProcess() {
        // printf quote | openssl dgst -sha256 -binary | head -c 16 | basenc --base64url
        assertThat(tags.ofBytes(bytes("quote"))).isEqualTo("\"%s\"".formatted(DIGEST));
        assertThat(new EntityTags(false).ofBytes(bytes("quote"))).isEqualTo(tags.ofBytes(bytes("quote")));
        assertThat(tags.ofBytes(bytes("quota"))).isNotEqualTo(tags.ofBytes(bytes("quote")));
    }

    @Test
    void whereTheServerMaySendOtherBytesItIsWeak() {
        assertThat(new EntityTags(true).ofBytes(bytes("quote"))).isEqualTo("W/" + tags.ofBytes(bytes("quote")));
    }

    @Test
    void aTagOfAResultIsThatOfOneProcess() {
        assertThat(tags.ofResult(42))
                .startsWith("W/\"")
                .isEqualTo(tags.ofResult(42))
                .isNotEqualTo(tags.ofResult(43));
        assertThat(new EntityTags(false).ofResult(42)).isNotEqualTo(tags.ofResult(42));
    }

    @Test
    void noConditionIsNoMatch() {
        assertThat(tags.match(List.of(), "\"a\"")).isFalse();
        assertThat(tags.match(List.of("\"b\"", "W/\"a\""), "\"a\"")).isTrue();
    }

    private static final String DIGEST = "YyckXDpF09nqcrcPu2cZJg";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
