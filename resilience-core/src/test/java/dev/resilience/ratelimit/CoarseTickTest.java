package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.key.Digests;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Charging by a tick that stalls, leaps, rests and wakes; time is what the exact clock says when a call comes. */
class CoarseTickTest {

    private static final long SECOND = 1_000_000_000L;

    private final ManualTime time = new ManualTime();
    private final long start = time.nanos();
    private final RateLimiter limiter =
            new RateLimiter(new Timeline(time.time()), new Object(), new Digests(7, 11), 1_000, () -> {});
    private final List<Twin.Charge> admitted = new ArrayList<>();
    private int looksAtTheClock;

    @ParameterizedTest
    @ValueSource(
            strings = {"100/1s", "100/1s, 1000/1m", "70/3s, 80/7s, 90/1m", "1000/1h", "100/1m, 200/30d", "66/900ms"})
    void noWindowIsOverfullHoweverTheTickStandsStill(String text) {
        Limits limits = Limits.parse(text);
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Engine engine = limiter.engine(limits);
            long slot = limits.all()
                            .get(random.nextInt(limits.all().size()))
                            .window()
                            .toNanos()
                    / 60;
            for (int call = 0; call < 300; call++) {
                turn(random, slot);
                charge(seed, engine, 1 + random.nextInt(30), random);
            }
            assertKept(limits, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100/1s", "100/1m", "70/1s, 90/1m"})
    void noKeyIsLockedLongerThanAWindowASlotAndTheStandstillItWasChargedIn(String text) {
        Limits limits = Limits.parse(text);
        Engine engine = limiter.engine(limits);
        Limit longest = limits.all().get(limits.all().size() - 1);
        long window = longest.window().toNanos();
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            long last = 0;
            long held = time.tick();
            for (int call = 0; call < 40; call++) {
                turn(random, window / 60);
                held = time.tick();
                last = charge(seed, engine, 1, random) ? time.nanos() : last;
            }
            long tick = held;
            time.advanceNanos(random.nextLong(window / 30));
            time.releaseTick();
            long free = last + window + (window + 59) / 60 + 60 + (time.nanos() - tick);
            time.advanceNanos(Math.max(0, free - time.nanos()));
            long smallest = limits.all().get(0).permits();
            assertThat(limiter.charge(seed, engine, new FakeCall(time), smallest, 0))
                    .isPositive();
        }
    }

    @Test
    void aPlainChargeReadsNoClock() {
        Engine engine = limiter.engine(Limits.parse("1000/1m"));
        charge(engine);
        for (int call = 0; call < 50; call++) {
            time.advanceNanos(SECOND / 100);
            charge(engine);
        }
        assertThat(looksAtTheClock).isEqualTo(1);
    }

    @Test
    void theEndOfASlotAnExactLogAndARefusalReadTheClock() {
        Engine slots = limiter.engine(Limits.parse("100/1m"));
        charge(slots);
        time.advanceNanos(SECOND * 95 / 100);
        charge(slots);
        assertThat(looksAtTheClock).isEqualTo(2);
        while (charge(slots) != Ticket.REFUSED) {}
        assertThat(looksAtTheClock).isGreaterThan(2);
        looksAtTheClock = 0;
        charge(limiter.engine(Limits.parse("10/1m")));
        charge(limiter.engine(Limits.parse("100/800ms")));
        assertThat(looksAtTheClock).isPositive();
    }

    @Test
    void aSlotOverWhoseEndTheTickStoodStillCountsFromWhereItMovedOn() {
        Engine engine = limiter.engine(Limits.parse("100/1m"));
        charge(engine);
        time.holdTick();
        time.advanceNanos(10 * SECOND);
        for (int call = 1; call < 100; call++) {
            charge(engine);
        }
        assertThat(looksAtTheClock).isEqualTo(1);
        time.releaseTick();
        time.advanceNanos(60 * SECOND - 1);
        assertThat(charge(engine)).isEqualTo(Ticket.REFUSED);
        time.advanceNanos(SECOND + 1);
        assertThat(charge(engine)).isPositive();
    }

    @Test
    void whileTheTickStillStandsASlotIsNotOver() {
        Engine engine = limiter.engine(Limits.parse("100/1m"));
        charge(engine);
        time.holdTick();
        time.advanceNanos(200 * SECOND);
        for (int call = 1; call < 100; call++) {
            charge(engine);
        }
        assertThat(limiter.charge(null, engine, new FakeCall(time), 2, 0)).isEqualTo(Ticket.REFUSED);
        time.releaseTick();
        time.advanceNanos(59 * SECOND);
        assertThat(charge(engine)).isEqualTo(Ticket.REFUSED);
    }

    /** The rival of a tick is a call that read the clock, was held up, and decides when others have come long since. */
    @Test
    void whoWasOvertakenByATickThatStoodStillReservesNoPlaceTooEarly() {
        Engine engine = limiter.engine(Limits.parse("100/1m"));
        FakeCall overtaken = chargesWhileTheTickStandsStill(engine);
        assertThat(limiter.charge(null, engine, overtaken, 1, 90 * SECOND)).isPositive();
        time.advanceNanos(60 * SECOND - 1);
        assertThat(charge(engine)).isEqualTo(Ticket.REFUSED);
    }

    @Test
    void whoWasOvertakenByATickThatStoodStillIsToldToComeBackWhenThereIsRoom() {
        RateLimiterPolicy policy = new RateLimiterKind()
                .create(
                        "test",
                        Configurations.of(RateLimiterConfiguration.class, Map.of("limits", "100/1m")),
                        new PolicyContext(time.time(), event -> {}, List.of()));
        assertThat(policy.admit(new FakeCall(time))).isSameAs(Admission.proceed());
        FakeCall overtaken = standsStill();
        for (int call = 1; call < 100; call++) {
            assertThat(policy.admit(new FakeCall(time))).isSameAs(Admission.proceed());
        }
        time.releaseTick();
        assertThat(policy.admit(overtaken)).isInstanceOf(Admission.Fail.class);
        time.advanceNanos(60 * SECOND - 1);
        assertThat(policy.admit(new FakeCall(time))).isInstanceOf(Admission.Fail.class);
    }

    /** Decided about when it read the clock it would not count those who came by then, because they are known to be later. */
    @Test
    void whoIsFoundToComeAfterThoseOfAnOldTickIsCountedAfterThem() {
        Engine engine = limiter.engine(Limits.parse("100/1m"));
        time.advanceNanos(SECOND / 2);
        limiter.charge(null, engine, new FakeCall(time), 50, 0);
        time.advanceNanos(60 * SECOND);
        time.holdTick();
        limiter.charge(null, engine, new FakeCall(time), 50, 0);
        long read = time.nanos();
        FakeCall overtaken = new FakeCall(() -> read, () -> read);
        time.advanceNanos(3 * SECOND);
        long ticket = limiter.charge(null, engine, overtaken, 1, 0);
        assertThat(Ticket.isAhead(ticket)).isFalse();
        assertThat(Ticket.time(ticket)).isEqualTo(now());
    }

    @Test
    void whoIsFoundToComeLaterByOneOfSeveralLimitersIsCountedLaterByAll() {
        Neighbourhood both = new Neighbourhood(time).with("1000/1h", "0").with("100/1m", "0");
        List<String> keys = List.of("anna", "operation");
        time.advanceNanos(SECOND / 2);
        assertThat(both.ask(keys, 1, 50).passed()).isTrue();
        time.advanceNanos(60 * SECOND);
        time.holdTick();
        assertThat(both.ask(keys, 1, 50).passed()).isTrue();
        long read = time.nanos();
        time.advanceNanos(3 * SECOND);
        Neighbourhood.Visit overtaken = both.askAt(read, keys, 1, 1);
        assertThat(overtaken.passed()).isTrue();
        assertThat(overtaken.waitNanos()).isZero();
        assertThat(overtaken.chargedAt()).isEqualTo(now());
    }

    @Test
    void otherLimitsTakeOverWhatOvertookACallAsLateAsItCame() {
        Engine hours = limiter.engine(Limits.parse("100/1h"));
        charge(hours);
        long read = time.nanos();
        time.advanceNanos(20 * SECOND);
        limiter.charge(null, hours, new FakeCall(time), 99, 0);
        Engine minutes = limiter.engine(Limits.parse("100/1m, 1000/1h"));
        assertThat(limiter.charge(null, minutes, new FakeCall(() -> read, () -> read), 1, 0))
                .isEqualTo(Ticket.REFUSED);
        time.advanceNanos(60 * SECOND - 1);
        assertThat(charge(minutes)).isEqualTo(Ticket.REFUSED);
    }

    /** A call that is given back leaves the slot before it the newest, which was stamped already. */
    @Test
    void whoIsGivenBackAgainAndAgainPushesNoSlotOn() {
        Engine engine = limiter.engine(Limits.parse("100/1s"));
        limiter.charge(null, engine, new FakeCall(time), 99, 0);
        for (int call = 0; call < 24; call++) {
            time.publishTick();
            time.advanceNanos(SECOND / 19);
            long ticket = charge(engine);
            if (ticket != Ticket.REFUSED) {
                limiter.refund(null, ticket, 1);
            }
        }
        assertThat(limiter.charge(null, engine, new FakeCall(time), 100, 0)).isPositive();
    }

    /** Fills the limit, most of it ten seconds later than the call says that is returned. */
    private FakeCall chargesWhileTheTickStandsStill(Engine engine) {
        charge(engine);
        FakeCall overtaken = standsStill();
        for (int call = 1; call < 100; call++) {
            assertThat(charge(engine)).isPositive();
        }
        time.releaseTick();
        return overtaken;
    }

    /** The exact time as the limiter tells it. */
    private long now() {
        return time.nanos() - start + 1;
    }

    private FakeCall standsStill() {
        long read = time.nanos();
        time.holdTick();
        time.advanceNanos(10 * SECOND);
        return new FakeCall(() -> read, () -> read);
    }

    private long charge(Engine engine) {
        FakeCall call = new FakeCall(
                () -> {
                    looksAtTheClock++;
                    return time.nanos();
                },
                time::tick);
        return limiter.charge(null, engine, call, 1, 0);
    }

    private void turn(Random random, long slot) {
        time.advanceNanos(
                switch (random.nextInt(8)) {
                    case 0 -> random.nextLong(4 * slot);
                    case 1 -> random.nextInt(12) == 0 ? random.nextLong(150 * slot) : 0;
                    case 2, 3 -> random.nextLong(slot / 2);
                    default -> 0;
                });
        switch (random.nextInt(12)) {
            case 0, 1 -> time.holdTick();
            case 2, 3 -> time.publishTick();
            case 4 -> time.releaseTick();
            default -> {}
        }
    }

    private boolean charge(Object key, Engine engine, long cost, Random random) {
        FakeCall call = new FakeCall(time);
        long wait = random.nextInt(6) == 0 ? random.nextLong(2 * SECOND) : 0;
        long ticket = limiter.charge(key, engine, call, cost, wait);
        if (ticket == Ticket.REFUSED) {
            return false;
        }
        if (random.nextInt(8) == 0) {
            limiter.refund(key, ticket, cost);
            return true;
        }
        long came = Ticket.isAhead(ticket) ? Ticket.time(ticket) : now();
        admitted.add(new Twin.Charge(came, cost));
        return true;
    }

    private void assertKept(Limits limits, int seed) {
        admitted.sort(Comparator.comparingLong(Twin.Charge::time));
        for (Limit limit : limits.all()) {
            long sum = 0;
            int oldest = 0;
            for (Twin.Charge newest : admitted) {
                sum += newest.cost();
                while (admitted.get(oldest).time()
                        <= newest.time() - limit.window().toNanos()) {
                    sum -= admitted.get(oldest++).cost();
                }
                assertThat(sum).as("%s, seed %d", limit, seed).isLessThanOrEqualTo(limit.permits());
            }
        }
        assertThat(admitted).isNotEmpty();
        admitted.clear();
    }
}
