package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.UnitOfWork;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What has results dropped beside the methods that overtake them. */
@Configuration(proxyBeanMethods = false)
class InvalidationConfiguration {

    @Bean
    InvalidationListener resilienceInvalidations(PolicyRegistry policies) {
        return new InvalidationListener(policies);
    }

    /** Knows of transactions, where there may be any. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionSynchronizationManager.class)
    static class WithTransactions {

        @Bean
        @ConditionalOnMissingBean
        UnitOfWork resilienceUnitOfWork() {
            return new TransactionalWork();
        }
    }
}
