package dev.resilience.spring.autoconfigure;

import dev.resilience.Collaborators;
import dev.resilience.ContextCarrier;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.UnitOfWork;
import dev.resilience.event.EventSink;
import dev.resilience.event.Listeners;
import dev.resilience.event.ResilienceListener;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.Failures;
import dev.resilience.failure.OutcomeRuleSource;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.caller.CallerAddresses;
import dev.resilience.spring.caller.TrustedProxies;
import dev.resilience.spring.config.EnvironmentReader;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.guard.BeanCollaborators;
import dev.resilience.spring.guard.EventLoopFindings;
import dev.resilience.spring.guard.Findings;
import dev.resilience.spring.guard.GuardedBeans;
import dev.resilience.spring.guard.Guards;
import dev.resilience.spring.guard.LiveReport;
import dev.resilience.spring.guard.OutcomeExpressions;
import dev.resilience.spring.retrylog.RetryLog;
import dev.resilience.time.Time;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/** Guards the annotated methods of an application. */
@AutoConfiguration
@Import({
    TimeConfiguration.class,
    ContextConfiguration.class,
    ClientFailureConfiguration.class,
    GuardConfiguration.class,
    InvalidationConfiguration.class
})
public final class ResilienceAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    EventSink resilienceEvents(
            ObjectProvider<ResilienceListener> listeners,
            ObjectProvider<RetryLog> retryLog,
            Time time,
            Findings findings) {
        List<ResilienceListener> own = List.of(new LogListener(time.scheduler()), new EventLoopFindings(findings));
        return new Listeners(() -> {
            List<ResilienceListener> all = new ArrayList<>(own);
            retryLog.ifAvailable(log -> all.add(log::onEvent));
            listeners.orderedStream().forEach(all::add);
            return all;
        });
    }

    /** Made at the start, however lazy the application is, because that its file can't be written has to be told then. */
    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean
    RetryLog resilienceRetryLog(
            ResilienceProperties properties, ObjectProvider<FailureClassifier> classifiers, Time time) {
        return new RetryLog(
                properties.retryLog(),
                properties.retryLogFileOrigin(),
                new Failures(classifiers.orderedStream().toList()),
                time);
    }

    @Bean
    @ConditionalOnMissingBean
    ExecutionRuntime resilienceRuntime(
            Time time, EventSink events, ContextCarrier carrier, ResilienceProperties properties) {
        return new ExecutionRuntime(time, new Deadlines(time), events, carrier, properties.durations());
    }

    @Bean
    @ConditionalOnMissingBean
    OutcomeRuleSource resilienceOutcomeRules(ApplicationContext context) {
        return new OutcomeExpressions(context);
    }

    @Bean
    @ConditionalOnMissingBean
    Collaborators resilienceCollaborators(ApplicationContext context) {
        return new BeanCollaborators(context);
    }

    @Bean
    @ConditionalOnMissingBean
    PolicyRegistry resiliencePolicies(
            ObjectProvider<PolicyKind<?, ?>> kinds,
            Time time,
            EventSink events,
            ObjectProvider<FailureClassifier> classifiers,
            OutcomeRuleSource outcomeRules,
            Collaborators collaborators,
            ObjectProvider<UnitOfWork> work) {
        List<PolicyKind<?, ?>> all = new ArrayList<>(PolicyRegistry.kindsOnClassPath());
        kinds.orderedStream().forEach(all::add);
        List<FailureClassifier> known = classifiers.orderedStream().toList();
        PolicyContext context = new PolicyContext(time, events, known, outcomeRules, collaborators);
        return new PolicyRegistry(all, context.with(work.getIfAvailable(() -> UnitOfWork.NONE)));
    }

    @Bean
    @ConditionalOnMissingBean
    ResilienceProperties resilienceProperties(ConfigurableEnvironment environment, PolicyRegistry policies) {
        return EnvironmentReader.read(environment, policies.kinds());
    }

    @Bean
    Findings resilienceFindings() {
        return new Findings();
    }

    /** A range that is none is reported with everything else; until then nobody is trusted. */
    @Bean
    @ConditionalOnMissingBean
    CallerAddresses resilienceCallerAddresses(ResilienceProperties properties) {
        return new CallerAddresses(TrustedProxies.of(properties.http().trustedProxies()));
    }

    @Bean
    Guards resilienceGuards(
            ApplicationContext context,
            GuardedBeans beans,
            ResilienceProperties properties,
            PolicyRegistry policies,
            ExecutionRuntime runtime,
            CallerAddresses addresses,
            Findings findings) {
        return Guards.of(context, beans, properties, policies, runtime, addresses, findings);
    }

    @Bean
    @ConditionalOnMissingBean
    GuardReport resilienceReport(Guards guards, Findings findings, Resilience door) {
        return new LiveReport(guards, findings, door);
    }

    /** Its threads are beans of their own, so closing it ends nothing. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Resilience resilience(PolicyRegistry policies, Guards guards) {
        return new Resilience(policies, guards::pipeline, () -> {});
    }
}
