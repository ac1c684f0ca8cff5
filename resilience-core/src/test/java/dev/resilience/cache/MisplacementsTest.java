package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import java.io.FileInputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kotlin.Unit;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused") // The methods are looked at, not called.
class MisplacementsTest {

    private static final class Plain {}

    private record Holder(String name, List<Plain> plain) {}

    private record Tree(String name, List<Tree> children) {}

    interface Quotes {
        int plain(Plain plain);

        int nested(Map<String, Optional<Plain[]>> plain);

        int stream(String name, FileInputStream stream);

        int held(Holder holder);

        int fine(
                int count,
                String name,
                Object anything,
                Deque<String> queue,
                Function<String, String> function,
                Tree tree,
                List<? extends Number> numbers,
                int[][] matrix);
    }

    @Test
    void findsParametersThatCannotBeToldApart() {
        assertThat(problems("plain")).singleElement().satisfies(problem -> {
            assertThat(problem.property()).isEqualTo("key");
            assertThat(problem.reason()).contains("'plain'").contains("Plain");
            assertThat(problem.remedy()).contains("key = ");
        });
        assertThat(problems("nested")).hasSize(1);
        assertThat(problems("stream")).hasSize(1);
        assertThat(problems("held")).hasSize(1);
    }

    @Test
    void givesOpenTypesTheBenefitOfTheDoubt() {
        assertThat(problems("fine")).isEmpty();
    }

    @Test
    void doesNotMindParametersThatAKeyReplaces() {
        Site placed = site("plain", CallShape.BLOCKING, int.class, Map.of("key", List.of("#plain.id")));
        Site bare = site("plain", CallShape.BLOCKING, int.class, Map.of());

        assertThat(new CacheKind().misplacements(CacheHarness.configuration(Map.of()), placed))
                .isEmpty();
        assertThat(new CacheKind().misplacements(CacheHarness.configuration(Map.of("key", "#plain.id")), bare))
                .isEmpty();
    }

    @Test
    void findsStreamsAndMethodsThatGiveNothing() {
        assertThat(Misplacements.of(new Site("a.b", CallShape.FLUX, String.class, Map.of()), false))
                .hasSize(1);
        assertThat(Misplacements.of(new Site("a.b", CallShape.BLOCKING, void.class, Map.of()), false))
                .hasSize(1);
        assertThat(Misplacements.of(new Site("a.b", CallShape.MONO, Void.class, Map.of()), false))
                .hasSize(1);
        assertThat(Misplacements.of(new Site("a.b", CallShape.MONO, Unit.class, Map.of()), false))
                .hasSize(1);
        assertThat(Misplacements.of(new Site("a.b", CallShape.MONO, String.class, Map.of()), false))
                .isEmpty();
    }

    private static List<Problem> problems(String method) {
        return Misplacements.of(site(method, CallShape.BLOCKING, int.class, Map.of()), false);
    }

    private static Site site(String name, CallShape shape, Class<?> type, Map<String, List<String>> placement) {
        Method method = Arrays.stream(Quotes.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return new Site("Quotes." + name, shape, type, placement, List.of(method.getParameters()));
    }
}
