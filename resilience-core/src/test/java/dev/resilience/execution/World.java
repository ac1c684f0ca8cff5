package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Pipeline.Placed;
import dev.resilience.Placement;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.Snapshot;
import dev.resilience.Tally;
import dev.resilience.Tally.Count;
import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * An application of nothing but the interpreter: pipelines of test policies, with books that have to balance when
 * everything is over.
 */
final class World {

    private static final String PLACE = "probes";

    final Queue<ResilienceEvent> events = new ConcurrentLinkedQueue<>();
    final Deadlines deadlines;
    private final Time time;
    private final List<Booked> booked = new ArrayList<>();
    private EventSink sink = events::add;
    private ContextCarrier carrier = ContextCarrier.NONE;
    private boolean isolating;

    World(Time time) {
        this.time = time;
        this.deadlines = new Deadlines(time);
    }

    /** Who listens from now on, to pipelines made from now on. */
    World listener(EventSink listener) {
        sink = listener;
        return this;
    }

    /** Whether methods of pipelines made from now on run on threads of their own. */
    World isolating(boolean isolates) {
        isolating = isolates;
        return this;
    }

    /** What carries context in pipelines made from now on. */
    World carrier(ContextCarrier other) {
        carrier = other;
        return this;
    }

    /** These policies around an operation, outermost first. */
    Pipeline pipeline(Policy... policies) {
        return pipeline(Mode.ENFORCED, policies);
    }

    /** These policies around an operation, all in this mode. */
    Pipeline pipeline(Mode mode, Policy... policies) {
        return pipeline(
                Stream.of(policies).map(policy -> new Member(policy, mode)).toList());
    }

    /** These policies around an operation, outermost first. */
    Pipeline pipeline(List<Member> members) {
        List<CountingPolicy> counting = members.stream()
                .map(member -> new CountingPolicy(member.policy, isolating))
                .toList();
        ExecutionRuntime runtime = new ExecutionRuntime(time, deadlines, sink, carrier, false);
        Pipeline pipeline = Pipeline.of("Test.operation", placed(members, kind(members, counting)), List.of(), runtime);
        for (int at = 0; at < members.size(); at++) {
            booked.add(new Booked(
                    counting.get(at), pipeline.stages().get(at).instance().tally(), members.get(at).mode));
        }
        return pipeline;
    }

    /** One instance around an operation whose policy stands in two places. Its books aren't kept. */
    Pipeline pipelineOfOneInTwoPlaces(Policy policy) {
        List<Member> members = List.of(new Member(policy, Mode.ENFORCED));
        ProbeKind kind = new ProbeKind(List.of(policy), List.of(PLACE), 2);
        ExecutionRuntime runtime = new ExecutionRuntime(time, deadlines, sink, carrier, false);
        return Pipeline.of("Test.operation", placed(members, kind), List.of(), runtime);
    }

    /** Everything is over: what was opened is closed, what was armed is disarmed, and everything was counted once. */
    void assertAtRest() {
        booked.forEach(Booked::assertBalanced);
        assertThat(deadlines.armed()).as("armed deadlines").isZero();
        assertThat(CallScope.current()).as("the scope of the thread").isNull();
        assertThat(Thread.currentThread().isInterrupted()).as("interrupted").isFalse();
    }

    /** Whether every entry is closed and every deadline disarmed by now. */
    boolean isAtRest() {
        return deadlines.armed() == 0
                && booked.stream().allMatch(each -> each.policy.open(each.tally) == 0 && each.isCounted());
    }

    /** The outcomes of the policy at this place in the pipeline made last. */
    static long count(Pipeline pipeline, int at, Count count) {
        return pipeline.stages().get(at).instance().tally().of(count);
    }

    /** Changes the mode of a policy while calls are on their way. */
    static void mode(Pipeline pipeline, int at, Mode mode) {
        mode(pipeline.stages().get(at).instance(), mode);
    }

    private static <C extends Record> void mode(PolicyInstance<C, ?> instance, Mode mode) {
        ResolvedPolicy<C> before = instance.resolved();
        instance.reconfigure(new ResolvedPolicy<>(
                before.kind(), before.name(), before.configuration(), common(mode), before.settings()));
    }

    private static CommonKnobs common(Mode mode) {
        return new CommonKnobs(mode != Mode.OFF, mode == Mode.SHADOW, null);
    }

    private static ProbeKind kind(List<Member> members, List<CountingPolicy> counting) {
        return new ProbeKind(counting, members.stream().map(Member::place).toList(), 1);
    }

    private List<Placed> placed(List<Member> members, ProbeKind kind) {
        PolicyRegistry registry = new PolicyRegistry(List.of(kind), new PolicyContext(time, sink, List.of()));
        List<Placed> placed = new ArrayList<>();
        for (int at = 0; at < members.size(); at++) {
            CommonKnobs common = common(members.get(at).mode);
            placed.add(new Placed(
                    registry.add(kind, new ResolvedPolicy<>(kind, String.valueOf(at), new Probe(), common, Map.of())),
                    members.get(at).placement));
        }
        return placed;
    }

    /** A policy, whether it decides, its place, and what belongs to it there. */
    record Member(Policy policy, Mode mode, String place, Placement placement) {

        Member(Policy policy, Mode mode, String place) {
            this(policy, mode, place, Placement.bare());
        }

        Member(Policy policy, Mode mode) {
            this(policy, mode, PLACE);
        }
    }

    private record Booked(CountingPolicy policy, Tally tally, Mode mode) {

        private void assertBalanced() {
            assertThat(policy.offences()).isEmpty();
            assertThat(policy.open(tally)).as("open entries").isZero();
            if (mode == Mode.ENFORCED) {
                assertThat(outcomes()).as("counted outcomes").isEqualTo(policy.questions() + policy.refreshes());
            }
        }

        private boolean isCounted() {
            return mode != Mode.ENFORCED || outcomes() == policy.questions() + policy.refreshes();
        }

        private long outcomes() {
            return Arrays.stream(Count.values()).mapToLong(tally::of).sum();
        }
    }

    /** What a probe can be told: nothing. */
    record Probe() {}

    /** The kind of the test policies. */
    private record ProbeKind(List<? extends Policy> policies, List<String> places, int placesOfEach)
            implements PolicyKind<Probe, Policy> {

        @Override
        public String id() {
            return "probes";
        }

        @Override
        public String singular() {
            return "probe";
        }

        @Override
        public Class<Probe> configurationType() {
            return Probe.class;
        }

        @Override
        public Policy create(String name, Probe configuration, PolicyContext context) {
            return policies.get(Integer.parseInt(name));
        }

        @Override
        public void reconfigure(Policy instance, Probe configuration) {}

        @Override
        public List<Place> places(Policy instance) {
            int at = policies.indexOf(instance);
            return Collections.nCopies(placesOfEach, new Place(places.get(at), at, instance));
        }

        @Override
        public Snapshot snapshot(Policy instance) {
            return Snapshot.of(Map.of());
        }
    }
}
