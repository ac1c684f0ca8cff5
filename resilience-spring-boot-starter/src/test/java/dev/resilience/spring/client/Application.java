package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resilience.spring.config.Yaml;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** An application with guarded clients of a stubborn server, under time turned by hand. */
final class Application implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    final StubbornServer server = new StubbornServer();
    private final ConfigurableApplicationContext context;

    private Application(WebApplicationType type, String yaml, Class<?>... beans) {
        List<Class<?>> sources = new ArrayList<>(List.of(beans));
        sources.add(Beans.class);
        context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .web(type)
                .initializers(starting -> {
                    starting.getBeanFactory().registerSingleton("server", server);
                    Yaml.environment(yaml)
                            .getPropertySources()
                            .forEach(starting.getEnvironment().getPropertySources()::addFirst);
                })
                .run("--spring.main.banner-mode=off", "--stubborn=" + server.url());
    }

    static Application with(String yaml, Class<?>... beans) {
        return new Application(WebApplicationType.NONE, yaml, beans);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ManualTime time() {
        return bean(ManualTime.class);
    }

    /** What comes of the call when its request has got stuck and this much time passes. */
    <T> Throwable failureOfStuck(Callable<T> call, Duration passing) throws Exception {
        CompletableFuture<T> result = later(call);
        server.awaitStuck();
        time().advance(passing);
        return failure(result);
    }

    /** The same, when the thread is about to read the rest of an answer whose beginning has arrived. */
    <T> Throwable failureOfStalled(Callable<T> call, Duration passing) throws Exception {
        AtomicReference<Thread> reader = new AtomicReference<>();
        CompletableFuture<T> result = later(() -> {
            reader.set(Thread.currentThread());
            return call.call();
        });
        server.awaitStuck();
        awaitIn(DeadlineResponse.class.getName() + "$", reader.get());
        time().advance(passing);
        return failure(result);
    }

    /** A thread that is found there twice in a row has done what it can, and waits. */
    private static void awaitIn(String type, Thread thread) throws InterruptedException {
        for (int found = 0; found < 2; found = isIn(type, thread) ? found + 1 : 0) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isIn(String type, Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(type));
    }

    /** What comes of these calls, each on a thread of its own, when all wait in their client and this much time passes. */
    static <T> List<Throwable> failuresOfWaiting(int calls, Callable<T> call, Runnable passing) throws Exception {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        List<CompletableFuture<T>> results = new ArrayList<>();
        for (int count = 0; count < calls; count++) {
            results.add(later(() -> {
                threads.add(Thread.currentThread());
                return call.call();
            }));
        }
        await().until(() -> threads.size() == calls);
        for (Thread thread : threads) {
            awaitIn(Exchange.class.getName(), thread);
        }
        passing.run();
        List<Throwable> failures = new ArrayList<>();
        for (CompletableFuture<T> result : results) {
            failures.add(failure(result));
        }
        return failures;
    }

    /** Waits until no alarm is set: the last one may be put off right after the answer. */
    void awaitSilence() {
        await().untilAsserted(() -> assertThat(time().scheduled()).isZero());
    }

    /** Begins the call on a thread of its own. */
    static <T> CompletableFuture<T> later(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    static Throwable failure(CompletableFuture<?> result) throws Exception {
        try {
            return new AssertionError("succeeded with " + result.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    static <T> T value(CompletableFuture<T> result) throws Exception {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        context.close();
        server.close();
    }

    @Configuration
    @EnableAutoConfiguration
    static class Beans {

        @Bean
        ManualTime time() {
            return new ManualTime();
        }

        /** All applications share the threads: who ends them in a hurry may wait for ever that they close a connection. */
        @Bean
        ReactorResourceFactory connections() {
            return new ReactorResourceFactory() {
                @Override
                public void stop() {
                    // the threads are daemons
                }
            };
        }
    }
}
