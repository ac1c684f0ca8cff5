package dev.resilience.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyRegistry;
import dev.resilience.Tally.Count;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The policy of {@code docs/design.md}, in an application: an eighth kind with an annotation and YAML. */
class OneAtATimeTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
            .withBean(OneAtATimeKind.class)
            .withBean(Printer.class);

    @Test
    void aSecondCallOfTheKeyIsRefusedAndAnotherKeyIsNot() {
        application.run(context -> {
            Printer printer = context.getBean(Printer.class);

            assertThat(printer.print("a", () -> printer.print("b", () -> "b inside a")))
                    .isEqualTo("b inside a");
            assertThatThrownBy(() -> printer.print("a", () -> printer.print("a", () -> "a inside a")))
                    .isInstanceOf(BusyException.class)
                    .hasMessage("one-at-a-times 'printer' refused the call: another call of its key is under way");
            assertThat(printer.print("a", () -> "a again")).isEqualTo("a again");
        });
    }

    @Test
    void aFutureIsBusyUntilItCompletes() {
        application.run(context -> {
            Printer printer = context.getBean(Printer.class);
            CompletableFuture<String> paper = new CompletableFuture<>();

            CompletableFuture<String> first = printer.printLater(paper);

            assertThat(printer.printLater(paper)).isCompletedExceptionally();
            paper.complete("printed");
            assertThat(first).isCompletedWithValue("printed");
            assertThat(printer.printLater(paper)).isCompletedWithValue("printed");
        });
    }

    @Test
    void yamlSpeaksAboutItAndTheReportShowsIt() {
        application
                .withPropertyValues("resilience.one-at-a-times.printer.shadow=true")
                .run(context -> {
                    Printer printer = context.getBean(Printer.class);

                    assertThat(printer.print("a", () -> printer.print("a", () -> "a inside a")))
                            .isEqualTo("a inside a");
                    assertThat(context.getBean(PolicyRegistry.class)
                                    .find(OneAtATimeKind.ID, "printer")
                                    .orElseThrow()
                                    .tally())
                            .returns(1L, tally -> tally.wouldHave())
                            .returns(0L, tally -> tally.of(Count.REFUSED));
                    assertThat(context.getBean(GuardReport.class).methods()).containsKey("Printer.print");
                });
    }

    static class Printer {

        @Alone(name = "printer", key = "#page")
        public String print(String page, Supplier<String> body) {
            return body.get();
        }

        @Alone("futures")
        public CompletableFuture<String> printLater(CompletableFuture<String> paper) {
            return paper;
        }
    }
}
