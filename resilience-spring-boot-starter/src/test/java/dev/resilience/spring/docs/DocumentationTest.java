package dev.resilience.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.Tally;
import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.Knobs;
import dev.resilience.spring.config.EnvironmentReader;
import dev.resilience.spring.config.HttpClientKnobs;
import dev.resilience.spring.config.HttpKnobs;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.config.RetryLogKnobs;
import dev.resilience.spring.config.RuleKnobs;
import dev.resilience.spring.config.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documentation says is true: its tables are those of the records, its YAML binds, its Java is compiled. To
 * renew the tables: {@code mvn -pl resilience-spring-boot-starter -am test -Dtest=DocumentationTest -Ddocs=write
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class DocumentationTest {

    private static final String RENEW = "mvn -pl resilience-spring-boot-starter -am test"
            + " -Dtest=DocumentationTest -Ddocs=write -Dsurefire.failIfNoSpecifiedTests=false";
    private static final Path SOURCES = Path.of("src/test/java/dev/resilience/spring/docs");
    private static final String COMMON = "What every policy knows";

    static List<PolicyKind<?, ?>> kinds() {
        return PolicyRegistry.kindsOnClassPath();
    }

    static List<Document> documents() {
        return Document.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allPagesOfPatternsHaveTheSameHeadings(PolicyKind<?, ?> kind) {
        assertThat(Pages.of(kind).headings().stream().skip(1))
                .containsExactly(
                        "## What it does",
                        "## Example",
                        "## Properties",
                        "## What it throws",
                        "## Metrics and numbers",
                        "## How it combines",
                        "## When not to use it");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thePropertiesAreThoseOfTheRecord(PolicyKind<?, ?> kind) {
        expectTable(Pages.of(kind), "Properties", Tables.of(Knobs.of(kind.configurationType())));
    }

    @Test
    void thePropertiesOfRulesForRequestsAreThoseOfTheirRecords() {
        expectTable(Document.pattern("http"), "Properties", Tables.of(Knobs.of(RuleKnobs.class)));
        expectTable(Document.pattern("http"), "Properties of all rules", Tables.of(Knobs.of(HttpKnobs.class)));
    }

    @Test
    void thePropertiesOfHttpClientsAreThoseOfTheirRecord() {
        expectTable(Document.pattern("http-clients"), "Properties", Tables.of(Knobs.of(HttpClientKnobs.class)));
    }

    @Test
    void thePropertiesOfTheRetryLogAreThoseOfItsRecord() {
        expectTable(Document.pattern("retry-log"), "Properties", Tables.of(Knobs.of(RetryLogKnobs.class)));
    }

    @Test
    void whatEveryPolicyKnowsIsInTheIndex() {
        expectTable(Document.pattern("README"), COMMON, Tables.of(Knobs.of(CommonKnobs.class)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theNumbersAndStatesAreThoseOfTheSnapshot(PolicyKind<?, ?> kind) {
        Document page = Pages.of(kind);

        assertThat(Tables.names(page.table("Metrics and numbers")))
                .containsExactlyInAnyOrderElementsOf(Pages.numbers(kind));
        assertThat(kind.states())
                .allMatch(state -> page.section("Metrics and numbers").contains("`" + state + "`"));
    }

    @Test
    void theIndexTellsTheDefaultOrderAndTheOutcomes() {
        Document index = Document.pattern("README");

        assertThat(index.section("Order")).contains(Pages.order() + " > method\n");
        assertThat(Tally.Count.values())
                .allMatch(outcome -> index.section("What is measured").contains("`" + outcome.word() + "`"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void yamlBinds(Document document) {
        for (String yaml : document.blocks("yaml")) {
            ResilienceProperties properties = EnvironmentReader.read(Yaml.environment(yaml), kinds());

            assertThat(properties.problems()).as(yaml).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void javaIsCompiled(Document document) throws IOException {
        String compiled = compiled();

        assertThat(document.blocks("java")).allMatch(java -> compiled.contains(withoutLayout(java)));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Document document) {
        assertThat(document.links()).allMatch(document::links);
    }

    private static void expectTable(Document document, String heading, String expected) {
        if ("write".equals(System.getProperty("docs"))) {
            document.withTable(heading, expected).write();
            return;
        }
        assertThat(document.table(heading)).as("stale; renew it by: " + RENEW).isEqualTo(expected);
    }

    private static String compiled() throws IOException {
        try (Stream<Path> sources = Files.list(SOURCES)) {
            StringBuilder all = new StringBuilder();
            for (Path source : sources.toList()) {
                all.append(withoutLayout(Files.readString(source))).append('\n');
            }
            return all.toString();
        }
    }

    /** Indentation, columns and line breaks are a matter of taste, and of the formatter. */
    private static String withoutLayout(String java) {
        return java.strip().replaceAll("\\s+", " ");
    }
}
