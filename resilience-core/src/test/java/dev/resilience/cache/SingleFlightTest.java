package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.failure.BrokenRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

    private final CacheHarness quotes = new CacheHarness(Map.of());
    private final FakeCall leader = quotes.call("ACME");
    private final FakeCall first = quotes.call("ACME");
    private final FakeCall second = quotes.call("ACME");

    @Test
    void givesTheLeadersValueToAllWhoWait() {
        leaderAndTwoFollowers();

        quotes.policy.settle(leader.gave(42));

        assertThat(again(first)).isEqualTo(Admission.returning(42));
        assertThat(again(second)).isEqualTo(Admission.returning(42));
        quotes.policy.settle(first.ended(Outcome.VALUE, 42, null, false));
        assertThat(quotes.number("loads")).isEqualTo(1L);
        assertThat(quotes.cache.running()).isZero();
    }

    @Test
    void keepsFollowersWaitingUntilTheLeaderIsDone() {
        leaderAndTwoFollowers();

        assertThat(signalled(first)).isFalse();
        assertThat(again(first).step()).isEqualTo(Admission.Step.ASK_AGAIN);
    }

    @Test
    void failsAllWhoWaitWithTheLeader() {
        IOException failure = new IOException();
        leaderAndTwoFollowers();

        quotes.policy.settle(leader.threw(failure));

        assertThat(again(first)).isEqualTo(Admission.fail(failure));
        assertThat(again(second)).isEqualTo(Admission.fail(failure));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void handsTheLeadOfACancelledLeaderToExactlyOne() {
        leaderAndTwoFollowers();

        quotes.cancel(leader);

        assertThat(signalled(first)).isTrue();
        assertThat(signalled(second)).isFalse();
        assertThat(again(first)).isEqualTo(Admission.proceed());
        quotes.policy.settle(first.gave(42));
        assertThat(again(second)).isEqualTo(Admission.returning(42));
    }

    @Test
    void handsTheLeadOnWhenTheLeaderWasRefusedBeforeItsMethod() {
        leaderAndTwoFollowers();

        quotes.policy.settle(leader.ended(Outcome.REFUSED, null, new Refusal(), false));

        assertThat(again(first)).isEqualTo(Admission.proceed());
        assertThat(signalled(second)).isFalse();
    }

    @Test
    void failsAllWhoWaitWhenTheMethodItselfWasRefusedSomewhere() {
        leaderAndTwoFollowers();

        quotes.policy.settle(leader.ended(Outcome.REFUSED, null, new Refusal(), true));

        assertThat(again(first).step()).isEqualTo(Admission.Step.FAIL);
        assertThat(again(second).step()).isEqualTo(Admission.Step.FAIL);
    }

    @Test
    void handsTheLeadOfALateLeaderToTheOneWithTheMostTimeLeft() {
        leader.remaining(0);
        first.remaining(1_000);
        second.remaining(2_000);
        FakeCall third = quotes.call("ACME").remaining(1_500);
        leaderAndTwoFollowers();
        quotes.policy.admit(third);

        quotes.policy.settle(expired(leader));

        assertThat(again(second)).isEqualTo(Admission.proceed());
        assertThat(signalled(first)).isFalse();
        assertThat(signalled(third)).isFalse();
        quotes.policy.settle(expired(second.remaining(0)));
        assertThat(again(third)).isEqualTo(Admission.proceed());
    }

    @Test
    void handsTheLeadOnWhenItsNewHolderIsLateBeforeHeKnows() {
        leader.remaining(0);
        second.remaining(2_000);
        FakeCall third = quotes.call("ACME");
        leaderAndTwoFollowers();
        quotes.policy.settle(expired(leader));
        quotes.policy.admit(third);

        quotes.policy.settle(expired(first.remaining(0)));

        assertThat(again(third)).isEqualTo(Admission.proceed());
        assertThat(signalled(second)).isFalse();
    }

    @Test
    void failsAllWhoWaitWhenTheLoadItselfHadATime() {
        leader.remaining(1);
        leaderAndTwoFollowers();

        quotes.policy.settle(expired(leader));

        assertThat(again(first).step()).isEqualTo(Admission.Step.FAIL);
        assertThat(again(second).step()).isEqualTo(Admission.Step.FAIL);
    }

    private static FakeCall expired(FakeCall call) {
        return call.ended(Outcome.EXPIRED, null, new CallTimedOutException("timeouts", "t", "Test.operation", 1), true);
    }

    @Test
    void passesOverAFollowerWhoGaveUp() {
        leaderAndTwoFollowers();
        quotes.cancel(first);

        quotes.cancel(leader);

        assertThat(again(second)).isEqualTo(Admission.proceed());
    }

    @Test
    void handsTheLeadOnWhenItsNewHolderGivesUpBeforeHeKnows() {
        leaderAndTwoFollowers();
        quotes.cancel(leader);

        quotes.cancel(first);

        assertThat(again(second)).isEqualTo(Admission.proceed());
    }

    @Test
    void beginsAfreshWhenEverybodyGaveUp() {
        leaderAndTwoFollowers();
        quotes.cancel(first);
        quotes.cancel(second);
        quotes.cancel(leader);

        assertThat(quotes.cache.running()).isZero();
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void leavesOtherKeysAlone() {
        leaderAndTwoFollowers();

        assertThat(quotes.ask("OTHER")).isEqualTo(Admission.proceed());
    }

    @Test
    void givesTheValueToThoseWhoWaitedThoughItWasInvalidatedMeanwhile() {
        leaderAndTwoFollowers();

        quotes.cache.invalidateAll();
        quotes.policy.settle(leader.gave(42));

        assertThat(again(first)).isEqualTo(Admission.returning(42));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void failsALoadThatWaitsForItself() {
        quotes.policy.admit(leader);
        leader.memo(null);

        assertThat(quotes.policy.admit(leader))
                .isInstanceOfSatisfying(Admission.Fail.class, fail -> assertThat(fail.cause())
                        .isInstanceOf(RecursiveLoadException.class)
                        .hasMessageContaining("Test.operation"));
    }

    @Test
    void forgetsALoadWhoseMethodChangedItsArgument() {
        List<Object> symbols = new ArrayList<>(List.of("ACME"));
        FakeCall leader = quotes.call(new Basket(symbols));
        quotes.policy.admit(leader);

        symbols.add("OTHER");
        quotes.policy.settle(leader.gave("value"));

        assertThat(quotes.cache.running()).isZero();
    }

    /** An argument with an equals of its own that changes. */
    private static final class Basket {
        private final List<Object> symbols;

        private Basket(List<Object> symbols) {
            this.symbols = symbols;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Basket basket && symbols.equals(basket.symbols);
        }

        @Override
        public int hashCode() {
            return symbols.hashCode();
        }
    }

    private ResultCache onBrokenStore(Map<String, String> settings) {
        PolicyContext context = new PolicyContext(quotes.time.time(), event -> {}, List.of());
        BrokenRules broken = new BrokenRules("caches", "quotes", event -> {});
        return new ResultCache(CacheHarness.configuration(settings), new BrokenStore(), context, broken);
    }

    @Test
    void answersAllWhoWaitThoughTheResultCannotBeKept() {
        ResultCache full = onBrokenStore(Map.of());
        Policy policy = new CachePolicy(full);
        FakeCall leading = quotes.call("ACME");
        FakeCall waiting = quotes.call("ACME");
        policy.admit(leading);
        policy.admit(waiting);

        assertThatThrownBy(() -> policy.settle(leading.gave(42))).hasMessage("full");

        assertThat(policy.admit(waiting)).isEqualTo(Admission.returning(42));
        assertThat(full.running()).isZero();
    }

    @Test
    void answersAllWhoWaitThoughNobodyCanLookForAnEarlierResult() {
        ResultCache full = onBrokenStore(Map.of("stale-if-error", "1h"));
        Policy policy = new CachePolicy(full);
        FakeCall leading = quotes.call("ACME");
        FakeCall waiting = quotes.call("ACME");
        policy.admit(leading);
        policy.admit(waiting);
        IOException failure = new IOException();

        policy.settle(leading.threw(failure));

        assertThat(policy.admit(waiting)).isEqualTo(Admission.fail(failure));
        assertThat(full.running()).isZero();
    }

    /** A store that takes nothing. */
    private static final class BrokenStore implements Store {

        @Override
        public long tick() {
            return 0;
        }

        @Override
        public Kept find(Object key) {
            return null;
        }

        @Override
        public Kept stale(Object key, long overdueNanos) {
            throw new IllegalStateException("broken");
        }

        @Override
        public Kept recall(Object key, long ageNanos) {
            return null;
        }

        @Override
        public void put(Object key, Kept kept, long keptNanos) {
            throw new IllegalStateException("full");
        }

        @Override
        public boolean remove(Object key) {
            return false;
        }

        @Override
        public long removeIf(BiPredicate<Object, Kept> meant) {
            return 0;
        }

        @Override
        public void bound(long maxWeight) {}

        @Override
        public void bound(long maxWeight, Function<Kept, Kept> anew) {}

        @Override
        public long weight() {
            return 0;
        }

        @Override
        public List<Kept> look(Set<Object> keys, boolean variants) {
            return List.of();
        }

        @Override
        public long entries() {
            return 0;
        }

        @Override
        public long evictions() {
            return 0;
        }
    }

    @Test
    void letsOneLeadOfTenThousandWhoComeAtOnce() throws Exception {
        AtomicInteger leaders = new AtomicInteger();
        ConcurrentLinkedQueue<FakeCall> waiting = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<FakeCall> leading = new ConcurrentLinkedQueue<>();

        inParallel(10_000, random -> {
            FakeCall call = quotes.call("ACME");
            boolean leads = quotes.policy.admit(call) == Admission.proceed();
            leaders.addAndGet(leads ? 1 : 0);
            (leads ? leading : waiting).add(call);
        });
        quotes.policy.settle(leading.remove().gave(42));

        assertThat(leaders).hasValue(1);
        assertThat(waiting).hasSize(9_999).allMatch(call -> again(call).equals(Admission.returning(42)));
    }

    @Test
    void losesNobodyWhateverHappensToLeadersAndFollowers() throws Exception {
        ConcurrentLinkedQueue<FakeCall> waiting = new ConcurrentLinkedQueue<>();

        inParallel(200_000, random -> {
            FakeCall call = quotes.call(random.nextInt(3));
            if (random.nextInt(50) == 0) {
                quotes.cache.invalidateAll();
            }
            proceed(call, quotes.policy.admit(call), random, waiting);
            FakeCall other = waiting.poll();
            if (other != null) {
                proceed(other, random.nextInt(4) == 0 ? null : again(other), random, waiting);
            }
        });
        SplittableRandom random = new SplittableRandom(1);
        for (int left = waiting.size() * 3; left > 0 && !waiting.isEmpty(); left--) {
            FakeCall call = waiting.remove();
            proceed(call, again(call), random, waiting);
        }

        assertThat(waiting).isEmpty();
        assertThat(quotes.cache.running()).isZero();
    }

    /** Leads, follows, or is answered; null gives up. */
    private void proceed(
            FakeCall call, Admission answer, SplittableRandom random, ConcurrentLinkedQueue<FakeCall> waiting) {
        if (answer == null) {
            quotes.cancel(call);
            return;
        }
        switch (answer.step()) {
            case PROCEED -> endLeading(call, random);
            case ASK_AGAIN -> waiting.add(call);
            default -> quotes.policy.settle(call.ended(Outcome.VALUE, 42, null, false));
        }
    }

    private void endLeading(FakeCall call, SplittableRandom random) {
        Thread.yield();
        switch (random.nextInt(4)) {
            case 0 -> quotes.policy.settle(call.gave(42));
            case 1 -> quotes.policy.settle(call.threw(new IOException()));
            default -> quotes.cancel(call);
        }
        if (random.nextInt(2) == 0) {
            quotes.cache.invalidate(call.arguments()[0]);
        }
    }

    private static void inParallel(int times, Consumer<SplittableRandom> work) throws Exception {
        int threads = 16;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> ends = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            SplittableRandom random = new SplittableRandom(thread);
            ends.add(executor.submit(() -> {
                for (int time = 0; time < times / threads; time++) {
                    work.accept(random);
                }
            }));
        }
        executor.shutdown();
        for (Future<?> end : ends) {
            end.get(60, TimeUnit.SECONDS);
        }
    }

    private void leaderAndTwoFollowers() {
        assertThat(quotes.policy.admit(leader)).isEqualTo(Admission.proceed());
        assertThat(quotes.policy.admit(first).step()).isEqualTo(Admission.Step.ASK_AGAIN);
        assertThat(quotes.policy.admit(second).step()).isEqualTo(Admission.Step.ASK_AGAIN);
    }

    private Admission again(FakeCall call) {
        return quotes.policy.admit(call);
    }

    private static boolean signalled(FakeCall call) {
        return ((Admission.AskAgain) ((Follower) call.memo()).waiting())
                .signal()
                .toCompletableFuture()
                .isDone();
    }

    private static final class Refusal extends CallRejectedException {
        private Refusal() {
            super("circuit-breakers", "upstream", UNKNOWN);
        }

        @Override
        protected String reason() {
            return "it is open";
        }
    }
}
