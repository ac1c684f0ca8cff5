package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.config.PropertyPath.Segment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

class PropertyPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resilience.toys.car.max-wait",
                "resilience.toys.redCar.maxWait",
                "resilience.toys.red_car.max_wait",
                "resilience.toys[Play.start].max-wait",
                "resilience.toys[a][b].c[0]",
                "resilience.toys.car.overrides[x@y.z]",
                "resilience.toys[Play.start(int[])].limits",
                "RESILIENCE.toys"
            })
    void whatSurvivesBindingIsTakenApartAsSpringDoes(String written) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(written, '.');
        List<String> elements = new ArrayList<>();
        for (int index = 1; index < name.getNumberOfElements(); index++) {
            elements.add(name.getElement(index, Form.ORIGINAL));
        }

        assertThat(PropertyPath.of(written).orElseThrow().segments())
                .extracting(Segment::text)
                .isEqualTo(elements);
    }

    @Test
    void whatDoesNotSurviveIsKept() {
        assertThat(PropertyPath.of("resilience.toys.a/b.x@y.z").orElseThrow().segments())
                .extracting(Segment::text)
                .containsExactly("toys", "a/b", "x@y", "z");
        assertThat(new Segment("a/b", false).survivesBinding()).isFalse();
        assertThat(new Segment("a/b", true).survivesBinding()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"resilience", "resilience4j.retry", "resilienc.toys", "spring.resilience", "resilience-x.y"})
    void whatIsNotOursIsLeftAlone(String written) {
        assertThat(PropertyPath.of(written)).isEmpty();
    }

    @Test
    void anUnclosedBracketIsText() {
        assertThat(PropertyPath.of("resilience.toys[car").orElseThrow().segments())
                .extracting(Segment::text)
                .containsExactly("toys", "[car");
    }
}
