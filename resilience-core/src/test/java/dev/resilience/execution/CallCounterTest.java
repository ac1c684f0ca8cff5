package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class CallCounterTest {

    private static final int THREADS = 8;
    private static final int EACH = 10_000;

    private final ThreadCounts counts = new ThreadCounts(ThreadLocal.withInitial(ThreadCell::empty)::get);

    @Test
    void countersDontMix() {
        CallCounter one = new CallCounter(counts);
        CallCounter other = new CallCounter(counts);

        one.increment();
        other.increment();
        other.increment();

        assertThat(one.sum()).isEqualTo(1);
        assertThat(other.sum()).isEqualTo(2);
    }

    @Test
    void addsUpWhatAllThreadsHaveCounted() throws InterruptedException {
        CallCounter counter = new CallCounter(counts);

        inThreads(() -> count(counter, EACH));
        count(counter, EACH);

        assertThat(counter.sum()).isEqualTo((THREADS + 1) * EACH);
    }

    @Test
    void keepsWhatTheDeadHaveCountedWhenOthersComeAfterThem() throws InterruptedException {
        CallCounter counter = new CallCounter(counts);

        for (int generation = 0; generation < 3; generation++) {
            inThreads(() -> count(counter, EACH));
        }

        assertThat(counter.sum()).isEqualTo(3L * THREADS * EACH);
        assertThat(counts.owners()).isLessThan(2 * THREADS);
    }

    @Test
    void keepsWhatWasCountedWhenAThreadMeetsMoreCountersThanItHasRoomFor() {
        CallCounter first = new CallCounter(counts);
        first.increment();

        List<CallCounter> all = IntStream.range(0, ThreadCounts.MOST - 1)
                .mapToObj(each -> new CallCounter(counts))
                .toList();
        all.forEach(CallCounter::increment);

        assertThat(first.sum()).isEqualTo(1);
        assertThat(all).allMatch(counter -> counter.sum() == 1);
    }

    @Test
    void countersThatNoThreadHasRoomForCountAllTheSame() throws InterruptedException {
        IntStream.range(0, ThreadCounts.MOST).forEach(each -> new CallCounter(counts));
        CallCounter late = new CallCounter(counts);
        CallCounter later = new CallCounter(counts);

        inThreads(() -> count(late, EACH));
        later.increment();

        assertThat(late.sum()).isEqualTo(THREADS * EACH);
        assertThat(later.sum()).isEqualTo(1);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtualThreadsHaveNoCountsOfTheirOwn() throws Exception {
        CallCounter counter = new CallCounter(counts);

        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Thread thread = (Thread) Class.forName("java.lang.Thread$Builder")
                .getMethod("start", Runnable.class)
                .invoke(builder, (Runnable) () -> count(counter, EACH));
        thread.join();

        assertThat(counter.sum()).isEqualTo(EACH);
        assertThat(counts.owners()).isZero();
    }

    private static void count(CallCounter counter, int times) {
        for (int time = 0; time < times; time++) {
            counter.increment();
        }
    }

    private static void inThreads(Runnable work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int each = 0; each < THREADS; each++) {
            threads.add(new Thread(work));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
