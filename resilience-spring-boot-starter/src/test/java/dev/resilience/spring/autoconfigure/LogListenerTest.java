package dev.resilience.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent.ErrorRepeats;
import dev.resilience.event.ResilienceEvent.ErrorShareRose;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceEvent.Invalidated;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.event.ResilienceEvent.RecoveryRateChanged;
import dev.resilience.event.ResilienceEvent.Refused;
import dev.resilience.event.ResilienceEvent.Reset;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LogListenerTest {

    private final ManualTime time = new ManualTime();
    private final LogListener log = new LogListener(time);

    @Test
    void aChangeOfStateIsAWarning(CapturedOutput output) {
        log.onEvent(new StateChanged("circuit-breakers", "upstream", "CLOSED", "OPEN", "5 failures in a row"));

        assertThat(output).contains("WARN").contains("'upstream' went from CLOSED to OPEN: 5 failures in a row");
    }

    @Test
    void aChangeOfStateTellsItsKeyInOneLine(CapturedOutput output) {
        log.onEvent(new StateChanged("circuit-breakers", "hosts", "a\nb", "CLOSED", "OPEN", "5 failures in a row"));

        assertThat(output).contains("'hosts' for the key 'a?b' went from CLOSED to OPEN: 5 failures in a row");
    }

    @Test
    void whatPeopleDropIsALineAndWhatCodeDropsIsNone(CapturedOutput output) {
        log.onEvent(new Invalidated("caches", "quotes", "everything", 17, "kim\nlee", true));
        log.onEvent(new Invalidated("spring-caches", "redis/quotes", "everything", -1, "kim", true));
        log.onEvent(new Invalidated("caches", "prices", "one key", 1, null));
        log.onEvent(new Invalidated("caches", "titles", "one key", 1, "Library.add"));

        assertThat(output)
                .contains("INFO")
                .contains("caches 'quotes': everything was dropped by kim?lee, 17 in number")
                .contains("spring-caches 'redis/quotes': everything was dropped by kim, nobody knows how many")
                .doesNotContain("prices")
                .doesNotContainPattern("INFO.*'titles'");
    }

    @Test
    void keysThatAreMadeToFailDontFloodTheLog(CapturedOutput output) {
        for (int key = 0; key < 1_000; key++) {
            log.onEvent(ofKey("host-" + key, "OPEN"));
        }
        log.onEvent(ofKey("host-0", "HALF_OPEN"));
        log.onEvent(new StateChanged("circuit-breakers", "upstream", "CLOSED", "OPEN", "told all the same"));
        time.advance(Duration.ofMinutes(1));

        assertThat(output.toString().lines().filter(line -> line.contains("'hosts'")))
                .hasSize(6)
                .last()
                .asString()
                .contains(
                        "'hosts' changed the state of keys 996 more times in the last minute: 1 to HALF_OPEN, 995 to OPEN");
        assertThat(output).contains("'upstream' went from CLOSED to OPEN: told all the same");
    }

    @Test
    void escalationsAreWarningsThatDontFloodTheLogAndTellNoMessages(CapturedOutput output) {
        for (int call = 0; call < 100; call++) {
            log.onEvent(new Escalated(
                    "recoveries", "carrier", "Carrier.quote", "* -> escalate", new IllegalStateException("secret")));
        }
        time.advance(Duration.ofMinutes(1));

        assertThat(output.toString().lines().filter(line -> line.contains("'carrier'")))
                .hasSize(6)
                .first()
                .asString()
                .contains(
                        "Carrier.quote failed by java.lang.IllegalStateException, and '* -> escalate' calls for people");
        assertThat(output)
                .contains("'* -> escalate' called for people 95 more times in the last minute")
                .doesNotContain("secret");
    }

    @Test
    void whatErrorsHaveInCommonIsAWarning(CapturedOutput output) {
        log.onEvent(
                new ErrorRepeats("recoveries", "carrier", "java.io.IOException", "A.b:1", 10, Duration.ofMinutes(1)));
        log.onEvent(new ErrorShareRose("recoveries", "carrier", 1, 30));
        log.onEvent(new RecoveryRateChanged("recoveries", "carrier", "503 -> retry", 70, false));

        assertThat(output)
                .contains("java.io.IOException at A.b:1 came 10 times within 1m")
                .contains("30 % of the calls of the last minute failed; it was 1 % before")
                .contains("'503 -> retry' saves 70 % of the calls it acts on, which is too few");
    }

    @Test
    void everyMinuteTheFirstChangesOfKeysAreTold(CapturedOutput output) {
        for (int minute = 0; minute < 3; minute++) {
            for (int key = 0; key < 5; key++) {
                log.onEvent(ofKey("host-" + key, "OPEN"));
            }
            time.advance(Duration.ofMinutes(1));
        }

        assertThat(output.toString().lines().filter(line -> line.contains("for the key")))
                .hasSize(15);
        assertThat(output).doesNotContain("more time");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void refusalsAreSummedUpOnceAMinute(CapturedOutput output) {
        for (int call = 0; call < 3; call++) {
            log.onEvent(refused());
        }
        assertThat(output).doesNotContain("in the last minute");

        time.advance(Duration.ofMinutes(1));
        assertThat(output).contains("'agents' refused 3 calls in the last minute");

        log.onEvent(refused());
        time.advance(Duration.ofMinutes(1));
        assertThat(output).contains("'agents' refused 1 call in the last minute");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void aNoticeIsToldInOneLineWhateverSomebodyThrew(CapturedOutput output) {
        log.onEvent(new Noticed("circuit-breakers", "upstream", "a rule threw X: no\nWARN forged"));

        assertThat(output).contains("'upstream': a rule threw X: no?WARN forged");
    }

    @Test
    void aResetIsToldInOneLineWhateverTheKey(CapturedOutput output) {
        log.onEvent(new Reset("rate-limiters", "agents", "a\r\nWARN forged\u2028\u001b[31m", "op\nerator"));
        log.onEvent(new Reset("rate-limiters", "agents", "agent-1", null));

        assertThat(output)
                .contains("'agents': the key 'a??WARN forged??[31m' was reset by op?erator")
                .contains("'agents': the key 'agent-1' was reset by somebody unknown");
    }

    private static StateChanged ofKey(String key, String to) {
        return new StateChanged("circuit-breakers", "hosts", key, "CLOSED", to, "5 failures in a row");
    }

    private static Refused refused() {
        return new Refused("rate-limiters", "agents", "QuoteService.quote", new RejectedExecutionException("full"));
    }
}
