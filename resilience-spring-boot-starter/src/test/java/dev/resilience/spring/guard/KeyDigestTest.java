package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyDigestTest {

    @Test
    void equalSecretsAreOneKeyAndOthersAnother() {
        assertThat(KeyDigest.of("secret"))
                .isEqualTo(KeyDigest.of("secret"))
                .hasSameHashCodeAs(KeyDigest.of("secret"))
                .isNotEqualTo(KeyDigest.of("Secret"));
    }

    @Test
    void isTheBeginningOfTheSha256AsAnyToolComputesIt() {
        assertThat(KeyDigest.of("abc")).hasToString("sha256:ba7816bf8f01cfea414140de5dae2223");
        assertThat(KeyDigest.of("abc").low()).isEqualTo(0x414140de5dae2223L);
    }
}
