package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.FakeCall;
import dev.resilience.time.ManualTime;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import org.junit.jupiter.api.Test;

class KeysTest {

    private final ManualTime time = new ManualTime();
    private final Keys keys = new Keys();

    record Request(String symbol, List<Integer> amounts, byte[] signature) {}

    @Test
    void givesEqualArgumentsEqualKeys() {
        Object[] once = everyKindOfArgument();
        Object[] again = everyKindOfArgument();

        assertThat(of(once)).isEqualTo(of(again)).hasSameHashCodeAs(of(again));
        for (int number = 0; number < once.length; number++) {
            assertThat(of(once[number])).isEqualTo(of(again[number]));
        }
    }

    @Test
    void tellsEveryKindOfArgumentFromEveryOther() {
        Set<Object> seen = new HashSet<>();

        for (Object argument : everyKindOfArgument()) {
            assertThat(seen.add(of(argument))).as("%s", argument).isTrue();
        }
    }

    @Test
    void remembersNoMoreThanThereAreOperationsHoweverManyKeysSomebodyThinksUp() {
        for (int number = 0; number < 10_000; number++) {
            keys.remember(new FakeCall(time).arguments("argument " + number));
            keys.remember(new FakeCall(time).key("key " + number));
        }

        assertThat(keys.everyKeyOf("x")).hasSize(4);
    }

    /** Ten thousand texts of a megabyte would be more than there is room for. */
    @Test
    void holdsNoTextThatIsLongerThanAThousandCharacters() {
        String longest = "x".repeat(1024);

        assertThat(of(longest)).isSameAs(longest);
        assertThat(of(longest + "x")).isEqualTo(of("x".repeat(1025))).isNotEqualTo(of(longest + "y"));
        assertThat(of(longest + "x").toString()).doesNotContain("xxx");
        Object explicit = keys.of(new FakeCall(time).key(longest + "x"));
        assertThat(explicit).isNotEqualTo(of(longest + "x")).isNotEqualTo(of(longest));
        assertThat(explicit).isNotEqualTo(keys.of(new FakeCall(time).key(longest + "y")));
        assertThat(explicit.toString()).contains("xxx").hasSizeLessThan(512);
        Object varied = keys.of(new FakeCall(time).arguments("ACME").variant(longest + "x"));
        assertThat(varied)
                .isNotEqualTo(keys.of(new FakeCall(time).arguments("ACME").variant(longest + "y")));
        assertThat(varied.toString()).doesNotContain("xxx");
    }

    @Test
    void isNotDeceivedBySeparators() {
        List<Object[]> lists = List.of(
                new Object[] {"a,b"},
                new Object[] {"a", "b"},
                new Object[] {"", "a,b"},
                new Object[] {"a,b", ""},
                new Object[] {List.of("a", "b")},
                new Object[] {List.of("a"), "b"},
                new Object[] {List.of("a"), List.of("b")},
                new Object[] {List.of(List.of("a"), "b")},
                new Object[] {List.of("a,b")},
                new Object[] {Map.of("a", "b")},
                new Object[] {Set.of("a", "b")},
                new Object[] {new String[] {"a", "b"}},
                new Object[] {"a\0b"},
                new Object[] {"a", "\0b"},
                new Object[] {"a\0", "b"},
                new Object[] {"a", null, "b"},
                new Object[] {"a", "null", "b"},
                new Object[] {null, "a", "b"},
                new Object[] {Optional.of("a"), "b"},
                new Object[] {Optional.empty()},
                new Object[] {(Object) null},
                new Object[] {});

        assertThat(lists.stream().map(this::of)).doesNotHaveDuplicates();
    }

    @Test
    void tellsAMillionRandomArgumentListsApart() {
        Map<Object, String> seen = new HashMap<>(2_000_000);
        SplittableRandom random = new SplittableRandom(20260101);

        for (int number = 0; number < 1_000_000; number++) {
            Object[] arguments = arguments(random);
            String text = spelled(Arrays.asList(arguments));
            String before = seen.putIfAbsent(of(arguments), text);
            assertThat(before == null || before.equals(text)).as(text).isTrue();
        }
        assertThat(new HashSet<>(seen.values())).hasSameSizeAs(seen.values());
    }

    @Test
    void doesNotMindTheOrderOfSetsAndMaps() {
        Map<String, byte[]> forward = new LinkedHashMap<>();
        forward.put("a", new byte[] {1});
        forward.put("b", new byte[] {2});
        Map<String, byte[]> backward = new LinkedHashMap<>();
        backward.put("b", new byte[] {2});
        backward.put("a", new byte[] {1});

        assertThat(of(forward)).isEqualTo(of(backward));
        assertThat(of(new LinkedHashSet<>(List.of(1, 2)))).isEqualTo(of(new LinkedHashSet<>(List.of(2, 1))));
        assertThat(of(new LinkedHashSet<>(List.of(Locale.UK, Locale.US))))
                .isEqualTo(of(new LinkedHashSet<>(List.of(Locale.US, Locale.UK))));
    }

    @Test
    void hitsWithSetsAndMapsWhoseElementsAreToldByEqualsAndHoldArrays() {
        assertThat(of(Map.of(Locale.UK, new byte[] {1}))).isEqualTo(of(Map.of(Locale.UK, new byte[] {1})));
        assertThat(of(Map.of(Locale.UK, new byte[] {1}))).isNotEqualTo(of(Map.of(Locale.UK, new byte[] {2})));
        assertThat(of(Set.of(List.of(Locale.UK, new Request("ACME", List.of(), new byte[] {1})))))
                .isEqualTo(of(Set.of(List.of(Locale.UK, new Request("ACME", List.of(), new byte[] {1})))));
    }

    @Test
    void countsElementsThatReadTheSame() {
        List<Object> one = List.of(Locale.UK, new byte[] {1});
        List<Object> twin = List.of(Locale.UK, new byte[] {1});
        List<Object> other = List.of(Locale.UK, new byte[] {2});
        List<Object> anotherTwin = List.of(Locale.UK, new byte[] {2});

        assertThat(of(Set.of(one, twin, other))).isNotEqualTo(of(Set.of(one, other, anotherTwin)));
    }

    @Test
    void keepsItsHashThoughAnArgumentChanges() {
        Set<Object> symbols = new HashSet<>();
        Object argument = new Changing(symbols);
        Object key = of(argument);
        int hash = key.hashCode();

        symbols.add("ACME");

        assertThat(key).hasSameHashCodeAs(hash).isNotEqualTo(of(argument));
    }

    @Test
    void isNotFooledByADateThatChangesLater() {
        Date date = new Date(1);
        Object key = of(date);

        date.setTime(2);

        assertThat(of(date)).isNotEqualTo(key);
        assertThat(of(new Date(1))).isEqualTo(key);
    }

    @Test
    void tellsClassesApart() {
        assertThat(of(String.class)).isEqualTo(of(String.class)).isNotEqualTo(of(Integer.class));
    }

    @Test
    void doesNotCountTheContinuationOfASuspendFunction() {
        assertThat(of("ACME", new Suspended())).isEqualTo(of("ACME", new Suspended()));
        assertThat(of("ACME", new Suspended())).isNotEqualTo(of("OTHER", new Suspended()));
        assertThat(of(new Suspended())).isEqualTo(of(new Suspended()));
    }

    @Test
    void makesAPlainValueItsOwnKeyAndKeepsTheOperationsApart() {
        assertThat(of("ACME")).isEqualTo("ACME");
        assertThat(keys.of(call("ACME").key("ACME"))).isNotEqualTo("ACME");
        assertThat(keys.of(call("X", "Y").key("ACME")))
                .isEqualTo(keys.of(call("Z").key("ACME")));
        assertThat(keys.of(call("X").key(List.of("ACME")))).isNotEqualTo(of(List.of("ACME")));
    }

    @Test
    void isNotFooledByACallerWhoChangesHisCollectionLater() {
        Set<Object> locales = new HashSet<>(Set.of(Locale.UK));
        Object key = of(locales, 1);

        locales.add(Locale.US);

        assertThat(of(locales, 1)).isNotEqualTo(key);
        assertThat(of(Set.of(Locale.UK), 1)).isEqualTo(key);
    }

    @Test
    void refusesWhatHasNoEqualsHoweverDeepItIs() {
        assertThatThrownBy(() -> of("ACME", List.of(Map.of("counter", new AtomicLong()))))
                .isInstanceOf(UnkeyableArgumentException.class)
                .hasMessageContaining("parameter 2 (java.util.concurrent.atomic.AtomicLong)");
        assertThatThrownBy(() -> keys.of(call().key(new Object())))
                .isInstanceOf(UnkeyableArgumentException.class)
                .hasMessageContaining("its key");
    }

    @Test
    void refusesWhatContainsItself() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);

        assertThatThrownBy(() -> of(endless)).hasMessageContaining("nested too deeply");
    }

    /** An argument with an equals of its own that changes. */
    private static final class Changing {
        private final Set<Object> content;

        private Changing(Set<Object> content) {
            this.content = content;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Changing changing && content.equals(changing.content);
        }

        @Override
        public int hashCode() {
            return content.hashCode();
        }
    }

    /** What Kotlin's compiler adds to the arguments of a suspend function. */
    static final class Suspended implements Continuation<Object> {

        @Override
        public CoroutineContext getContext() {
            return EmptyCoroutineContext.INSTANCE;
        }

        @Override
        public void resumeWith(Object result) {}
    }

    private Object of(Object... arguments) {
        return keys.of(call(arguments));
    }

    private FakeCall call(Object... arguments) {
        return new FakeCall(time).arguments(arguments);
    }

    private static Object[] everyKindOfArgument() {
        return new Object[] {
            true,
            (byte) 1,
            (short) 1,
            '1',
            1,
            1L,
            1f,
            1d,
            "1",
            TimeUnit.SECONDS,
            TimeUnit.MINUTES,
            new UUID(1, 2),
            new UUID(2, 1),
            new BigDecimal("1.0"),
            new BigDecimal("1.00"),
            LocalDate.of(2026, 1, 1),
            Instant.ofEpochSecond(1),
            new byte[] {1},
            new byte[] {1, 0},
            new byte[] {1, 0, 0, 0, 0, 0, 0, 0},
            new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0},
            new int[] {1},
            new long[] {1},
            new int[0],
            new long[0],
            new String[] {"1"},
            new Object[] {new int[] {1}},
            List.of(1),
            List.of(1L),
            List.of(),
            Set.of(1),
            Set.of(),
            Map.of(1, 1),
            Map.of(),
            Optional.of(1),
            Optional.of(Optional.of(1)),
            Optional.empty(),
            new Request("ACME", List.of(1, 2), new byte[] {1}),
            new Request("ACME", List.of(1, 2), new byte[] {2}),
            Locale.UK,
            Locale.US,
            Set.of(Locale.UK),
            Map.of("locale", Locale.UK)
        };
    }

    private static Object[] arguments(SplittableRandom random) {
        Object[] arguments = new Object[random.nextInt(5)];
        for (int index = 0; index < arguments.length; index++) {
            arguments[index] = argument(random, 0);
        }
        return arguments;
    }

    /** Few letters and small numbers, so that lists are near each other. */
    private static Object argument(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 9)) {
            case 0 -> null;
            case 1 -> random.nextInt(4);
            case 2 -> (long) random.nextInt(4);
            case 3 -> random.nextBoolean();
            case 4, 5 -> text(random);
            case 6 -> Optional.ofNullable(argument(random, depth + 1));
            default -> {
                List<Object> list = new ArrayList<>();
                for (int left = random.nextInt(4); left > 0; left--) {
                    list.add(argument(random, depth + 1));
                }
                yield list;
            }
        };
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(6); left > 0; left--) {
            text.append("ab,[\0]".charAt(random.nextInt(6)));
        }
        return text.toString();
    }

    /** A naive twin: unambiguous, because every text tells its length. */
    private static String spelled(Object value) {
        if (value instanceof List<?> list) {
            StringBuilder text = new StringBuilder("L" + list.size() + ":");
            list.forEach(element -> text.append(spelled(element)));
            return text.toString();
        }
        if (value instanceof Optional<?> optional) {
            return "O" + spelled(optional.orElse(null));
        }
        if (value instanceof String text) {
            return "S" + text.length() + ":" + text;
        }
        return value == null ? "N" : value.getClass().getSimpleName() + value + ";";
    }
}
