package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement.Expression;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** After the call of a writer has returned, no reader is given what was read before it wrote. */
class InvalidationRaceTest {

    private static final Expression KEY = (arguments, context) -> "shop/ACME";
    private static final Expression SHOP = (arguments, context) -> "shop/";
    private static final int READERS = 4;
    private static final int WRITES = 5_000;

    private final AtomicLong source = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong tooOld = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();

    @Test
    void noReaderIsGivenWhatAWriterHasOvertaken() throws Exception {
        Ticker ticker = Ticker.system();
        try (ThreadPulse pulse = new ThreadPulse(ticker);
                ThreadScheduler scheduler = new ThreadScheduler()) {
            Guards guards =
                    new Guards(new Time(ticker, pulse, scheduler, InstantSource.system(), RandomSource.system()));
            Pipeline reading =
                    guards.with("caches", "quotes", "", Map.of("key", KEY)).around("Quotes.quote");
            List<Pipeline> writing = List.of(
                    writing(guards, Map.of("key", KEY)),
                    writing(guards, Map.of("prefix", SHOP)),
                    writing(guards, Map.of("operation", "quote")),
                    writing(guards, Map.of("all", true)));

            race(reading, writing);

            assertThat(tooOld).hasValue(0);
            assertThat(hits).as("hits").hasPositiveValue();
            assertThat(guards.numbers("cache-invalidations", "quotes").get("invalidations"))
                    .isEqualTo(2L * WRITES);
        }
    }

    private static Pipeline writing(Guards guards, Map<String, Object> selector) {
        return guards.with("cache-invalidations", "quotes", "", selector).around("Quotes.change");
    }

    private void race(Pipeline reading, List<Pipeline> writing) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(READERS + 2);
        List<Future<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < 2; writer++) {
            writers.add(executor.submit(() -> write(writing)));
        }
        List<Future<?>> readers = new ArrayList<>();
        for (int reader = 0; reader < READERS; reader++) {
            readers.add(executor.submit(() -> read(reading, writers)));
        }
        for (Future<?> end : readers) {
            end.get(60, TimeUnit.SECONDS);
        }
        executor.shutdown();
    }

    private Void write(List<Pipeline> writing) throws Exception {
        for (int each = 0; each < WRITES; each++) {
            long value = writing.get(each % writing.size()).call(source::incrementAndGet);
            written.accumulateAndGet(value, Math::max);
            Thread.yield();
        }
        return null;
    }

    private Void read(Pipeline reading, List<Future<?>> writers) throws Exception {
        while (!writers.stream().allMatch(Future::isDone)) {
            long least = written.get();
            boolean[] loaded = {false};
            long value = reading.call(() -> {
                loaded[0] = true;
                long read = source.get();
                Thread.yield();
                return read;
            });
            tooOld.addAndGet(value < least ? 1 : 0);
            hits.addAndGet(loaded[0] ? 0 : 1);
        }
        return null;
    }
}
