package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.Resilience;
import dev.resilience.UnitOfWork;
import dev.resilience.spring.InvalidateCache;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Others see a change when its transaction has been committed; only then what they had read before is overtaken for good. */
class InvalidationsInTransactionsTest {

    private final ManualTime time = new ManualTime();

    @Test
    void aMethodWithATransactionOfItsOwnDropsAfterTheCommit() {
        in((quotes, writer, outside) -> {
            assertThat(quotes.quote("a")).isEqualTo("old");

            writer.write("a", "new", quotes);

            assertThat(quotes.quote("a")).isEqualTo("new");
        });
    }

    @Test
    void aMethodWhoseTransactionIsRolledBackDropsNothing() {
        in((quotes, writer, outside) -> {
            quotes.quote("a");

            assertThatThrownBy(() -> writer.fail("a", "new")).hasMessage("rolled back");

            assertThat(quotes.quote("a")).isEqualTo("old");
            assertThat(quotes.loads()).isEqualTo(1);
        });
    }

    @Test
    void aMethodInsideOfATransactionDropsAtOnceAndOnceMoreWhenThatIsOver() {
        in((quotes, writer, outside) -> {
            quotes.quote("a");

            outside.executeWithoutResult(status -> {
                writer.write("a", "new", quotes);
                assertThat(readElsewhere(quotes)).as("before the commit").isEqualTo("old");
            });

            assertThat(quotes.quote("a")).isEqualTo("new");
        });
    }

    @Test
    void whatIsReadInATransactionThatIsRolledBackIsNotKept() {
        in((quotes, writer, outside) -> {
            outside.executeWithoutResult(status -> {
                writer.write("a", "new", quotes);
                assertThat(quotes.quote("a")).isEqualTo("old");
                status.setRollbackOnly();
            });
            quotes.quote("a");

            assertThat(quotes.loads()).isEqualTo(3);
        });
    }

    @Test
    void anEventAndCodeInsideOfATransactionDropWhenItIsOver() {
        Starters.with(Application.class).run(context -> {
            Quotes quotes = context.getBean(Quotes.class);
            TransactionTemplate outside = context.getBean(TransactionTemplate.class);
            ApplicationEventPublisher events = context;
            Resilience resilience = context.getBean(Resilience.class);
            Runnable event = () -> events.publishEvent(InvalidateCache.key("quotes", "a"));
            Runnable code = () -> resilience.cache("quotes").invalidate("a");

            for (Runnable way : new Runnable[] {event, code}) {
                Database.committed = "old";
                resilience.cache("quotes").invalidateAll();
                outside.executeWithoutResult(status -> {
                    Database.pending = "new";
                    way.run();
                    assertThat(readElsewhere(quotes)).isEqualTo("old");
                });
                assertThat(quotes.quote("a")).isEqualTo("new");
            }
        });
    }

    @Test
    void withoutTransactionsOnTheClassPathNobodyKnowsOfAny() {
        Starters.with()
                .withClassLoader(new FilteredClassLoader("org.springframework.transaction"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(UnitOfWork.class));
        Starters.with().run(context -> assertThat(context).hasSingleBean(UnitOfWork.class));
    }

    /** What another one reads, who sees only what is committed. */
    private static String readElsewhere(Quotes quotes) {
        return CompletableFuture.supplyAsync(() -> quotes.quote("a")).join();
    }

    private static void in(Scene scene) {
        Starters.with(Application.class).run(context -> {
            Database.committed = "old";
            Database.pending = null;
            scene.play(
                    context.getBean(Quotes.class),
                    context.getBean(Writer.class),
                    context.getBean(TransactionTemplate.class));
        });
    }

    private interface Scene {
        void play(Quotes quotes, Writer writer, TransactionTemplate outside);
    }

    /** One value, as it is committed and as a transaction has changed it. */
    private static final class Database {
        private static volatile String committed = "old";
        private static volatile String pending;
    }

    static class Quotes {
        private volatile int loads;

        public int loads() {
            return loads;
        }

        @Cached(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            loads++;
            return Database.committed;
        }
    }

    static class Writer {

        @Transactional
        @CacheInvalidate(name = "quotes", key = "#symbol")
        public void write(String symbol, String value, Quotes quotes) {
            Database.pending = value;
            assertThat(readElsewhere(quotes)).as("before the commit").isEqualTo("old");
        }

        @Transactional
        @CacheInvalidate(name = "quotes", key = "#symbol")
        public void fail(String symbol, String value) {
            Database.pending = value;
            throw new IllegalStateException("rolled back");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class Application {

        @Bean
        Quotes quotes() {
            return new Quotes();
        }

        @Bean
        Writer writer() {
            return new Writer();
        }

        @Bean
        Transactions transactions() {
            return new Transactions();
        }

        @Bean
        TransactionTemplate template(Transactions transactions) {
            return new TransactionTemplate(transactions);
        }
    }

    @SuppressWarnings("serial")
    static class Transactions extends AbstractPlatformTransactionManager {
        private static final ThreadLocal<Boolean> UNDER_WAY = ThreadLocal.withInitial(() -> false);

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected boolean isExistingTransaction(Object transaction) {
            return UNDER_WAY.get();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            UNDER_WAY.set(true);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            Database.committed = Database.pending;
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            Database.pending = null;
        }

        @Override
        protected void doSetRollbackOnly(DefaultTransactionStatus status) {}

        @Override
        protected void doCleanupAfterCompletion(Object transaction) {
            UNDER_WAY.set(false);
        }
    }

    @Test
    void aWriterThatRunsOutOfTimeDropsWhenItsCallEndsAndOnceMoreWhenItHasReallyEnded() {
        Starters.with(Quotes.class, Slow.class).withBean(Time.class, time::time).run(context -> {
            Quotes quotes = context.getBean(Quotes.class);
            CompletableFuture<Void> body = new CompletableFuture<>();
            Database.committed = "old";
            quotes.quote("a");
            CompletableFuture<Void> call = context.getBean(Slow.class).write("a", body);
            assertThat(quotes.loads()).isEqualTo(1);

            time.advance(Duration.ofSeconds(1));
            assertThat(call).isCompletedExceptionally();
            assertThat(call.handle((value, failure) -> failure).join()).isInstanceOf(CallTimedOutException.class);
            assertThat(quotes.quote("a")).as("the writer is still at work").isEqualTo("old");
            assertThat(quotes.loads()).isEqualTo(2);
            Database.committed = "new";
            body.complete(null);

            assertThat(quotes.quote("a")).isEqualTo("new");
        });
    }

    static class Slow {

        @Timeout(total = "1s")
        @CacheInvalidate(name = "quotes", key = "#symbol")
        public CompletableFuture<Void> write(String symbol, CompletableFuture<Void> body) {
            return body;
        }
    }
}
