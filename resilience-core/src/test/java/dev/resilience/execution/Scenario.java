package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.event.EventSink;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One composition of policies and one way a call through it ends: what each policy was told, and what the caller got. */
final class Scenario {

    private static final Pattern MORE =
            Pattern.compile("PROCEED_WITHIN|TRY_AGAIN|\\* ASK_AGAIN|REFUSED ASK_AGAIN|DIVERT|RETURN");
    private static final Duration LONG_AFTER = Duration.ofHours(1);

    private final String situation;
    private final List<Cast> cast = new ArrayList<>();
    private List<Work> works = List.of();
    private @Nullable Long givesUpAfter;
    private @Nullable EventSink listener;
    private Set<Dialect> dialects = EnumSet.allOf(Dialect.class);
    private String ending = "";
    private int invocations = -1;

    private Scenario(String situation) {
        this.situation = situation;
    }

    /** The situation in words. */
    static Scenario when(String situation) {
        return new Scenario(situation);
    }

    /** The next policy further in, and its story. */
    Scenario policy(Function<Place, ScriptedPolicy> script, String story) {
        return policy(Mode.ENFORCED, script, story);
    }

    /** The next policy further in, in this mode, and its story. */
    Scenario policy(Mode mode, Function<Place, ScriptedPolicy> script, String story) {
        cast.add(new Cast(mode, script, story));
        return this;
    }

    /** The next policy further in, which lets everything pass, and its story. */
    Scenario witness(String story) {
        return policy(place -> new ScriptedPolicy(), story);
    }

    /** What the method does, invocation by invocation. */
    Scenario method(Work... inTurn) {
        works = List.of(inTurn);
        return this;
    }

    /** The caller is interrupted, cancels his future or his subscription. */
    Scenario callerGivesUpAfter(Duration time) {
        givesUpAfter = time.toNanos();
        return this;
    }

    /** Who listens to the events. */
    Scenario listener(EventSink sink) {
        listener = sink;
        return this;
    }

    /** It can only happen in these. */
    Scenario only(Dialect first, Dialect... others) {
        dialects = EnumSet.of(first, others);
        return this;
    }

    /** What the caller gets. */
    Scenario ends(String inWords) {
        ending = inWords;
        return this;
    }

    /** How often the method is invoked, where that is not once for each work. */
    Scenario invoked(int times) {
        invocations = times;
        return this;
    }

    /** What becomes of the result matters: it can only happen where the caller gets it. */
    Scenario answered() {
        dialects = EnumSet.complementOf(EnumSet.of(Dialect.ENTRANCE));
        return this;
    }

    /** Nobody can carry out most answers for a call that ends elsewhere. */
    boolean happensIn(Dialect dialect) {
        boolean onlyAdmits =
                cast.stream().noneMatch(each -> MORE.matcher(each.story).find());
        return dialects.contains(dialect) && (dialect != Dialect.ENTRANCE || onlyAdmits);
    }

    /** Plays it, waits until long after, and compares. */
    void play(Dialect dialect) throws Throwable {
        ManualTime time = new ManualTime();
        World world = new World(time.time()).isolating(dialect.isolates());
        if (listener != null) {
            world.listener(listener);
        }
        Place place = new Place(time, dialect);
        List<ScriptedPolicy> policies =
                cast.stream().map(each -> each.script.apply(place)).toList();
        Pipeline pipeline = world.pipeline(members(policies));
        Queue<Work> left = new ArrayDeque<>(works);

        Dialect.Ending got = dialect.begin(pipeline, dialect.body(left::remove, time), time, givesUpAfter);
        time.advance(LONG_AFTER);

        for (int at = 0; at < cast.size(); at++) {
            assertThat(policies.get(at).story()).as("story of policy " + at).isEqualTo(cast.get(at).story);
        }
        assertThat(got.inWords()).isEqualTo(ending);
        assertThat(got.isOnce()).as("ended exactly once").isTrue();
        assertThat(works.size() - left.size())
                .as("invocations")
                .isEqualTo(invocations < 0 ? works.size() : invocations);
        assertThat(time.scheduled()).as("tasks left").isZero();
        world.assertAtRest();
    }

    private List<World.Member> members(List<ScriptedPolicy> policies) {
        List<World.Member> members = new ArrayList<>();
        for (int at = 0; at < policies.size(); at++) {
            members.add(new World.Member(policies.get(at), cast.get(at).mode));
        }
        return members;
    }

    @Override
    public String toString() {
        return situation;
    }

    /** Where a scenario plays, for scripts that turn the time or divert. */
    record Place(ManualTime time, Dialect dialect) {}

    private record Cast(Mode mode, Function<Place, ScriptedPolicy> script, String story) {}
}
