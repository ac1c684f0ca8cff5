package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Recollection;
import dev.resilience.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Results are lists, and everybody who gets one adds to it what nobody else may see. */
class CopiesTest {

    private final AtomicReference<ResultCopier> copier =
            new AtomicReference<>(result -> new ArrayList<>((List<?>) result));

    private final CacheHarness quotes = copying(Map.of("copier", "lists", "stale-if-error", "1h"));

    @Test
    void givesTheLeaderWhatTheMethodGaveAndEveryHitACopyOfItsOwn() {
        List<String> original = list("a");
        quotes.load(quotes.call("ACME"), original);
        original.add("the leader's");
        changed(quotes.ask("ACME"));
        changed(quotes.ask("ACME"));

        assertThat(changed(quotes.ask("ACME"))).isEqualTo(list("a"));
    }

    @Test
    void givesEveryFollowerACopyOfItsOwn() {
        List<String> original = list("a");
        FakeCall leader = quotes.call("ACME");
        FakeCall first = quotes.call("ACME");
        FakeCall second = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(first);
        quotes.policy.admit(second);
        quotes.policy.settle(leader.gave(original));
        original.add("the leader's");

        assertThat(changed(quotes.policy.admit(first))).isEqualTo(list("a"));
        assertThat(changed(quotes.policy.admit(second))).isEqualTo(list("a"));
        assertThat(changed(quotes.ask("ACME"))).isEqualTo(list("a"));
    }

    @Test
    void givesFollowersACopyThoughNothingIsKept() {
        CacheHarness choosy = copying(Map.of("copier", "lists", "max-weight", "1", "weigher", "negative"));
        List<String> original = list("a");
        FakeCall leader = choosy.call("ACME");
        FakeCall follower = choosy.call("ACME");
        choosy.policy.admit(leader);
        choosy.policy.admit(follower);
        choosy.policy.settle(leader.gave(original));
        original.add("the leader's");

        assertThat(changed(choosy.policy.admit(follower))).isEqualTo(list("a"));
        assertThat(choosy.number("entries")).isEqualTo(0L);
    }

    @Test
    void givesEverybodyACopyOfAnOldResult() {
        Recollection memory =
                quotes.kind.recollection(quotes.cache, Duration.ofHours(1)).orElseThrow();
        quotes.load(quotes.call("ACME"), list("a"));
        quotes.time.advance(Duration.ofMinutes(2));
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);

        assertThat(changed(quotes.policy.settle(leader.threw(new IOException()))))
                .isEqualTo(list("a"));
        assertThat(changed(quotes.policy.admit(follower))).isEqualTo(list("a"));
        assertThat(changed(quotes.ask("ACME"))).as("instead of a kept failure").isEqualTo(list("a"));
        assertThat(changed(memory.recall(quotes.call("ACME")))).isEqualTo(list("a"));
        assertThat(changed(memory.recall(quotes.call("ACME")))).isEqualTo(list("a"));
    }

    @Test
    void givesThoseWhoWaitForALoadThatWasNotNeededACopyOfTheirOwn() {
        Load load = new Load("ACME", "Test.operation");
        Follower follower = new Follower(load, List.of(), 0);
        load.join(follower);
        List<String> hit = list("a");
        Kept kept = new Kept(Admission.returning(hit), "Test.operation", 0, new Lifetime(1, 1, 1), 1, null);
        quotes.cache.endWithHit(load, kept, kept.answer());
        hit.add("the leader's");

        assertThat(changed(follower.answer())).isEqualTo(list("a"));
    }

    @Test
    void keepsManyWhoChangeTheirsAtOnceApart() throws Exception {
        List<String> original = list("a");
        FakeCall leader = quotes.call("ACME");
        quotes.policy.admit(leader);
        List<FakeCall> followers =
                Stream.generate(() -> quotes.call("ACME")).limit(1_000).toList();
        followers.forEach(quotes.policy::admit);
        quotes.policy.settle(leader.gave(original));

        List<CompletableFuture<List<String>>> seen = followers.stream()
                .map(follower -> CompletableFuture.supplyAsync(() -> {
                    original.set(0, "the leader's");
                    changed(quotes.ask("ACME"));
                    return changed(quotes.policy.admit(follower));
                }))
                .toList();

        for (CompletableFuture<List<String>> one : seen) {
            assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(list("a"));
        }
    }

    @Test
    void neverCopiesNothing() {
        quotes.load(quotes.call("NULL"), null);
        quotes.load(quotes.call("EMPTY"), Optional.empty());

        assertThat(quotes.ask("NULL")).isEqualTo(Admission.returning(null));
        assertThat(quotes.ask("EMPTY")).isEqualTo(Admission.returning(Optional.empty()));
        assertThat(quotes.number("broken-rules")).isEqualTo(0L);
    }

    @Test
    void keepsNothingThatCannotBeCopiedAndFailsOnlyThoseWhoWaitForACopy() {
        copier.set(result -> {
            throw new IllegalStateException("no");
        });
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);

        assertThat(quotes.policy.settle(leader.gave(list("a")))).isEqualTo(Verdict.proceed());
        assertThat(failure(quotes.policy.admit(follower)))
                .isInstanceOf(UncopiableResultException.class)
                .hasMessage(
                        "the copier 'lists' can't copy a java.util.ArrayList: java.lang.IllegalStateException: no. Make"
                                + " it copy what the method gives, or remove 'copier' from the cache")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("broken-rules")).isEqualTo(1L);
        assertThat(WeightsTest.told(quotes))
                .singleElement()
                .asString()
                .startsWith("the copier 'lists' threw java.lang.IllegalStateException and was ignored");
    }

    @Test
    void takesACopyThatIsNullForNone() {
        quotes.load(quotes.call("ACME"), list("a"));
        copier.set(result -> null);

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void loadsAnewWhereAHitCannotBeCopied() {
        quotes.load(quotes.call("ACME"), list("a"));
        ResultCopier working = copier.getAndSet(result -> {
            throw new StackOverflowError();
        });
        FakeCall call = quotes.call("ACME");
        assertThat(quotes.policy.admit(call)).isEqualTo(Admission.proceed());
        copier.set(working);
        quotes.policy.settle(call.gave(list("b")));

        assertThat(changed(quotes.ask("ACME"))).isEqualTo(list("b"));
        assertThat(quotes.number("hits")).isEqualTo(1L);
        assertThat(quotes.number("misses")).isEqualTo(2L);
    }

    @Test
    void letsTheFailureThroughWhereTheOldResultCannotBeCopied() {
        Recollection memory =
                quotes.kind.recollection(quotes.cache, Duration.ofHours(1)).orElseThrow();
        quotes.load(quotes.call("ACME"), list("a"));
        quotes.time.advance(Duration.ofMinutes(2));
        copier.set(result -> null);
        IOException down = new IOException();

        assertThat(quotes.fail(down, "ACME")).isEqualTo(Verdict.proceed());
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.fail(down));
        assertThat(memory.recall(quotes.call("ACME"))).isNull();
        assertThat(quotes.number("stale-served")).isEqualTo(0L);
    }

    @Test
    void copiesAReturnedAnswerThatTellsOfAFailureAsWell() {
        CacheHarness answers = copying(Map.of("copier", "answers", "negative-ttl", "5s"));
        StaleIfErrorTest.Answer unavailable = new StaleIfErrorTest.Answer(503);
        FakeCall leader = answers.call("ACME");
        FakeCall follower = answers.call("ACME");
        answers.policy.admit(leader);
        answers.policy.admit(follower);
        answers.policy.settle(leader.gave(unavailable));

        assertThat(((Admission.Return) answers.policy.admit(follower)).value()).isNotSameAs(unavailable);
        assertThat(((Admission.Return) answers.ask("ACME")).value()).isNotSameAs(unavailable);
        assertThat(answers.number("negative-hits")).isEqualTo(1L);
    }

    @Test
    void takesACopierWhileItRunsAndLeavesHitsAsTheyWereWithoutOne() {
        CacheHarness plain = copying(Map.of());
        List<String> original = list("a");
        plain.load(plain.call("ACME"), original);
        assertThat(((Admission.Return) plain.ask("ACME")).value()).isSameAs(original);

        plain.reconfigure(Map.of("copier", "lists"));

        assertThat(((Admission.Return) plain.ask("ACME")).value()).isNotSameAs(original);
    }

    private CacheHarness copying(Map<String, String> more) {
        ResultCopier lists = result -> copier.get().copy(result);
        ResultCopier answers = result -> new StaleIfErrorTest.Answer(503);
        ResultWeigher negative = result -> -1;
        Map<String, String> all = new HashMap<>(Map.of("ttl", "1m", "ttl-jitter", "0", "negative-ttl", "5s"));
        all.putAll(more);
        Map<String, Object> lent = Map.of("lists", lists, "answers", answers, "negative", negative);
        return new CacheHarness(all, List.of(new StaleIfErrorTest.Statuses()), lent);
    }

    /** What was given, as it was before its new owner has added something. */
    @SuppressWarnings("unchecked")
    private static List<String> changed(Object answer) {
        Object given = answer instanceof Verdict.Return verdict ? verdict.value() : ((Admission.Return) answer).value();
        List<String> before = new ArrayList<>((List<String>) given);
        ((List<String>) given).add("somebody's");
        return before;
    }

    private static Throwable failure(Admission answer) {
        return ((Admission.Fail) answer).cause();
    }

    private static List<String> list(String element) {
        return new ArrayList<>(List.of(element));
    }
}
