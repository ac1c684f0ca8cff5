package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceListener;
import dev.resilience.recovery.Restartable;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Recoveries on annotated methods. */
class RecoveriesTest {

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> events = new CopyOnWriteArrayList<>();
    private final Client client = new Client();

    @Test
    void sendsInAgainWhatTheRuleIsAbout() {
        application().run(context -> {
            client.failsNext(new ConnectException(), new ConnectException());

            assertThat(context.getBean(Carrier.class).quote("A")).isEqualTo("quote of A");
            assertThat(time.paused()).isEqualTo(Duration.ofSeconds(1));
        });
    }

    @Test
    void callsForPeopleWhenNothingElseHelps() {
        application().run(context -> {
            IllegalStateException wrong = new IllegalStateException("wrong");
            client.failsNext(wrong);

            assertThatThrownBy(() -> context.getBean(Carrier.class).quote("A")).isSameAs(wrong);
            assertThat(events)
                    .containsExactly(new Escalated("recoveries", "carrier", "Carrier.quote", "* -> escalate", wrong));
        });
    }

    @Test
    void restartsAndGoesInAgain() {
        application().run(context -> {
            client.breaks();

            assertThat(context.getBean(Carrier.class).quote("A")).isEqualTo("quote of A");
            assertThat(client.restarts).isOne();
        });
    }

    @Test
    void divertsToTheFallbackOfTheMethod() {
        application().run(context -> {
            client.failsNext(new UnsupportedOperationException());

            assertThat(context.getBean(Carrier.class).quote("A")).isEqualTo("last quote of A");
        });
    }

    private ApplicationContextRunner application() {
        return Starters.with(Carrier.class)
                .withBean(Time.class, time::time)
                .withBean("client", Client.class, () -> client)
                .withBean(ResilienceListener.class, () -> events::add)
                .withPropertyValues(
                        "resilience.recoveries.carrier.rules[0]=ConnectException -> retry 2 after 500ms",
                        "resilience.recoveries.carrier.rules[1]=BrokenException -> restart client, escalate",
                        "resilience.recoveries.carrier.rules[2]=UnsupportedOperationException -> fallback",
                        "resilience.recoveries.carrier.rules[3]=* -> escalate");
    }

    static class Carrier {
        private final Client client;

        Carrier(Client client) {
            this.client = client;
        }

        @Recovery(name = "carrier", fallback = "lastQuote")
        public String quote(String symbol) throws Exception {
            return client.quote(symbol);
        }

        private String lastQuote(String symbol) {
            return "last quote of " + symbol;
        }
    }

    static class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Fails as it is told to, and works again when it has been restarted. */
    static class Client implements Restartable {
        private final List<Exception> failures = new CopyOnWriteArrayList<>();
        private boolean broken;
        private int restarts;

        void failsNext(Exception... inTurn) {
            failures.addAll(List.of(inTurn));
        }

        void breaks() {
            broken = true;
        }

        @Override
        public void restart() {
            restarts++;
            broken = false;
        }

        String quote(String symbol) throws Exception {
            if (broken) {
                throw new BrokenException();
            }
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return "quote of " + symbol;
        }
    }
}
