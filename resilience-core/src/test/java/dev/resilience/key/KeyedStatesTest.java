package dev.resilience.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.resilience.KeyStanding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyedStatesTest {

    private static final long A_WHILE = 1_000_000_000;

    private final List<String> told = new ArrayList<>();
    private KeyedStates<Turnstile> states = states(100);
    private long now;

    @Test
    void aKeyHasOneStateAsLongAsItIsInUse() {
        Turnstile held = enter("a");
        assertThat(enter("a")).isSameAs(held);
        assertThat(enter("b")).isNotSameAs(held);
        assertThat(states.keys()).isEqualTo(2);
        assertThat(states.standing("a", now)).isEqualTo(KeyStanding.OWN);
        assertThat(states.standing("c", now)).isEqualTo(KeyStanding.NONE);
        assertThat(states.find("c")).isNull();
        assertThat(states.keys()).isEqualTo(2);
    }

    @Test
    void whoActsOnARetiredStateLooksAgain() {
        Turnstile found = states.of("a", now);
        assertThat(found.retire(now)).isTrue();
        assertThat(found.enters()).isFalse();
        Turnstile other = states.insteadOf(found, "a", now);
        assertThat(other).isNotSameAs(found);
        assertThat(other.enters()).isTrue();
        assertThat(states.keys()).isEqualTo(1);
    }

    @Test
    void aStateLeavesAtOnceWhenItsUserSaysSo() {
        Turnstile held = enter("a");
        states.retire(held, "a", now);
        assertThat(states.keys()).isEqualTo(1);
        held.leaves();
        states.retire(held, "a", now);
        assertThat(states.keys()).isZero();
        assertThat(held.enters()).isFalse();
    }

    @Test
    void statesAtRestLeaveWhileOthersCome() {
        Turnstile held = enter("held");
        for (int key = 0; key < 10_000; key++) {
            enter("key-" + key).leaves();
        }
        assertThat(states.keys()).isBetween(1, 100);
        assertThat(states.sharing()).isZero();
        assertThat(enter("held")).isSameAs(held);
    }

    @Test
    void statesAtRestLeaveWhileTheSameOnesCall() {
        states = states(10_000);
        Turnstile held = enter("held");
        List<Turnstile> rest = IntStream.range(0, 1_000).mapToObj(this::enter).toList();
        rest.forEach(Turnstile::leaves);
        for (int call = 0; call < 100; call++) {
            now += A_WHILE;
            assertThat(enter("held")).isSameAs(held);
        }
        assertThat(states.keys()).isEqualTo(1);
    }

    @Test
    void keysThatFindNoRoomShareByTheirDigest() {
        states = states(10);
        List<Turnstile> own = IntStream.range(0, 10).mapToObj(this::enter).toList();
        Set<Turnstile> common = new HashSet<>();
        for (int key = 10; key < 20_000; key++) {
            Turnstile state = enter(key);
            assertThat(state).isSameAs(enter(key)).isNotIn(own);
            common.add(state);
        }
        assertThat(common).hasSize(KeyedStates.SHARED);
        assertThat(states.sharing()).isEqualTo(KeyedStates.SHARED);
        assertThat(states.keys()).isEqualTo(10);
        assertThat(states.standing(11, now)).isEqualTo(KeyStanding.SHARED);
        assertThat(states.standing("never seen", now)).isEqualTo(KeyStanding.SHARED);
        IntStream.range(0, 10).forEach(key -> assertThat(enter(key)).isSameAs(own.get(key)));
    }

    @Test
    void aKeyStaysWithItsSharedStateWhileThatIsInUse() {
        states = states(1);
        Turnstile own = enter("own");
        Turnstile common = enter("late");
        own.leaves();
        states.retire(own, "own", now);
        assertThat(enter("late")).isSameAs(common);
        common.leaves();
        common.leaves();
        assertThat(enter("late")).isNotSameAs(common);
        assertThat(common.enters()).isFalse();
        assertThat(states.standing("late", now)).isEqualTo(KeyStanding.OWN);
    }

    @Test
    void tellsOnceWhenKeysFindNoRoomAndOnceWhenTheyDoAgain() {
        states = states(10);
        List<Turnstile> own = IntStream.range(0, 10).mapToObj(this::enter).toList();
        assertThat(told).isEmpty();
        List<Turnstile> common = IntStream.range(10, 500).mapToObj(this::enter).toList();
        assertThat(told).containsExactly("full");
        own.forEach(Turnstile::leaves);
        common.forEach(Turnstile::leaves);
        for (int call = 0; call < 50; call++) {
            now += A_WHILE;
            enter("again").leaves();
        }
        assertThat(told).containsExactly("full", "roomy");
        assertThat(states.sharing()).isZero();
    }

    @Test
    void roomGrowsAtOnceAndShrinksAsStatesLeave() {
        states = states(1);
        enter("a");
        assertThat(states.standing("b", now)).isEqualTo(KeyStanding.NONE);
        states.maxKeys(2);
        Turnstile second = enter("b");
        assertThat(states.keys()).isEqualTo(2);
        states.maxKeys(1);
        assertThat(enter("b")).isSameAs(second);
        enter("c");
        assertThat(states.standing("c", now)).isEqualTo(KeyStanding.SHARED);
    }

    /** Of keys with their own equals only a hash code is known, which whoever invents them can make collide. */
    @Test
    void keysOfOneHashCodeAreToldApartUpToABound() {
        Set<Turnstile> own = new HashSet<>();
        for (int key = 0; key < 1_000; key++) {
            own.add(enter(new Lookalike(key)));
        }
        assertThat(own).hasSize(9);
        assertThat(states.keys()).isEqualTo(8);
        Turnstile held = enter(new Lookalike(3));
        assertThat(enter(new Lookalike(3))).isSameAs(held);
        IntStream.range(0, 3).forEach(left -> held.leaves());
        states.retire(held, new Lookalike(3), now);
        assertThat(states.keys()).isEqualTo(7);
        assertThat(enter(new Lookalike(4)).in()).isEqualTo(2);
    }

    @Test
    void showsAllStates() {
        states = states(3);
        Set<Turnstile> entered = new HashSet<>();
        for (int key = 0; key < 50; key++) {
            entered.add(enter(key));
        }
        Set<Turnstile> shown = new HashSet<>();
        states.each(shown::add);
        assertThat(shown).isEqualTo(entered);
    }

    @Test
    void aStateThatCannotBeMadeTakesNoRoom() {
        Function<Object, Turnstile> unwilling = key -> {
            throw new IllegalStateException("no name");
        };
        states = new KeyedStates<>(new Digests(7, 11), 1, unwilling, this::roomChanges);

        assertThatIllegalStateException().isThrownBy(() -> states.of("nameless", now));

        assertThat(states.keys()).isZero();
    }

    private Turnstile enter(Object key) {
        return Turnstile.enter(states, key, now);
    }

    private KeyedStates<Turnstile> states(int maxKeys) {
        return new KeyedStates<>(new Digests(7, 11), maxKeys, key -> new Turnstile(), this::roomChanges);
    }

    private void roomChanges() {
        told.add(states.isFull() ? "full" : "roomy");
    }

    private record Lookalike(int number) {
        @Override
        public int hashCode() {
            return 42;
        }
    }
}
