package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.TopKeys;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RateLimiterKeysTest {

    private final ManualTime time = new ManualTime();
    private final RateLimiterKind kind = new RateLimiterKind();
    private RateLimiterPolicy limiter = limiter(Map.of("limits", "3/1s, 5/1m"));

    @Test
    void tellsWhatIsUsedAndWhenItReturns() {
        call("anna", 2);
        time.advanceNanos(Duration.ofMillis(250).toNanos() + 1);
        KeyView anna = view("anna");
        assertThat(anna.standing()).isEqualTo(KeyStanding.OWN);
        assertThat(windows(anna).get(0))
                .containsEntry("limit", "3/1s")
                .containsEntry("permits", 3L)
                .containsEntry("used", 2L)
                .containsEntry("remaining", 1L)
                .containsEntry("reset", "750ms")
                .containsEntry("reset-at", ManualTime.EPOCH.plusMillis(1_001));
        assertThat(windows(anna).get(1)).containsEntry("limit", "5/1m").containsEntry("used", 2L);
    }

    @Test
    void ofATokenBucketTellsItsBurst() {
        limiter = limiter(Map.of("limits", "3/1s", "algorithm", "token-bucket", "burst", "9"));
        call("anna", 2);

        assertThat(windows(view("anna")).get(0))
                .containsEntry("permits", 9L)
                .containsEntry("used", 2L)
                .containsEntry("remaining", 7L);
    }

    @Test
    void aKeyThatWasNeverSeenHasUsedNothingAndStaysUnknown() {
        call("anna", 1);
        KeyView nobody = view("nobody");
        assertThat(nobody.standing()).isEqualTo(KeyStanding.NONE);
        assertThat(windows(nobody).get(0)).containsEntry("used", 0L).containsEntry("reset", "0s");
        assertThat(limiter.snapshot().numbers()).containsEntry("keys", 1);
        assertThat(keys().top().orElseThrow().rankings().get("calls")).hasSize(1);
    }

    @Test
    void tellsWhatWouldHoldInEachTierAndWhatHoldsInTheOneAskedFor() {
        limiter = limiter(Map.of("limits", "3/1s", "tiers.admin", "7/1s", "tiers.guest", "1/1s", "tier", "#t"));
        call("anna", 2);
        assertThat(view("anna").details())
                .extractingByKey("tiers")
                .asInstanceOf(map())
                .containsOnlyKeys("admin", "guest");
        KeyView admin = keys().view(List.of("anna"), "admin");
        assertThat(windows(admin).get(0)).containsEntry("limit", "7/1s").containsEntry("remaining", 5L);
        assertThat(admin.details()).containsEntry("tier", "admin").doesNotContainKey("tiers");
    }

    @Test
    void tellsTheOverrideInForce() {
        limiter = limiter(Map.of("limits", "3/1s, 9/1m", "overrides.vip", "7/1s", "key", "#k"));
        assertThat(view("vip").details()).containsEntry("override", "7/1s");
        assertThat(windows(view("vip")))
                .extracting(window -> window.get("limit"))
                .containsExactly("7/1s", "9/1m");
        assertThat(view("anna").details()).containsEntry("override", null);
    }

    @Test
    void aKeyWithoutRoomSharesTheStrictLimitsWhateverItsOverrideAndCannotBeReset() {
        limiter = limiter(
                Map.of("limits", "3/1s", "overrides.vip", "7/1s", "key", "#k", "max-keys", "1", "tiers.a", "9/1s"));
        call("first", 1);
        call("vip", 2);
        KeyView vip = view("vip");
        assertThat(vip.standing()).isEqualTo(KeyStanding.SHARED);
        assertThat(vip.details()).containsEntry("override", null).doesNotContainKey("tiers");
        assertThat(windows(vip).get(0)).containsEntry("limit", "3/1s").containsEntry("used", 2L);
        assertThat(keys().reset(List.of("vip")).was()).isEqualTo(KeyStanding.SHARED);
        assertThat(windows(view("vip")).get(0)).containsEntry("used", 2L);
    }

    @Test
    void aResetKeyBeginsAnewAndOthersDoNot() {
        call("anna", 3);
        call("bert", 3);
        assertThat(keys().reset(List.of("anna"))).isEqualTo(new KeyReset("anna", KeyStanding.OWN));
        assertThat(passes("anna")).isTrue();
        assertThat(passes("bert")).isFalse();
        assertThat(keys().reset(List.of("nobody")).done()).isFalse();
        assertThat(limiter.snapshot().numbers()).containsEntry("keys", 2);
    }

    @Test
    void aCallFromBeforeTheResetGivesNothingBackOfWhatWasChargedSince() {
        limiter = limiter(Map.of("limits", "100/1m"));
        FakeCall before = new FakeCall(time).key("anna");
        limiter.admit(before);
        keys().reset(List.of("anna"));
        call("anna", 5);
        limiter.settle(before.ended(Outcome.CANCELLED, null, null, false));
        assertThat(windows(view("anna")).get(0)).containsEntry("used", 5L);
    }

    @Test
    void aCallThatComesWhileItsKeyIsResetGivesNothingBackOfWhatWasChargedSince() {
        limiter = limiter(Map.of("limits", "100/1m"));
        List<FakeCall> meanwhile = new ArrayList<>();
        Interrupting key = new Interrupting();
        key.whenLookedAt = () -> {
            time.advanceNanos(1);
            meanwhile.add(new FakeCall(time).key(key));
            limiter.admit(meanwhile.get(meanwhile.size() - 1));
        };
        keys().reset(List.of(key));
        key.whenLookedAt = () -> {};
        limiter.admit(new FakeCall(time).key(key).cost(50));
        meanwhile.forEach(call -> limiter.settle(call.ended(Outcome.CANCELLED, null, null, false)));
        assertThat(limiter.usage(key, null).tightest().used()).isEqualTo(50);
    }

    @Test
    void aWaiterFromBeforeTheResetGivesNoReservationBackThatWasMadeSince() {
        limiter = limiter(Map.of("limits", "1/1s", "max-wait", "1s"));
        limiter.admit(new FakeCall(time).key("anna"));
        FakeCall before = new FakeCall(time).key("anna");
        limiter.admit(before);
        keys().reset(List.of("anna"));
        limiter.admit(new FakeCall(time).key("anna"));
        limiter.admit(new FakeCall(time).key("anna"));
        limiter.settle(before.ended(Outcome.CANCELLED, null, null, false));
        assertThat(limiter.admit(new FakeCall(time).key("anna"))).isInstanceOf(Admission.Fail.class);
    }

    @Test
    void aCallFromAfterTheResetIsRefundedAsEver() {
        limiter = limiter(Map.of("limits", "100/1m"));
        call("anna", 5);
        keys().reset(List.of("anna"));
        time.advanceNanos(1);
        FakeCall after = new FakeCall(time).key("anna");
        limiter.admit(after);
        limiter.settle(after.ended(Outcome.CANCELLED, null, null, false));
        assertThat(windows(view("anna")).get(0)).containsEntry("used", 0L);
    }

    @Test
    void callsAndRefusalsAreCountedByOperation() {
        call("anna", 3);
        for (int refusal = 0; refusal < 2; refusal++) {
            assertThat(passes("anna")).isFalse();
        }
        assertThat(view("anna").details())
                .containsEntry("calls", Map.of("count", 5L, "error", 0L, "operations", Map.of("Test.operation", 5L)))
                .containsEntry(
                        "refusals", Map.of("count", 2L, "error", 0L, "operations", Map.of("Test.operation", 2L)));
        TopKeys top = keys().top().orElseThrow();
        assertThat(top.since()).isEqualTo(ManualTime.EPOCH);
        assertThat(top.rankings().get("refusals")).extracting("key").containsExactly("anna");
    }

    @Test
    void withoutKeysNobodyStandsOut() {
        assertThat(keys().top()).isEmpty();
        limiter.admit(new FakeCall(time));
        assertThat(keys().top()).isEmpty();
    }

    static List<Object> typed() {
        return List.of(
                42L,
                42,
                (short) 42,
                new BigInteger("42"),
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Duration.ofSeconds(1),
                KeyStanding.OWN,
                true,
                new AgentId("x"));
    }

    @ParameterizedTest
    @MethodSource("typed")
    void keysOfEveryTypeAreFoundByTheirText(Object key) {
        call("text", 1);
        call(key, 3);
        assertThat(windows(view(key.toString())).get(0)).containsEntry("used", 3L);
        assertThat(keys().reset(List.of(key.toString())).done()).isTrue();
        assertThat(passes(key)).isTrue();
    }

    @Test
    void whatIsOnlyReadableAsAKeyIsNotTakenForIt() {
        call(42L, 3);
        for (String other : List.of("042", "+42", "42.0", "forty-two")) {
            assertThat(view(other).standing()).as(other).isEqualTo(KeyStanding.NONE);
        }
    }

    @Test
    void theTextItselfComesBeforeWhatItCouldBeReadAs() {
        call(42L, 1);
        call("42", 2);
        assertThat(windows(view("42")).get(0)).containsEntry("used", 2L);
    }

    @Test
    void aLongKeyIsShownCut() {
        String key = "k".repeat(5_000);
        call(key, 2);
        assertThat(view(key).key()).startsWith("kkkk").hasSizeLessThan(120);
        assertThat(windows(view(key)).get(0)).containsEntry("used", 2L);
    }

    private RateLimiterPolicy limiter(Map<String, String> texts) {
        return kind.create(
                "test",
                Configurations.of(RateLimiterConfiguration.class, texts),
                new PolicyContext(time.time(), event -> {}, List.of()));
    }

    private KeyedState keys() {
        return kind.keyed(limiter).orElseThrow();
    }

    private KeyView view(String text) {
        return keys().view(List.of(text), null);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> windows(KeyView view) {
        return (List<Map<String, Object>>) view.details().get("windows");
    }

    private void call(Object key, int times) {
        for (int call = 0; call < times; call++) {
            assertThat(passes(key)).isTrue();
        }
    }

    private boolean passes(Object key) {
        return limiter.admit(new FakeCall(time).key(key)) instanceof Admission.Proceed;
    }

    private static org.assertj.core.api.InstanceOfAssertFactory<Map, org.assertj.core.api.MapAssert<Object, Object>>
            map() {
        return org.assertj.core.api.InstanceOfAssertFactories.MAP;
    }

    private record AgentId(String id) {}

    /** A key that others use while somebody looks at it. */
    private static final class Interrupting {
        private Runnable whenLookedAt = () -> {};

        @Override
        public int hashCode() {
            Runnable once = whenLookedAt;
            whenLookedAt = () -> {};
            once.run();
            whenLookedAt = once;
            return 42;
        }
    }
}
