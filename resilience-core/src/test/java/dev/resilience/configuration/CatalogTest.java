package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.ToyKind;
import dev.resilience.configuration.ResolvedPolicy.Shown;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogTest {

    private final ToyKind toys = new ToyKind();
    private final Layers layers = new Layers();
    private final Catalog catalog = new Catalog(List.of(toys), layers);

    @Test
    void aPolicyNobodyConfiguresRunsOnLibraryDefaults() {
        ResolvedPolicy<ToyKind.Toy> resolved = catalog.resolve(toys, "car");

        assertThat(resolved.configuration().maxPlayers()).isEqualTo(4);
        assertThat(resolved.common()).isEqualTo(new CommonKnobs(true, false, null));
        assertThat(resolved.view().get("max-wait")).isEqualTo(new Shown(null, "250ms", "library"));
    }

    @Test
    void everyLayerWinsOverTheWeakerOnesPropertyByProperty() {
        defaults("max-players", "5", "max-wait", "1s", "beeps", "true", "failure-rate", "10");
        annotation("car", "Play#start", "max-players", "6", "max-wait", "2s", "beeps", "false");
        file("car", "max-players", "7", "max-wait", "3000ms");
        Map<String, Setting> override = Setting.layer(Map.of("max-players", "8"), "override");

        Map<String, Shown> view = catalog.resolve(toys, "car", override).view();

        assertThat(view)
                .containsEntry("max-players", new Shown("8", "8", "override"))
                .containsEntry("max-wait", new Shown("3000ms", "3s", "application.yml:3"))
                .containsEntry("beeps", new Shown("false", "false", "annotation Play#start"))
                .containsEntry("failure-rate", new Shown("10", "10", "defaults"))
                .containsEntry("mode", new Shown(null, "rolling", "library"));
    }

    @Test
    void theViewShowsEveryKnobAndEveryEntryOfAMap() {
        file("car", "overrides.agent-1", "9", "enabled", "false", "colours", "");

        Map<String, Shown> view = catalog.resolve(toys, "car").view();

        assertThat(view.keySet())
                .contains("max-players", "overrides.agent-1", "turns", "enabled", "shadow", "base")
                .doesNotContain("overrides");
        assertThat(view.get("overrides.agent-1")).isEqualTo(new Shown("9", "9", "application.yml:3"));
        assertThat(view.get("enabled").effective()).isEqualTo("false");
        assertThat(view.get("colours")).isEqualTo(new Shown("", null, "application.yml:3"));
    }

    @Test
    void mapsMergeByEntryAndListsReplaceEachOtherWhole() {
        defaults("overrides.a", "1", "overrides.b", "2", "colours", "red, blue");
        file("car", "overrides.b", "3", "colours", "green");

        ToyKind.Toy toy = catalog.resolve(toys, "car").configuration();

        assertThat(toy.overrides()).containsOnly(Map.entry("a", 1), Map.entry("b", 3));
        assertThat(toy.colours()).containsExactly("green");
    }

    @Test
    void aStrongerLayersWordReplacesTheOtherWordOfAWeakerOne() {
        defaults("max-attempts", "9");
        file("car", "max-retries", "1");

        ResolvedPolicy<ToyKind.Toy> resolved = catalog.resolve(toys, "car");

        assertThat(resolved.configuration().attempts()).isEqualTo(2);
        assertThat(resolved.view().get("max-attempts")).isEqualTo(new Shown(null, null, "application.yml:3"));
    }

    @Test
    void aKnobThatOutranksAnotherSilencesItBelowAndInTheLibrary() {
        defaults("failure-rate", "9");
        file("car", "turns", "1h");

        assertThat(catalog.resolve(toys, "car").configuration().failureRate()).isNull();
        assertThat(catalog.resolve(toys, "bus").configuration().failureRate()).isEqualTo(9);
    }

    @Test
    void aBaseGivesItsAnnotationsAndItsConfigurationAndItsOwnBase() {
        defaults("max-wait", "1s", "failure-rate", "10");
        file("parent", "base", "train", "failure-rate", "20");
        annotation("parent", "Play#parent", "beeps", "true");
        file("car", "base", "parent", "mode", "standing-still");

        Map<String, Shown> view = catalog.resolve(toys, "car").view();

        assertThat(view)
                .containsEntry("max-players", new Shown("2", "2", "base:train"))
                .containsEntry("max-wait", new Shown("5s", "5s", "base:train"))
                .containsEntry("failure-rate", new Shown("20", "20", "base:parent"))
                .containsEntry("beeps", new Shown("true", "true", "base:parent"))
                .containsEntry("base", new Shown("parent", "parent", "application.yml:3"));
    }

    @Test
    void aBaseDoesNotGiveItsRuntimeOverrides() {
        file("parent", "max-players", "2");
        file("car", "base", "parent");
        catalog.resolve(toys, "parent", Setting.layer(Map.of("max-players", "99"), "override"));

        assertThat(catalog.resolve(toys, "car").configuration().maxPlayers()).isEqualTo(2);
    }

    @Test
    void whatDefaultsInheritIsWeakerThanWhatTheySay() {
        defaults("base", "train", "max-wait", "1s");

        ToyKind.Toy toy = catalog.resolve(toys, "car").configuration();

        assertThat(toy.maxPlayers()).isEqualTo(2);
        assertThat(toy.maxWait()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aUsersPolicyWinsOverThePresetOfThatNameExceptAsItsOwnBase() {
        file("ball", "base", "ball", "beeps", "true");
        file("car", "base", "ball");

        ToyKind.Toy toy = catalog.resolve(toys, "car").configuration();

        assertThat(toy.maxPlayers()).isEqualTo(22);
        assertThat(toy.beeps()).isTrue();
    }

    @Test
    void aPresetIsNoPolicy() {
        assertThat(catalog.names("toys")).isEmpty();
        assertThat(catalog.resolve(toys, "train").configuration().maxPlayers()).isEqualTo(4);
    }

    @Test
    void aCircleOfBasesIsReportedOncePerLink() {
        file("a", "base", "b");
        file("b", "base", "a");
        file("c", "base", "a");

        assertThat(catalog.problems())
                .extracting(Problem::property, Problem::reason)
                .containsExactlyInAnyOrder(
                        tuple("resilience.toys.b.base", "leads back to itself: a → b → a"),
                        tuple("resilience.toys.a.base", "leads back to itself: b → a → b"));
    }

    @Test
    void aPolicyThatIsItsOwnBaseIsACircleToo() {
        file("a", "base", "a");

        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.reason())
                .isEqualTo("leads back to itself: a → a"));
    }

    @Test
    void anUnknownBaseIsReportedWithTheNearestPolicyOrPreset() {
        file("car", "base", "trian");

        assertThat(catalog.problems())
                .containsExactly(new Problem(
                        "resilience.toys.car.base",
                        "trian",
                        "application.yml:3",
                        "there is no toy 'trian' to inherit from",
                        "Did you mean 'train'?"));
    }

    @Test
    void annotationsOfTwoMethodsCompleteEachOther() {
        annotation("car", "Play#start", "max-players", "6", "beeps", "true");
        annotation("car", "Play#stop", "maxPlayers", "6", "max-wait", "2s");

        ToyKind.Toy toy = catalog.resolve(toys, "car").configuration();

        assertThat(toy.maxPlayers()).isEqualTo(6);
        assertThat(toy.maxWait()).isEqualTo(Duration.ofSeconds(2));
        assertThat(catalog.names("toys")).containsExactly("car");
    }

    @Test
    void annotationsThatContradictEachOtherAreAnErrorNamingBothMethods() {
        annotation("car", "Play#start", "max-players", "6");
        annotation("car", "Play#stop", "max-players", "7");
        file("car", "max-players", "8");

        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.toString())
                .contains("resilience.toys.car.max-players", "Play#start", "Play#stop", "'6'", "'7'"));
    }

    @Test
    void annotationsThatContradictEachOtherInOtherWordsAreAnErrorNamingBothMethods() {
        annotation("car", "Play#start", "max-attempts", "6");
        annotation("car", "Play#stop", "max-retries", "7");

        assertThat(catalog.problems()).singleElement().satisfies(problem -> assertThat(problem.toString())
                .contains("resilience.toys.car.max-retries", "Play#start", "Play#stop"));
    }

    @Test
    void resolvingTellsEverythingThatIsWrongWithThatPolicy() {
        file("car", "max-players", "many", "max-wait", "5", "becomes", "blue", "shadow", "perhaps");

        assertThatThrownBy(() -> catalog.resolve(toys, "car"))
                .asInstanceOf(type(ResilienceConfigurationException.class))
                .satisfies(refused -> assertThat(refused.problems())
                        .extracting(Problem::property)
                        .containsExactlyInAnyOrder(
                                "resilience.toys.car.max-players",
                                "resilience.toys.car.max-wait",
                                "resilience.toys.car.becomes",
                                "resilience.toys.car.shadow"));
    }

    @Test
    void aMistypedCommonKnobIsAnsweredWithTheNearestOfBothRecords() {
        file("car", "shadwo", "true");

        assertThat(catalog.problems()).extracting(Problem::remedy).containsExactly("Did you mean 'shadow'?");
    }

    @Test
    void aProblemOfDefaultsIsReportedThereAndOnce() {
        defaults("max-players", "0", "mod", "rolling");
        file("car", "beeps", "true");
        file("bus", "beeps", "true");

        assertThat(catalog.problems())
                .extracting(Problem::property)
                .containsExactlyInAnyOrder("resilience.defaults.toys.max-players", "resilience.defaults.toys.mod");
    }

    @Test
    void defaultsAreCheckedThoughNoPolicyInheritsThem() {
        defaults("max-players", "0", "max-wait", "soon", "base", "trian", "enabled", "maybe");

        assertThat(catalog.problems()).hasSize(4);
    }

    @Test
    void defaultsThatEveryPolicyOverridesAreStillRead() {
        defaults("max-wait", "soon");
        file("car", "max-wait", "1s");

        assertThat(catalog.problems())
                .extracting(Problem::property)
                .containsExactly("resilience.defaults.toys.max-wait");
    }

    @Test
    void namesThatBindingWouldMangleAreShownInBrackets() {
        file("Play.start", "overrides.a@b.c", "no number");

        assertThat(catalog.problems())
                .extracting(Problem::property)
                .containsExactly("resilience.toys[Play.start].overrides[a@b.c]");
    }

    @Test
    void aNameKnownByItsLettersBelongsToThePolicyThatIsCalledSo() {
        layers.policyByLetters("toys", "playstart", texts("max-players", "9"));
        layers.policyByLetters("toys", "redcar", texts("max-players", "8"));
        annotation("Play.start", "Play#start", "beeps", "true");

        assertThat(catalog.names("toys")).containsExactlyInAnyOrder("Play.start", "redcar");
        assertThat(catalog.resolve(toys, "Play.start").configuration().maxPlayers())
                .isEqualTo(9);
        assertThat(catalog.resolve(toys, "red-car").configuration().maxPlayers())
                .isEqualTo(8);
    }

    private void defaults(String... texts) {
        layers.defaults("toys", texts(texts));
    }

    private void file(String name, String... texts) {
        layers.policy("toys", name, texts(texts));
    }

    private void annotation(String name, String method, String... texts) {
        Map<String, Setting> attributes = new LinkedHashMap<>();
        texts(texts).forEach((knob, setting) -> attributes.put(knob, setting.from("annotation " + method)));
        catalog.annotate("toys", name, attributes);
    }

    private static Map<String, Setting> texts(String... namesAndTexts) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (int index = 0; index < namesAndTexts.length; index += 2) {
            settings.put(namesAndTexts[index], Setting.of(namesAndTexts[index + 1], "application.yml:3"));
        }
        return settings;
    }
}
