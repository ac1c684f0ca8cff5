package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.mock.env.MockEnvironment;

class RewrittenAddressTest {

    private final ClassLoader tomcat = getClass().getClassLoader();
    private final ClassLoader other = new FilteredClassLoader("org.apache.catalina");

    @ParameterizedTest
    @CsvSource({
        "none, true, true, false",
        "none, false, false, false",
        "framework, true, true, false",
        "framework, true, false, false",
        "framework, false, true, true",
        "NATIVE, true, true, false",
        "native, true, false, true",
        "native, false, true, true",
    })
    void anAddressTakenFromTheLeftMayBeTheCallersOwnWord(
            String strategy, boolean servlet, boolean onTomcat, boolean forgeable) {
        MockEnvironment environment = new MockEnvironment().withProperty("server.forward-headers-strategy", strategy);

        assertThat(RewrittenAddress.finding(environment, onTomcat ? tomcat : other, servlet)
                        .isPresent())
                .isEqualTo(forgeable);
    }

    @Test
    void onSomePlatformsTheServerIsAskedToWithoutAWord() {
        MockEnvironment environment = new MockEnvironment().withProperty("spring.main.cloud-platform", "kubernetes");

        assertThat(RewrittenAddress.finding(environment, other, false)).isPresent();
        assertThat(RewrittenAddress.finding(new MockEnvironment(), other, false))
                .isEmpty();
    }
}
