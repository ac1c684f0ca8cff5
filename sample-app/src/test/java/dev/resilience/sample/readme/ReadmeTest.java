package dev.resilience.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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
    void linksToWhatIsThere() {
        assertThat(readme.links()).isNotEmpty().allSatisfy(link -> assertThat(link)
                .exists());
    }
}
