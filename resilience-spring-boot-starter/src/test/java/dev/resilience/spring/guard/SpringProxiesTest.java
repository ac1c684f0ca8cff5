package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

class SpringProxiesTest {

    static class Once {
        @RateLimited("1/1h")
        public String call() {
            return "called";
        }
    }

    private static void assertGuarded(Once bean) {
        assertThat(bean.call()).isEqualTo("called");
        assertThatThrownBy(bean::call).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void prototypesShareTheirPolicies() {
        Starters.with(Prototypes.class).run(context -> {
            context.getBean(Once.class).call();

            assertThatThrownBy(context.getBean(Once.class)::call).isInstanceOf(RejectedExecutionException.class);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Prototypes {
        @Bean
        @Scope("prototype")
        Once once() {
            return new Once();
        }
    }

    @Test
    void lazyBeansAreGuarded() {
        Starters.with(LazyBeans.class).run(context -> assertGuarded(context.getBean(Once.class)));
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyBeans {
        @Bean
        @Lazy
        Once once() {
            return new Once();
        }
    }

    @Test
    void scopedBeansAreGuardedOnceAndFoundInOrder() {
        Starters.with(Scoped.class)
                .withInitializer(context -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
                .run(context -> {
                    assertGuarded((Once) context.getBean("once"));
                    assertThat(context.getBean(Findings.class).all()).isEmpty();
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Scoped {
        @Bean
        @Scope(value = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Once once() {
            return new Once();
        }
    }

    @Test
    void whatAFactoryBeanMakesIsGuarded() {
        Starters.with(Factory.class).run(context -> assertGuarded(context.getBean(Once.class)));
    }

    static class Factory implements FactoryBean<Once> {
        @Override
        public Once getObject() {
            return new Once();
        }

        @Override
        public Class<?> getObjectType() {
            return Once.class;
        }
    }

    @Test
    void aBeanKnownByItsInterfaceIsGuardedUnderTheNameOfItsClass() {
        Starters.with(Hidden.class).run(context -> {
            context.getBean(Runnable.class).run();

            assertThat(context.getBean(PolicyRegistry.class).all("circuit-breakers"))
                    .containsOnlyKeys("Job.run");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Hidden {
        @Bean
        Runnable job() {
            return new Job();
        }
    }

    static class Job implements Runnable {
        @Override
        @CircuitBreaker
        public void run() {}
    }

    @Test
    void aTargetThatIsReplacedByOneOfAnotherClassIsGuardedAsThatClassIs() {
        Starters.with(Replaceable.class).run(context -> {
            HotSwappableTargetSource target = new HotSwappableTargetSource(new Rationed());
            ProxyFactory factory = new ProxyFactory(Supplier.class, target);
            factory.addAdvisor(context.getBean(GuardAdvisor.class));
            Supplier<?> proxy = (Supplier<?>) factory.getProxy();

            assertThat(proxy.get()).isEqualTo("rationed");
            assertThatThrownBy(proxy::get).isInstanceOf(RejectedExecutionException.class);
            target.swap(new Plentiful());
            assertThat(proxy.get()).isEqualTo("plentiful");
            target.swap(new Rationed());
            assertThatThrownBy(proxy::get).isInstanceOf(RejectedExecutionException.class);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Rationed.class, Plentiful.class})
    static class Replaceable {}

    static class Rationed implements Supplier<String> {
        @Override
        @RateLimited("1/1h")
        public String get() {
            return "rationed";
        }
    }

    static class Plentiful implements Supplier<String> {
        @Override
        @CircuitBreaker
        public String get() {
            return "plentiful";
        }
    }

    @Test
    void anInterfaceWithoutAClassIsGuarded() {
        Starters.with(Clients.class).run(context -> {
            Client client = context.getBean(Client.class);

            assertThat(client.get()).isEqualTo("got after 2");
            assertThat(context.getBean(PolicyRegistry.class).all("retries")).containsOnlyKeys("Client.get");
        });
    }

    interface Client {
        @Retryable(delay = "1ms")
        String get();
    }

    @Configuration(proxyBeanMethods = false)
    static class Clients {
        private int calls;

        @Bean
        Client client() {
            MethodInterceptor answering = invocation -> {
                if (++calls < 2) {
                    throw new IllegalStateException("not yet");
                }
                return "got after " + calls;
            };
            return ProxyFactory.getProxy(Client.class, answering);
        }
    }

    @Test
    void everyAttemptHasATransactionOfItsOwn() {
        Starters.with(Transactions.class).run(context -> {
            context.getBean(Booking.class).book();

            assertThat(context.getBean(RecordingTransactions.class).steps)
                    .containsExactly("begin", "rollback", "begin", "commit");
        });
    }

    static class Booking {
        private int calls;

        @Transactional
        @Retryable(delay = "1ms")
        public void book() {
            if (++calls < 2) {
                throw new IllegalStateException("deadlock");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class Transactions {
        @Bean
        Booking booking() {
            return new Booking();
        }

        @Bean
        PlatformTransactionManager transactions() {
            return new RecordingTransactions();
        }
    }

    @SuppressWarnings("serial")
    static class RecordingTransactions extends AbstractPlatformTransactionManager {
        private final List<String> steps = new ArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return steps;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            steps.add("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            steps.add("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            steps.add("rollback");
        }
    }

    @Test
    void methodSecurityIsFurtherOut() {
        Starters.with(Secured.class).run(context -> {
            Once once = context.getBean(Once.class);

            assertThatThrownBy(once::call).hasMessage("denied");
            assertThatThrownBy(once::call).hasMessage("denied");
        });
    }

    /** Stands where method security does, and refuses everybody. */
    @Configuration(proxyBeanMethods = false)
    static class Secured {
        @Bean
        Once once() {
            return new Once();
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static DefaultPointcutAdvisor security() {
            DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(
                    AnnotationMatchingPointcut.forMethodAnnotation(RateLimited.class),
                    (MethodInterceptor) invocation -> {
                        throw new SecurityException("denied");
                    });
            advisor.setOrder(600);
            return advisor;
        }
    }

    @Test
    void aBeanThatIsMadeTooEarlyIsReported() {
        Starters.with(Early.class)
                .run(context -> assertThat(context.getBean(Findings.class).of(Finding.Level.ERROR))
                        .extracting(Finding::code, Finding::where)
                        .containsExactly(tuple("unguarded-bean", "once")));
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        static Once once() {
            return new Once();
        }

        @Bean
        static Hurried needsIt(Once once) {
            return new Hurried();
        }
    }

    static class Hurried implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return 0;
        }
    }
}
