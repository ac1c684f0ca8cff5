package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A bulkhead beside a naive twin: calls of all kinds of importance come, end, leave the line, wait too long. Both have to
 * agree on who is in, who waits, and who was sent away, after every step.
 */
class BulkheadTwinTest {

    private static final int STEPS = 300;
    private static final int SEEDS = 100;
    private static final long MAX_WAIT = Duration.ofSeconds(1).toNanos();

    /** Where calls are. */
    private enum Place {
        INSIDE,
        WAITING,
        REFUSED,
        DONE,
        LEFT
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "3, 5, 0", "1, 1, 1", "1, 4, 1", "2, 5, 3", "5, 20, 2"})
    void agreesWithItsTwinAboutTheLine(int seats, int line, int priorities) throws Throwable {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                new Walk(new SplittableRandom(seed), seats, line, priorities).go();
            } catch (AssertionError disagreed) {
                throw new AssertionError("seed " + seed, disagreed);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "5, 1", "10, 3"})
    void agreesWithItsTwinWithoutALine(int seats, int priorities) throws Throwable {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                new Walk(new SplittableRandom(seed), seats, 0, priorities).go();
            } catch (AssertionError disagreed) {
                throw new AssertionError("seed " + seed, disagreed);
            }
        }
    }

    private static final class Walk {
        private final ManualTime time = new ManualTime();
        private final SplittableRandom random;
        private final int priorities;
        private final Guards guards = new Guards(time.time());
        private final Pipeline pipeline;
        private final Twin twin;
        private final List<Call> calls = new ArrayList<>();
        private final List<String> story = new ArrayList<>();
        private int number;

        private Walk(SplittableRandom random, int seats, int line, int priorities) {
            this.random = random;
            this.priorities = priorities;
            Placement.Expression priority = (arguments, context) -> arguments[0];
            String waiting = line == 0 ? "" : " max-wait=1s max-waiting=" + line;
            pipeline = guards.with(
                            "bulkheads",
                            "b",
                            "max-concurrent=" + seats + waiting,
                            priorities == 0 ? Map.of() : Map.of("priority", priority))
                    .around("Proof.call");
            twin = new Twin(seats, line);
        }

        private void go() throws Throwable {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> begin();
                    case 4, 5, 6 -> any(Place.INSIDE, this::end);
                    case 7 -> any(Place.WAITING, this::leave);
                    default -> pass();
                }
                compare();
            }
            while (twin.calls(Place.INSIDE) > 0) {
                any(Place.INSIDE, this::end);
                compare();
            }
            assertThat(number("in-use")).isZero();
            assertThat(number("waiting")).isZero();
            assertThat(time.scheduled()).as("timers left").isZero();
        }

        private void begin() throws Throwable {
            int priority = priorities == 0 ? 0 : random.nextInt(2 * priorities + 1) - priorities;
            Call call = new Call(number++, priority, time.nanos());
            story.add("begin " + call.number + " of " + priority);
            twin.begin(call);
            calls.add(call);
            call.answer = (CompletableFuture<?>) pipeline.invoke(CallShape.STAGE, new Object[] {priority}, () -> {
                call.begun = true;
                return call.work;
            });
        }

        private void end(Call call) {
            story.add("end " + call.number);
            twin.end(call);
            call.work.complete("done");
        }

        private void leave(Call call) {
            story.add("leave " + call.number);
            twin.leave(call);
            call.answer.cancel(true);
        }

        private void pass() {
            long nanos = random.nextLong(MAX_WAIT / 2);
            story.add("pass " + nanos);
            twin.pass(time.nanos() + nanos);
            time.advanceNanos(nanos);
        }

        private void any(Place place, Consumer<Call> deed) {
            List<Call> there =
                    calls.stream().filter(call -> call.place == place).toList();
            if (!there.isEmpty()) {
                deed.accept(there.get(random.nextInt(there.size())));
            }
        }

        private void compare() {
            for (Call call : calls) {
                assertThat(call.seen()).as(() -> call + " after " + last()).isEqualTo(call.place);
            }
            calls.removeIf(call -> call.place.ordinal() > Place.WAITING.ordinal());
            assertThat(number("in-use")).as(this::last).isEqualTo(twin.calls(Place.INSIDE));
            assertThat(number("waiting")).as(this::last).isEqualTo(twin.calls(Place.WAITING));
            assertThat(number("shed")).as(this::last).isEqualTo(twin.shed);
            assertThat(number("gave-up")).as(this::last).isEqualTo(twin.gaveUp);
            assertThat(number("longest-wait-millis")).as(this::last).isEqualTo(twin.longestWait(time.nanos()));
        }

        private long number(String name) {
            return guards.numbers("bulkheads", "b").get(name).longValue();
        }

        private String last() {
            return story.subList(Math.max(0, story.size() - 20), story.size()).toString();
        }
    }

    /** One call, where the twin has it, and what is seen of it. */
    private static final class Call {
        private final int number;
        private final int priority;
        private final long since;
        private final CompletableFuture<Object> work = new CompletableFuture<>();
        private CompletableFuture<?> answer;
        private boolean begun;
        private Place place;

        private Call(int number, int priority, long since) {
            this.number = number;
            this.priority = priority;
            this.since = since;
        }

        private Place seen() {
            if (answer.isCancelled()) {
                return Place.LEFT;
            }
            if (!answer.isDone()) {
                return begun ? Place.INSIDE : Place.WAITING;
            }
            try {
                answer.join();
                return Place.DONE;
            } catch (CompletionException failed) {
                assertThat(failed).hasCauseInstanceOf(BulkheadFullException.class);
                return Place.REFUSED;
            }
        }

        @Override
        public String toString() {
            return "call " + number + " of " + priority;
        }
    }

    /** The manual: by importance, then first come first served; who is less important goes when the line is full. */
    private static final class Twin {
        private static final Comparator<Call> FIRST =
                Comparator.<Call>comparingInt(call -> -call.priority).thenComparingInt(call -> call.number);

        private final int seats;
        private final int line;
        private final List<Call> inside = new ArrayList<>();
        private final List<Call> waiting = new ArrayList<>();
        private int shed;
        private int gaveUp;

        private Twin(int seats, int line) {
            this.seats = seats;
            this.line = line;
        }

        private int calls(Place place) {
            return place == Place.INSIDE ? inside.size() : waiting.size();
        }

        private void begin(Call call) {
            if (inside.size() < allowed(call)) {
                enter(call);
                return;
            }
            if (inside.size() < seats) {
                call.place = Place.REFUSED;
                shed++;
                return;
            }
            if (waiting.size() < line) {
                queue(call);
                return;
            }
            Call last = waiting.stream().max(FIRST).orElse(null);
            if (last == null || last.priority >= call.priority) {
                call.place = Place.REFUSED;
                return;
            }
            waiting.remove(last);
            last.place = Place.REFUSED;
            shed++;
            queue(call);
        }

        /** Without a line, the last fifth of the seats is for those of normal importance and above. */
        private int allowed(Call call) {
            return line > 0 || call.priority >= 0 ? seats : Math.max(1, (seats * 4 + 4) / 5);
        }

        private void enter(Call call) {
            call.place = Place.INSIDE;
            inside.add(call);
        }

        private void queue(Call call) {
            call.place = Place.WAITING;
            waiting.add(call);
        }

        private void end(Call call) {
            inside.remove(call);
            call.place = Place.DONE;
            waiting.stream().min(FIRST).ifPresent(next -> {
                waiting.remove(next);
                enter(next);
            });
        }

        private void leave(Call call) {
            waiting.remove(call);
            call.place = Place.LEFT;
            gaveUp++;
        }

        private void pass(long now) {
            Predicate<Call> over = call -> now - call.since >= MAX_WAIT;
            waiting.stream().filter(over).forEach(call -> {
                call.place = Place.REFUSED;
                gaveUp++;
            });
            waiting.removeIf(over);
        }

        private long longestWait(long now) {
            return waiting.stream()
                    .mapToLong(call -> (now - call.since) / 1_000_000)
                    .max()
                    .orElse(0);
        }
    }
}
