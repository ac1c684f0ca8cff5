package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommaListTest {

    @Test
    void splitsAtCommasBetweenExpressions() {
        assertThat(CommaList.of(List.of("principal, header:X-Tenant ,ip")))
                .containsExactly("principal", "header:X-Tenant", "ip");
        assertThat(CommaList.of(List.of("principal", "ip"))).containsExactly("principal", "ip");
    }

    @Test
    void leavesThoseWithinAnExpression() {
        assertThat(CommaList.of(List.of("#a.sub(1, 2), {#b, #c}, #map['x,y'], #d + ','")))
                .containsExactly("#a.sub(1, 2)", "{#b, #c}", "#map['x,y']", "#d + ','");
        assertThat(CommaList.of(List.of("#a == '(', #b"))).containsExactly("#a == '('", "#b");
    }

    @Test
    void leavesOutWhatIsEmpty() {
        assertThat(CommaList.of(List.of("", " , principal,,"))).containsExactly("principal");
        assertThat(CommaList.of(List.of())).isEmpty();
    }
}
