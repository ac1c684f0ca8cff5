package dev.resilience.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent.Noticed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private final List<ResilienceEvent> heard = new ArrayList<>();
    private final Noticed event = new Noticed("toys", "car", "beeps");

    @Test
    void oneThatThrowsIsCountedAndTheOthersHearStill() {
        Listeners listeners = new Listeners(List.of(
                broken -> {
                    throw new IllegalStateException("broken");
                },
                heard::add));

        listeners.publish(event);

        assertThat(heard).containsExactly(event);
        assertThat(listeners.failures()).isEqualTo(1);
    }

    @Test
    void oneThatLacksAClassIsCountedAndTheOthersHearStill() {
        Listeners listeners = new Listeners(List.of(
                broken -> {
                    throw new NoClassDefFoundError("gone");
                },
                heard::add));

        listeners.publish(event);

        assertThat(heard).containsExactly(event);
        assertThat(listeners.failures()).isEqualTo(1);
    }

    @Test
    void nobodyIsListeningWhereThereIsNobody() {
        assertThat(new Listeners(List.of()).listening()).isFalse();
        assertThat(new Listeners(List.of(heard::add)).listening()).isTrue();
    }

    @Test
    void listenersAreAskedForWithTheFirstEventAndOnce() {
        List<String> asked = new ArrayList<>();
        Listeners listeners = new Listeners(() -> {
            asked.add("asked");
            return List.of(heard::add);
        });

        assertThat(asked).isEmpty();
        listeners.publish(event);
        listeners.publish(event);

        assertThat(asked).containsExactly("asked");
        assertThat(heard).hasSize(2);
    }
}
