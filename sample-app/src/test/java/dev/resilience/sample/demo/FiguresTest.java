package dev.resilience.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void tellsTheTimesWithinWhichHalfAndNearlyAllWereDone() {
        List<Long> times = LongStream.rangeClosed(1, 200)
                .mapToObj(TimeUnit.MILLISECONDS::toNanos)
                .toList();

        assertThat(Figures.of(times, TimeUnit.MILLISECONDS)).isEqualTo(new Figures(200, 1, 100, 198, 200));
    }

    @Test
    void roundsToOneDecimalOfTheUnit() {
        assertThat(Figures.of(List.of(1_234_567L), TimeUnit.MICROSECONDS))
                .isEqualTo(new Figures(1, 1234.6, 1234.6, 1234.6, 1234.6));
    }

    @Test
    void isZeroOfNothing() {
        assertThat(Figures.of(List.of(), TimeUnit.MILLISECONDS)).isEqualTo(new Figures(0, 0, 0, 0, 0));
    }
}
