package dev.resilience.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.io.ByteArrayResource;

class ReadmeTest {

    private final Readme readme = new Readme();

    @Test
    void isReadInOneSitting() {
        assertThat(readme.lines()).hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void showsCodeOnTheFirstScreen() {
        assertThat(readme.lines().subList(0, 25)).anyMatch(line -> line.startsWith("```"));
    }

    @Test
    void testsWithTheCommandTheProjectIsTestedWith() throws IOException {
        assertThat(Path.of("../.ci/run"))
                .content()
                .contains("verify_on \"$baseline\" " + readme.command("mvn verify") + " ||");
    }

    @Test
    void startsTheJarTheBuildMakes() throws IOException {
        String build = Files.readString(Path.of("pom.xml"));
        assertThat(readme.command("java -jar")).isEqualTo("java -jar sample-app/target/sample-app-exec.jar");
        assertThat(build).contains("<finalName>sample-app</finalName>", "<classifier>exec</classifier>");
    }

    @Test
    void showsAConfigurationThatIsValid() {
        application().run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void limitsTheLoginAsTheSampleDoes() throws IOException {
        Properties shown = properties(readme.blocks("yaml").skip(1).findFirst().orElseThrow());
        Properties sample = properties(Files.readString(Path.of("src/main/resources/application.yml")));

        assertThat(shown).containsEntry("resilience.http.rules[0].path", "/api/v1/auth/login");
        shown.forEach((property, value) -> {
            if (property.toString().contains("[0]")) {
                assertThat(sample).containsEntry(property, value);
            }
        });
    }

    @Test
    void quotesTheErrorThatIsReallyTold() {
        String quoted = readme.blocks("text").findFirst().orElseThrow().strip().replaceAll("\\s+", " ");
        String told = quoted.replace("application.yml:12", "test");

        application()
                .withPropertyValues("resilience.circuit-breakers.upstream.open-wait=30")
                .run(context -> assertThat(context).getFailure().hasMessageContaining(told));
    }

    @Test
    void linksToWhatIsThere() {
        assertThat(readme.links()).isNotEmpty().allSatisfy(link -> assertThat(link)
                .exists());
    }

    /** An application with the guards, the README's YAML and the bean that it names. */
    private WebApplicationContextRunner application() {
        String yaml = readme.blocks("yaml").collect(Collectors.joining("---\n"));
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ResilienceAutoConfiguration.class))
                .withBean("caller", ResilienceKeyResolver.class, () -> (method, arguments) -> "somebody")
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addLast(new PropertiesPropertySource("readme", properties(yaml))));
    }

    private static Properties properties(String yaml) {
        YamlPropertiesFactoryBean factory = new YamlPropertiesFactoryBean();
        factory.setResources(new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        return Objects.requireNonNull(factory.getObject());
    }
}
