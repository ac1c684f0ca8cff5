package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.event.EventSink;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyInstanceTest {

    record Size(Integer size) {}

    private final PolicyRegistry registry = new PolicyRegistry(
            List.of(new SizeKind()), new PolicyContext(new ManualTime().time(), (EventSink) event -> {}, List.of()));

    @Test
    void showsTheConfigurationThatIsInForceThoughAnotherChangeComesInTheMiddleOfOne() throws Exception {
        PolicyInstance<Size, Applied> instance = registry.add(new SizeKind(), size(0));
        Thread other = new Thread(() -> instance.reconfigure(size(2)));
        instance.state().inTheMiddle = () -> letRun(other);

        instance.reconfigure(size(1));
        other.join();

        assertThat(instance.configuration().size()).isEqualTo(instance.state().size);
    }

    /** Until it has come to its end, or can't go on. */
    private static void letRun(Thread thread) {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
            while (thread.getState() != Thread.State.TERMINATED && thread.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        }
    }

    private static ResolvedPolicy<Size> size(int size) {
        return new ResolvedPolicy<>(
                new SizeKind(), "one", new Size(size), new CommonKnobs(true, false, null), Map.of());
    }

    /** The size in force, and what happens right after it has changed. */
    private static final class Applied {
        private volatile int size;
        private volatile Runnable inTheMiddle = () -> {};
    }

    /** A kind that has nothing but a size. */
    private static final class SizeKind implements PolicyKind<Size, Applied> {

        @Override
        public String id() {
            return "sizes";
        }

        @Override
        public String singular() {
            return "size";
        }

        @Override
        public Class<Size> configurationType() {
            return Size.class;
        }

        @Override
        public Applied create(String name, Size configuration, PolicyContext context) {
            return new Applied();
        }

        @Override
        public void reconfigure(Applied instance, Size configuration) {
            instance.size = configuration.size();
            instance.inTheMiddle.run();
        }

        @Override
        public List<Place> places(Applied instance) {
            return List.of();
        }

        @Override
        public Snapshot snapshot(Applied instance) {
            return Snapshot.of(Map.of());
        }
    }
}
