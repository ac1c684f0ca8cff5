package dev.resilience.spring.autoconfigure;

import dev.resilience.time.Pulse;
import dev.resilience.time.RandomSource;
import dev.resilience.time.Scheduler;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Every clock there is. Each can be replaced, and the threads end with the context. */
@Configuration(proxyBeanMethods = false)
class TimeConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Ticker resilienceTicker() {
        return Ticker.system();
    }

    @Bean
    @ConditionalOnMissingBean(Pulse.class)
    ThreadPulse resiliencePulse(Ticker ticker) {
        return new ThreadPulse(ticker);
    }

    @Bean
    @ConditionalOnMissingBean(Scheduler.class)
    ThreadScheduler resilienceScheduler() {
        return new ThreadScheduler();
    }

    @Bean
    @ConditionalOnMissingBean
    RandomSource resilienceRandom() {
        return RandomSource.system();
    }

    /** The wall clock is that of the application, if it has one. */
    @Bean
    @ConditionalOnMissingBean
    Time resilienceTime(
            Ticker ticker, Pulse pulse, Scheduler scheduler, ObjectProvider<InstantSource> wall, RandomSource random) {
        return new Time(ticker, pulse, scheduler, wall.getIfUnique(InstantSource::system), random);
    }
}
