package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    private static final List<String> KNOWN = List.of("max-wait", "max-waiting", "limits", "ip");

    @Test
    void findsWhatWasMeantByADroppedDoubledSwappedOrWrongLetter() {
        assertThat(NearestName.of("limit", KNOWN)).contains("limits");
        assertThat(NearestName.of("limmits", KNOWN)).contains("limits");
        assertThat(NearestName.of("limist", KNOWN)).contains("limits");
        assertThat(NearestName.of("limitz", KNOWN)).contains("limits");
        assertThat(NearestName.of("LIMITS", KNOWN)).contains("limits");
    }

    @Test
    void prefersTheNearerOne() {
        assertThat(NearestName.of("max-wai", KNOWN)).contains("max-wait");
        assertThat(NearestName.of("max-waitin", KNOWN)).contains("max-waiting");
    }

    @Test
    void prefersTheFirstInTheAlphabetOfTwoEquallyNear() {
        assertThat(NearestName.of("cat", List.of("rat", "bat"))).contains("bat");
    }

    @Test
    void takesNoShortNameForAnotherOfWhichHalfIsDifferent() {
        assertThat(NearestName.of("rate", List.of("base"))).isEmpty();
        assertThat(NearestName.of("bsae", List.of("base"))).contains("base");
        assertThat(NearestName.of("bse", List.of("base"))).contains("base");
    }

    @Test
    void findsNothingForAStranger() {
        assertThat(NearestName.of("elephant", KNOWN)).isEmpty();
        assertThat(NearestName.of("xy", KNOWN)).isEmpty();
        assertThat(NearestName.of("limits", List.of())).isEmpty();
    }

    @Test
    void canBeHeldToFewLetters() {
        assertThat(NearestName.of("Connecton", List.of("Connect", "Connection"), 2))
                .contains("Connection");
        assertThat(NearestName.of("Connection", List.of("Connect"), 2)).isEmpty();
    }
}
