package dev.resilience.spring.autoconfigure;

import dev.resilience.UnitOfWork;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The transaction of the calling thread. One that travels in a Reactor context isn't known. */
final class TransactionalWork implements UnitOfWork {

    @Override
    public boolean whenOver(Runnable then) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return false;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                then.run();
            }
        });
        return true;
    }
}
