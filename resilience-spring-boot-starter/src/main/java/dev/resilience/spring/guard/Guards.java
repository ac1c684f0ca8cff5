package dev.resilience.spring.guard;

import dev.resilience.Pipeline;
import dev.resilience.PolicyRegistry;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.caller.CallerAddresses;
import dev.resilience.spring.config.PipelineProperties;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.guard.Assembler.Frame;
import dev.resilience.spring.guard.TimesForNobody.Placed;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.convert.support.DefaultConversionService;

/**
 * The guarded methods of the application.
 *
 * <p>Those of all beans whose class is known are put together before any bean is made, so that everything that is wrong
 * is told at once; those of beans that show their class only when they are made follow then, one class at a time.
 * Thread-safe.
 */
public final class Guards {

    private final AnnotationReader annotations;
    private final ResilienceProperties properties;
    private final UseReader uses;
    private final Policies policies;
    private final Assembler assembler;
    private final RequestRules requestRules;
    private final Findings findings;
    private final Map<String, Class<?>> owners = new HashMap<>();
    private final Map<Class<?>, List<GuardedMethod>> byClass = new ConcurrentHashMap<>();
    private final Set<Method> unreached = ConcurrentHashMap.newKeySet();
    private final PolicyRegistry registry;
    private final List<CachedHandler> cachedHandlers = new ArrayList<>();
    private final List<Consumer<CachedHandler>> handlerWatchers = new ArrayList<>();
    private volatile List<RequestRule> rules = List.of();
    private @Nullable BooleanSupplier mayMeetMore;

    private Guards(
            AnnotationReader annotations,
            ResilienceProperties properties,
            UseReader uses,
            Policies policies,
            Assembler assembler,
            RequestRules requestRules,
            PolicyRegistry registry,
            Findings findings) {
        this.annotations = annotations;
        this.properties = properties;
        this.uses = uses;
        this.policies = policies;
        this.assembler = assembler;
        this.requestRules = requestRules;
        this.registry = registry;
        this.findings = findings;
    }

    /** The guards of this application; nothing is put together yet. */
    public static Guards of(
            ApplicationContext context,
            GuardedBeans beans,
            ResilienceProperties properties,
            PolicyRegistry registry,
            ExecutionRuntime runtime,
            CallerAddresses addresses,
            Findings findings) {
        UseReader uses = new UseReader(properties, context.getEnvironment());
        Policies policies = new Policies(properties.catalog(), registry, uses, findings, properties.strict());
        KeyExpressions expressions = new KeyExpressions(context, addresses, findings);
        Placements placements = new Placements(
                expressions, new Targets(context, DefaultConversionService.getSharedInstance()), findings);
        OutcomePlacements outcomes = new OutcomePlacements(registry.outcomeRules(), findings);
        Assembler assembler = new Assembler(policies, placements, outcomes, registry.kinds(), runtime);
        RequestRules requestRules =
                new RequestRules(properties.http().rules(), properties.catalog(), policies, expressions, findings);
        return new Guards(beans.reader(), properties, uses, policies, assembler, requestRules, registry, findings);
    }

    /** The guarded methods that are known by now and that calls pass through, by operation; the endpoint shows them. */
    public List<GuardedMethod> methods() {
        Map<String, GuardedMethod> methods = new TreeMap<>();
        byClass.values().stream()
                .flatMap(List::stream)
                .filter(method -> !unreached.contains(method.method()))
                .forEach(method -> methods.put(method.operation(), method));
        return List.copyOf(methods.values());
    }

    /** Shows the watcher every method of a controller whose results are cached, those to come as well. */
    public synchronized void eachCachedHandler(Consumer<CachedHandler> watcher) {
        handlerWatchers.add(watcher);
        cachedHandlers.forEach(watcher);
    }

    /** The rules for requests, in the order they are written. */
    public List<RequestRule> rules() {
        return rules;
    }

    /** Whether any guard does anything. */
    public boolean enabled() {
        return properties.enabled();
    }

    /**
     * Puts a pipeline from {@code resilience.pipelines} together, for code without annotations.
     *
     * @throws IllegalArgumentException naming the nearest one, if there is none of this name
     */
    public Pipeline pipeline(String name) {
        PipelineProperties pipeline = properties.pipelines().get(name);
        if (pipeline == null) {
            throw new IllegalArgumentException("there is no pipeline '" + name + "'"
                    + NearestName.of(name, properties.pipelines().keySet())
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse("; configure resilience.pipelines." + name));
        }
        List<Problem> problems = new ArrayList<>();
        List<Use> parts = enabled() ? uses.uses(pipeline) : List.of();
        List<String> order = enabled() ? pipeline.order() : List.of();
        Pipeline made = assembler
                .pipeline(Frame.ofLambda(name), parts, order, problems)
                .orElseThrow(() -> new ResilienceConfigurationException(problems));
        inspect(made);
        return made;
    }

    private void inspect(Pipeline pipeline) {
        findings.addAll(CutShort.in(pipeline));
        findings.addAll(LateHedges.in(pipeline));
        findings.addAll(KeptNowhere.in(pipeline));
        findings.addAll(IdleFallbacks.in(pipeline));
        findings.addAll(VainRetries.in(pipeline));
    }

    /**
     * Puts the methods of these classes together.
     *
     * @throws ResilienceConfigurationException with everything that is wrong with any of them, or with the properties
     */
    synchronized void begin(Collection<Class<?>> beanClasses) {
        List<Problem> problems = new ArrayList<>();
        Map<DeclaredMethod, List<Use>> declared = new LinkedHashMap<>();
        beanClasses.forEach(type -> declared.putAll(declare(type, problems)));
        properties.pipelines().values().forEach(pipeline -> uses.uses(pipeline).forEach(policies::declare));
        policies.settle(problems);
        requestRules.declare(problems);
        problems.addAll(properties.problems());
        problems.addAll(policies.problems());
        policies.make(problems);
        beanClasses.forEach(type -> assemble(type, declared, problems));
        rules = requestRules.assemble(problems);
        problems.addAll(assembler.contradictions());
        failOn(problems);
    }

    /** Puts the methods of a class together that showed itself only now. @throws ResilienceConfigurationException likewise */
    synchronized void meet(Class<?> beanClass) {
        if (byClass.containsKey(beanClass)) {
            return;
        }
        List<Problem> problems = new ArrayList<>();
        Map<DeclaredMethod, List<Use>> declared = declare(beanClass, problems);
        policies.settle(problems);
        problems.addAll(policies.problems());
        failOn(problems);
        assemble(beanClass, declared, problems);
        problems.addAll(assembler.contradictions());
        failOn(problems);
        checkReferences();
    }

    /**
     * All beans have been made that are made at the start. From now on a policy that is referred to and isn't there is missing.
     *
     * @param more whether there may be others on the methods of beans that are still to come
     * @throws ResilienceConfigurationException with everything that is missing
     */
    synchronized void complete(BooleanSupplier more) {
        mayMeetMore = more;
        checkReferences();
    }

    private void checkReferences() {
        if (mayMeetMore == null) {
            return;
        }
        List<Use> inPipelines = properties.pipelines().values().stream()
                .flatMap(pipeline -> uses.uses(pipeline).stream())
                .toList();
        List<Problem> problems = assembler.dangling(registry, inPipelines);
        if (!problems.isEmpty() && mayMeetMore.getAsBoolean()) {
            problems.stream().map(Finding::ofReference).forEach(findings::add);
        } else {
            failOn(problems);
        }
    }

    /** No proxy of a bean of this class stands in front of the method, so it is not to be called guarded. */
    void disown(Class<?> beanClass, Predicate<Method> methods) {
        byClass.getOrDefault(beanClass, List.of()).stream()
                .map(GuardedMethod::method)
                .filter(methods)
                .forEach(unreached::add);
    }

    void report(ExceptionNames exceptions) {
        policies.reportUnused();
        policies.each(exceptions::check);
        findings.addAll(new Everywhere(methods(), rules, inPipelines()).findings(cachedHandlers));
    }

    private List<Placed> inPipelines() {
        return properties.pipelines().values().stream()
                .flatMap(pipeline -> uses.uses(pipeline).stream()
                        .flatMap(use -> policies.known(use).stream())
                        .map(policy -> new Placed(policy, pipeline.name())))
                .toList();
    }

    /** Where it is asked for, findings of the error class fail the start, all of them together. */
    void failIfStrict() {
        if (properties.strict()) {
            failOn(findings.of(Finding.Level.ERROR).stream()
                    .map(Finding::problem)
                    .toList());
        }
    }

    /** The guarded method behind a method as callers see it, or null. For the first call. */
    @Nullable GuardedMethod find(Method method, Class<?> beanClass) {
        if (!byClass.containsKey(beanClass)) {
            meet(beanClass);
        }
        return byClass.getOrDefault(beanClass, List.of()).stream()
                .filter(guarded -> Methods.isSame(guarded.method(), method))
                .findFirst()
                .orElse(null);
    }

    private Map<DeclaredMethod, List<Use>> declare(Class<?> beanClass, List<Problem> problems) {
        Map<DeclaredMethod, List<Use>> declared = new LinkedHashMap<>();
        for (DeclaredMethod method : annotations.read(beanClass)) {
            List<Use> found = uses.uses(method, problems);
            reportNamesake(method, found);
            found.forEach(policies::declare);
            declared.put(method, found);
        }
        return declared;
    }

    /** Classes of one simple name in different packages share what is called for their methods, which nobody means. */
    private void reportNamesake(DeclaredMethod method, List<Use> found) {
        Class<?> other = owners.putIfAbsent(method.operation(), method.owner());
        boolean shared = found.stream().anyMatch(use -> use.name().equals(method.operation()));
        if (other != null && other != method.owner() && shared) {
            findings.add(Finding.warning(
                    "namesakes",
                    method.operation(),
                    "Methods of " + other.getName() + " and " + method.owner().getName()
                            + " are both called so and share their nameless policies.",
                    "Give the policies names."));
        }
    }

    private void assemble(Class<?> beanClass, Map<DeclaredMethod, List<Use>> declared, List<Problem> problems) {
        List<GuardedMethod> guarded = new ArrayList<>();
        for (DeclaredMethod method : annotations.read(beanClass)) {
            assembler
                    .method(method, declared.getOrDefault(method, List.of()), uses.order(method), problems)
                    .ifPresent(guarded::add);
        }
        guarded.stream().map(GuardedMethod::pipeline).forEach(this::inspect);
        guarded.stream().map(ForeignCaching::of).forEach(findings::addAll);
        byClass.put(beanClass, List.copyOf(guarded));
        guarded.stream().flatMap(method -> CachedHandler.of(method).stream()).forEach(this::show);
    }

    private void show(CachedHandler handler) {
        findings.addAll(HandlerFindings.of(handler, requestRules.readContext()));
        cachedHandlers.add(handler);
        handlerWatchers.forEach(watcher -> watcher.accept(handler));
    }

    private void failOn(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(RuleProblems.inOrder(problems).stream()
                    .map(policies::inWordsOfItsOrigin)
                    .distinct()
                    .toList());
        }
    }
}
