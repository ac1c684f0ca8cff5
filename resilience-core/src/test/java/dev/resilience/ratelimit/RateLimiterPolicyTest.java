package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimiterPolicyTest {

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> events = new ArrayList<>();
    private final RateLimiterKind kind = new RateLimiterKind();

    @Test
    void refusesWithAllThatAnAnswerNeeds() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "2/1s, 3/1m"));
        assertPermitted(limiter, call("anna"));
        time.advance(Duration.ofMillis(100));
        assertPermitted(limiter, call("anna"));
        RateLimitedException refusal = refused(limiter, call("anna"));
        assertThat(refusal.kind()).isEqualTo("rate-limiters");
        assertThat(refusal.name()).isEqualTo("test");
        assertThat(refusal.key()).isEqualTo("anna");
        assertThat(refusal.keyed()).isTrue();
        assertThat(refusal.violated()).containsExactly(Limit.parse("2/1s"));
        assertThat(refusal.limit()).isEqualTo(Limit.parse("2/1s"));
        assertThat(refusal.remaining()).isZero();
        assertThat(refusal.reset()).isEqualTo(Duration.ofMillis(900));
        assertThat(refusal.retryAfter()).contains(Duration.ofMillis(900));
        assertThat(refusal)
                .hasMessage("rate-limiters 'test' refused the call: no permit left of 2/1s; retry after 900ms");
    }

    @Test
    void aKeyThatFindsNoRoomHasThePolicysOwnLimitsWhateverItsOverride() {
        RateLimiterPolicy limiter =
                limiter(Map.of("limits", "2/1m", "max-keys", "1", "key", "#k", "overrides.big", "50/1m"));
        assertPermitted(limiter, call("first"));
        assertPermitted(limiter, call("big").cost(2));
        assertThat(refused(limiter, call("big")).violated()).containsExactly(Limit.parse("2/1m"));
    }

    @Test
    void aLimiterThatCountsByKeyDoesNotLookLikeOneAtRest() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "2/1m"));
        assertThat(limiter.snapshot().numbers()).containsKeys("limit", "used", "remaining");
        assertPermitted(limiter, call("anna"));
        assertThat(limiter.snapshot().numbers()).doesNotContainKeys("limit", "used", "remaining");
    }

    @Test
    void theMessageTellsTheWaitInWholeMillisecondsRoundedUp() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s"));
        assertPermitted(limiter, call(null));
        time.advanceNanos(1);
        assertThat(refused(limiter, call(null))).hasMessageEndingWith("; retry after 1s");
        time.advanceNanos(123_456_789);
        assertThat(refused(limiter, call(null))).hasMessageEndingWith("; retry after 877ms");
    }

    @Test
    void onlyARefusalByKeyBlamesTheCaller() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1m"));
        assertPermitted(limiter, call("anna"));
        assertPermitted(limiter, call(null));
        assertThat(refused(limiter, call("anna")).blamesCaller()).isTrue();
        assertThat(refused(limiter, call(null)).blamesCaller()).isFalse();
    }

    @Test
    void ofSeveralViolatedLimitsTheOneWithTheLongestWaitIsTold() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "2/1s, 2/1m"));
        assertPermitted(limiter, call(null).cost(2));
        RateLimitedException refusal = refused(limiter, call(null));
        assertThat(refusal.keyed()).isFalse();
        assertThat(refusal.violated()).hasSize(2);
        assertThat(refusal.limit()).isEqualTo(Limit.parse("2/1m"));
        assertThat(refusal.retryAfter()).contains(Duration.ofMinutes(1));
    }

    @Test
    void aRetryAtTheStatedInstantPassesAndANanosecondEarlierDoesNot() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "3/1s, 5/10s"));
        for (int call = 0; call < 200; call++) {
            Admission admission = limiter.admit(call(null).cost(1 + call % 3));
            if (admission instanceof Admission.Fail fail) {
                long wait = ((RateLimitedException) fail.cause())
                        .retryAfter()
                        .orElseThrow()
                        .toNanos();
                time.advanceNanos(wait - 1);
                refused(limiter, call(null).cost(1 + call % 3));
                time.advanceNanos(1);
                assertPermitted(limiter, call(null).cost(1 + call % 3));
            }
            time.advanceNanos(7_777_777L * (call % 11));
        }
    }

    @Test
    void noMoreThanTheLimitPassesAtTheEdgeOfACycle() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "100/1s"));
        time.advance(Duration.ofMillis(980));
        int passed = 0;
        for (int call = 0; call < 400; call++) {
            passed += limiter.admit(call(null)) instanceof Admission.Proceed ? 1 : 0;
            time.advanceNanos(100_000);
        }
        assertThat(passed).isEqualTo(100);
    }

    @Test
    void aCostAboveTheLimitIsRefusedForGood() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "5/1s", "max-wait", "10s"));
        RateLimitedException refusal = refused(limiter, call(null).cost(6));
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal).hasMessageContaining("it costs 6, more than 5/1s ever allows");
    }

    @Test
    void aCallThatCostsNothingAlwaysPassesAndANegativeCostIsAnError() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s"));
        assertPermitted(limiter, call(null));
        assertPermitted(limiter, call(null).cost(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.admit(call(null).cost(-1)))
                .withMessageContaining("can't cost -1");
    }

    @Test
    void waitsForAReservedSlotInsteadOfRefusing() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s", "max-wait", "2s"));
        assertPermitted(limiter, call(null));
        assertThat(waitOf(limiter, call(null))).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf(limiter, call(null))).isEqualTo(Duration.ofSeconds(2));
        time.advance(Duration.ofMillis(500));
        assertThat(refused(limiter, call(null)).retryAfter()).contains(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(500));
        assertThat(waitOf(limiter, call(null))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aDoomedWaitIsRefusedAtOnce() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s", "max-wait", "10s"));
        assertPermitted(limiter, call(null));
        FakeCall hurried = call(null).remaining(Duration.ofMillis(999).toNanos());
        assertThat(refused(limiter, hurried).retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(waitOf(limiter, call(null).remaining(Duration.ofSeconds(1).toNanos())))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void interruptedWaitersGiveTheirPermitsBack() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/500ms", "max-wait", "10s"));
        assertPermitted(limiter, call(null));
        List<FakeCall> waiters = new ArrayList<>();
        for (int waiter = 0; waiter < 8; waiter++) {
            FakeCall call = call(null);
            waitOf(limiter, call);
            waiters.add(call);
        }
        waiters.forEach(call -> limiter.settle(call.ended(Outcome.CANCELLED, null, new InterruptedException(), false)));
        assertThat(waitOf(limiter, call(null))).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void whatWasNotInvokedIsRefundedOnceAndWhatWasInvokedIsNot() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "2/1s"));
        FakeCall first = call("key");
        FakeCall second = call("key");
        limiter.admit(first);
        limiter.admit(second);
        limiter.settle(first.ended(Outcome.REFUSED, null, new IllegalStateException(), false));
        limiter.settle(first);
        limiter.settle(second.threw(new IllegalStateException()));
        assertThat(remaining(limiter, "key")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "call,    VALUE,     true,  1", "call,    FAILURE,   true,  1", "call,    CANCELLED, true,  1",
        "call,    EXPIRED,   true,  1", "call,    REFUSED,   true,  1", "call,    VALUE,     false, 0",
        "failure, VALUE,     true,  0", "failure, FAILURE,   true,  1", "failure, CANCELLED, true,  1",
        "failure, EXPIRED,   true,  1", "failure, REFUSED,   true,  1", "failure, REFUSED,   false, 0",
        "failure, CANCELLED, false, 0", "failure, EXPIRED,   false, 0", "failure, FAILURE,   false, 0",
        "success, VALUE,     true,  1", "success, FAILURE,   true,  0", "success, CANCELLED, true,  0",
        "success, EXPIRED,   true,  0", "success, REFUSED,   true,  0", "success, VALUE,     false, 0"
    })
    void aCallStaysChargedOrNotByHowItEnded(String chargeOn, Outcome outcome, boolean invoked, long used) {
        for (String limits : List.of("5/1m", "500/1m")) {
            RateLimiterPolicy limiter = limiter(Map.of("limits", limits, "charge-on", chargeOn));
            FakeCall call = call("key");
            assertPermitted(limiter, call);
            assertThat(limiter.usage("key", null).tightest().used()).isEqualTo(1);
            time.advance(Duration.ofMillis(300));
            Throwable failure = outcome == Outcome.VALUE ? null : new AssertionError("an Error as well");
            limiter.settle(call.ended(outcome, "value", failure, invoked));
            limiter.settle(call);
            assertThat(limiter.usage("key", null).tightest().used()).isEqualTo(used);
        }
    }

    @Test
    void guessesSideBySideDontPassWhereOnlyFailuresAreCharged() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "5/1m", "charge-on", "failure"));
        List<FakeCall> guesses = new ArrayList<>();
        for (int guess = 0; guess < 5; guess++) {
            FakeCall call = call("anna");
            assertPermitted(limiter, call);
            guesses.add(call);
        }
        refused(limiter, call("anna"));
        limiter.settle(guesses.remove(0).gave("welcome"));
        guesses.forEach(call -> limiter.settle(call.threw(new IllegalStateException("wrong password"))));
        assertPermitted(limiter, call("anna"));
        refused(limiter, call("anna"));
    }

    @Test
    void keysTiersAndOverridesHaveTheirOwnLimits() {
        RateLimiterPolicy limiter = limiter(Map.of(
                "limits",
                "3/1s, 10/1m",
                "tiers.admin",
                "5/1s",
                "tiers.guest",
                "1/1s",
                "overrides.vip",
                "7/1s",
                "overrides.42",
                "4/1s"));
        assertThat(allowed(limiter, call("anna"))).isEqualTo(3);
        assertThat(allowed(limiter, call("adam").tier("admin"))).isEqualTo(5);
        assertThat(allowed(limiter, call("gus").tier("guest"))).isEqualTo(1);
        assertThat(allowed(limiter, call("umo").tier("unheard"))).isEqualTo(3);
        assertThat(allowed(limiter, call("vip").tier("guest"))).isEqualTo(7);
        assertThat(allowed(limiter, call(42L))).isEqualTo(4);
        time.advance(Duration.ofSeconds(1));
        assertThat(allowed(limiter, call("vip").tier("guest"))).isEqualTo(3);
    }

    @Test
    void ofSeveralTiersTheFirstOneInTheOrderOfTheLimiterCounts() {
        RateLimiterPolicy limiter = limiter(inOrder("limits", "3/1s", "tiers.admin", "5/1s", "tiers.viewer", "1/1s"));
        assertThat(allowed(limiter, call("a").tier(List.of("viewer", "other", "admin"))))
                .isEqualTo(5);
        assertThat(allowed(limiter, call("b").tier(Set.of("Viewer")))).isEqualTo(1);
        assertThat(allowed(limiter, call("c").tier(Arrays.asList(null, "other", 7))))
                .isEqualTo(3);
        assertThat(allowed(limiter, call("d").tier(List.of()))).isEqualTo(3);
    }

    @Test
    void namesOfTiersAreComparedIgnoringCase() {
        RateLimiterPolicy limiter = limiter(inOrder("limits", "3/1s", "tiers.admin", "5/1s"));
        assertThat(allowed(limiter, call("a").tier("ADMIN"))).isEqualTo(5);
        assertThat(allowed(limiter, call("b").tier(Tier.Admin))).isEqualTo(5);
    }

    @Test
    void aNameThatOnlyLooksLikeThatOfATierIsAnotherOne() {
        RateLimiterPolicy limiter = limiter(inOrder("limits", "3/1s", "tiers.kiosk", "5/1s"));
        for (String alike :
                List.of("\u212Aiosk", "k\u0131osk", "K\u0130OSK", "kio\u017Fk", "k\u0456osk", "kiosk\u0000")) {
            assertThat(allowed(limiter, call(alike).tier(alike))).as(alike).isEqualTo(3);
        }
    }

    @Test
    void whoBelongsToNobodyIsAnonymousWhereSuchATierIs() {
        Map<String, String> tiers = inOrder("limits", "3/1s", "tiers.anonymous", "1/1s", "overrides.vip", "7/1s");
        RateLimiterPolicy limiter = limiter(tiers);
        assertThat(allowed(limiter, call("a"))).isEqualTo(1);
        assertThat(allowed(limiter, call("b").tier("viewer"))).isEqualTo(3);
        assertThat(allowed(limiter, call("vip"))).isEqualTo(7);
        tiers.remove("tiers.anonymous");
        assertThat(allowed(limiter(tiers), call("a"))).isEqualTo(3);
    }

    @Test
    void whereThereAreNoTiersNobodyIsAskedForOne() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "3/1s"));
        Object unspeakable = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("asked for its name");
            }
        };
        assertThat(allowed(limiter, call("a").tier(unspeakable))).isEqualTo(3);
    }

    @Test
    void aMissingKeyHasOneSharedBucketThatIsCounted() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "2/1s"));
        assertThat(allowed(limiter, call(Call.NULL_KEY))).isEqualTo(2);
        assertThat(refused(limiter, call(Call.NULL_KEY)).key()).isNull();
        assertThat(refused(limiter, call(Call.NULL_KEY)).keyed()).isTrue();
        assertThat(allowed(limiter, call(null))).isEqualTo(2);
        assertThat(kind.snapshot(limiter).numbers().get("missing-keys")).isEqualTo(5L);
    }

    @Test
    void moreKeysThanFitAreToldOnceAndStayStrict() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s", "max-keys", "10"));
        for (int key = 0; key < 10_000; key++) {
            limiter.admit(call(key));
        }
        assertThat(kind.snapshot(limiter).numbers()).containsEntry("keys", 10).containsEntry("overflowing", 256);
        assertThat(kind.snapshot(limiter).numbers())
                .containsEntry("permitted", 266L)
                .containsEntry("refused", 9734L);
        assertThat(events).singleElement().isInstanceOf(ResilienceEvent.Noticed.class);
    }

    @Test
    void changedLimitsKeepWhatWasUsed() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "10/1m"));
        assertPermitted(limiter, call("key").cost(8));
        kind.reconfigure(limiter, configuration(Map.of("limits", "1000/1m, 2000/1h")));
        assertThat(limiter.usage("key", null).windows())
                .extracting(Usage.Window::used)
                .containsExactly(8L, 8L);
        assertPermitted(limiter, call("key").cost(92));
        kind.reconfigure(limiter, configuration(Map.of("limits", "50/1m")));
        RateLimitedException refusal = refused(limiter, call("key"));
        assertThat(refusal.remaining()).isZero();
        assertThat(refusal.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(62));
        kind.reconfigure(limiter, configuration(Map.of("limits", "60/30s")));
        assertThat(remaining(limiter, "key")).isZero();
    }

    @Test
    void anotherAlgorithmKeepsWhatWasUsed() {
        List<Map<String, String>> algorithms = List.of(
                Map.of("limits", "60/1h"),
                Map.of("limits", "100/1h"),
                Map.of("limits", "60/1h", "algorithm", "token-bucket", "burst", "60"),
                Map.of("limits", "60/1h", "algorithm", "fixed-window"));
        for (Map<String, String> from : algorithms) {
            for (Map<String, String> to : algorithms) {
                RateLimiterPolicy limiter = limiter(from);
                assertPermitted(limiter, call("key").cost(50));
                kind.reconfigure(limiter, configuration(to));
                assertThat(limiter.usage("key", null).tightest().used())
                        .as("from %s to %s", from, to)
                        .isEqualTo(50);
            }
        }
    }

    @Test
    void tiersShareATokenBucketAndComeBackAtTheirOwnRate() {
        RateLimiterPolicy limiter =
                limiter(Map.of("limits", "60/1m", "tiers.admin", "600/1m", "algorithm", "token-bucket", "burst", "10"));
        assertPermitted(limiter, call("key").tier("admin").cost(10));
        assertThat(refused(limiter, call("key")).retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(refused(limiter, call("key").tier("admin")).retryAfter()).contains(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        assertPermitted(limiter, call("key").tier("admin"));
    }

    /** A retry at the stated instant passes, one nanosecond earlier doesn't. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "limits=5/1s",
                "limits=100/1s",
                "limits=5/1s, 12/1m",
                "limits=5/1s, 100/1m",
                "limits=500/1h, 900/1d",
                "limits=7/1s & algorithm=token-bucket & burst=3",
                "limits=7/1s, 100/1m & algorithm=token-bucket & burst=3, 20",
                "limits=5/1h & algorithm=fixed-window",
                "limits=5/1h, 20/1d & algorithm=fixed-window",
                "limits=5/1s & tiers.slow=2/1s",
                "limits=100/1s & tiers.slow=70/1s, 300/1m"
            })
    void aRetryAtTheStatedInstantPassesAndNoneEarlier(String settings) {
        Map<String, String> texts = new HashMap<>();
        for (String setting : settings.split(" & ")) {
            texts.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        RateLimiterPolicy limiter = limiter(texts);
        Random random = new Random(settings.hashCode());
        for (int round = 0; round < 300; round++) {
            String tier = random.nextBoolean() ? "slow" : null;
            long cost = 1 + random.nextInt(2);
            time.advanceNanos(random.nextLong(300_000_000));
            if (limiter.admit(call("key").cost(cost).tier(tier)) instanceof Admission.Fail failed) {
                RateLimitedException refusal = (RateLimitedException) failed.cause();
                time.advance(refusal.retryAfter().orElseThrow().minusNanos(1));
                refused(limiter, call("key").cost(cost).tier(tier));
                time.advanceNanos(1);
                assertPermitted(limiter, call("key").cost(cost).tier(tier));
            }
            assertThat(limiter.usage("key", tier).windows())
                    .allMatch(window -> window.used() + window.remaining() == window.capacity());
        }
    }

    @Test
    void aCallerWhoChangesTiersToAndFroGetsNoMore() {
        RateLimiterPolicy limiter =
                limiter(Map.of("limits", "60/1m", "tiers.admin", "200/1m, 500/1h", "tiers.viewer", "50/1m"));
        assertThat(allowed(limiter, call("key").tier("admin"))).isEqualTo(200);
        refused(limiter, call("key").tier("viewer"));
        refused(limiter, call("key"));
        refused(limiter, call("key").tier("admin"));
        for (int minute = 0; minute < 3; minute++) {
            time.advance(Duration.ofSeconds(62));
            allowed(limiter, call("key"));
            allowed(limiter, call("key").tier("admin"));
        }
        assertThat(limiter.usage("key", "admin").windows())
                .extracting(Usage.Window::used)
                .containsExactly(60L, 500L);
    }

    @Test
    void limitsThatShareAKeyStayExactToTheNanosecond() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "60/1m", "overrides.big", "120/1m", "key", "#k"));
        assertPermitted(limiter, call("anna").cost(60));
        assertThat(refused(limiter, call("anna")).retryAfter()).contains(Duration.ofMinutes(1));
        time.advance(Duration.ofMinutes(1));
        assertPermitted(limiter, call("anna").cost(60));
    }

    @Test
    void theNoticeOfTooManyKeysTellsTheBoundThatHoldsNow() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s", "max-keys", "10"));
        kind.reconfigure(limiter, configuration(Map.of("limits", "1/1s", "max-keys", "20")));
        for (int key = 0; key < 30; key++) {
            limiter.admit(call(key));
        }
        assertThat(events).singleElement().asString().contains("more than 20 keys");
    }

    @Test
    void anOverflowAndItsEndAreToldOncePerEpisode() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "1/1s", "max-keys", "10"));
        for (int episode = 0; episode < 2; episode++) {
            for (int key = 0; key < 1_000; key++) {
                limiter.admit(call(key));
            }
            assertThat(limiter.snapshot().state()).isEqualTo("OVERFLOWING");
            time.advance(Duration.ofSeconds(5));
            assertThat(limiter.snapshot().state()).isEqualTo("NORMAL");
            for (int key = 0; key < 5; key++) {
                limiter.admit(call("calm" + key));
                time.advance(Duration.ofSeconds(5));
            }
        }
        assertThat(events)
                .extracting(event -> ((ResilienceEvent.Noticed) event).what().substring(0, 9))
                .containsExactly("more than", "keys find", "more than", "keys find");
    }

    @Test
    void refundedCallsAreToldBesidePermittedOnes() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "5/1s"));
        FakeCall call = call("key");
        assertPermitted(limiter, call);
        limiter.settle(call.ended(Outcome.CANCELLED, null, null, false));
        assertPermitted(limiter, call("key"));
        assertThat(kind.snapshot(limiter).numbers())
                .containsEntry("permitted", 2L)
                .containsEntry("refunded", 1L);
    }

    @Test
    void usageOfAKeyChangesNothing() {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "3/1s, 5/1m"));
        assertPermitted(limiter, call("key").cost(2));
        time.advance(Duration.ofMillis(250));
        Usage usage = limiter.usage("key", null);
        assertThat(usage.windows()).extracting(Usage.Window::used).containsExactly(2L, 2L);
        assertThat(usage.tightest().limit()).isEqualTo(Limit.parse("3/1s"));
        assertThat(usage.tightest().reset()).isEqualTo(Duration.ofMillis(750));
        assertThat(limiter.usage("nobody", null).tightest().remaining()).isEqualTo(3);
        assertThat(kind.snapshot(limiter).numbers()).containsEntry("keys", 1);
    }

    private enum Tier {
        Admin
    }

    private static Map<String, String> inOrder(String... texts) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int at = 0; at < texts.length; at += 2) {
            settings.put(texts[at], texts[at + 1]);
        }
        return settings;
    }

    private RateLimiterPolicy limiter(Map<String, String> texts) {
        return kind.create("test", configuration(texts), new PolicyContext(time.time(), events::add, List.of()));
    }

    private static RateLimiterConfiguration configuration(Map<String, String> texts) {
        return Configurations.of(RateLimiterConfiguration.class, texts);
    }

    private FakeCall call(Object key) {
        return new FakeCall(time).key(key);
    }

    private int allowed(RateLimiterPolicy limiter, FakeCall call) {
        int allowed = 0;
        while (limiter.admit(call) instanceof Admission.Proceed) {
            allowed++;
        }
        return allowed;
    }

    private long remaining(RateLimiterPolicy limiter, Object key) {
        return limiter.usage(key, null).tightest().remaining();
    }

    private static void assertPermitted(RateLimiterPolicy limiter, Call call) {
        assertThat(limiter.admit(call)).isSameAs(Admission.proceed());
    }

    private static Duration waitOf(RateLimiterPolicy limiter, Call call) {
        return Duration.ofNanos(((Admission.ProceedAfter) limiter.admit(call)).waitNanos());
    }

    private static RateLimitedException refused(RateLimiterPolicy limiter, Call call) {
        return (RateLimitedException) ((Admission.Fail) limiter.admit(call)).cause();
    }
}
