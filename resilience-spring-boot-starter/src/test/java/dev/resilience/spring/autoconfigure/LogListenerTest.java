package dev.resilience.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

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
    void aResetIsToldInOneLineWhateverTheKey(CapturedOutput output) {
        log.onEvent(new Reset("rate-limiters", "agents", "a\r\nWARN forged\u2028\u001b[31m", "op\nerator"));
        log.onEvent(new Reset("rate-limiters", "agents", "agent-1", null));

        assertThat(output)
                .contains("'agents': the key 'a??WARN forged??[31m' was reset by op?erator")
                .contains("'agents': the key 'agent-1' was reset by somebody unknown");
    }

    private static Refused refused() {
        return new Refused("rate-limiters", "agents", "QuoteService.quote", new RejectedExecutionException("full"));
    }
}
