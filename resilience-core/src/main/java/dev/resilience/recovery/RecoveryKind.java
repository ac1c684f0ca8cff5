package dev.resilience.recovery;

import dev.resilience.Collaborators;
import dev.resilience.KeyedState;
import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiPredicate;

/** The door plate of recoveries. What they restart they share, so each of the same application is made by the same kind. */
public final class RecoveryKind implements PolicyKind<RecoveryConfiguration, RecoveryPolicy> {

    static final String ID = "recoveries";
    static final String FALLBACK = "fallback";
    static final String READY = "READY";
    static final String RESTARTING = "RESTARTING";
    static final String ISOLATED = "ISOLATED";

    private final ConcurrentMap<Collaborators, Restarts> restarts = new ConcurrentHashMap<>();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "recovery";
    }

    @Override
    public Class<RecoveryConfiguration> configurationType() {
        return RecoveryConfiguration.class;
    }

    @Override
    public RecoveryPolicy create(String name, RecoveryConfiguration configuration, PolicyContext context) {
        Restarts shared = restarts.computeIfAbsent(context.collaborators(), lent -> new Restarts(context.time()));
        return new RecoveryPolicy(name, configuration, context, shared);
    }

    @Override
    public void reconfigure(RecoveryPolicy instance, RecoveryConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(RecoveryPolicy instance) {
        return List.of(new Place(ID, Order.RECOVERY, instance));
    }

    @Override
    public Snapshot snapshot(RecoveryPolicy instance) {
        return instance.snapshot();
    }

    @Override
    public List<String> states() {
        return List.of(READY, RESTARTING, ISOLATED);
    }

    @Override
    public Optional<KeyedState> keyed(RecoveryPolicy instance) {
        return Optional.of(instance.keys());
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(
                new PlacementAttribute("key", Type.EXPRESSION),
                new PlacementAttribute(FALLBACK, Type.METHOD),
                PlacementAttribute.IDEMPOTENT);
    }

    /** {@code @Recovery("503 -> retry 2")} is a rule; no name has an arrow. */
    @Override
    public Optional<String> shorthand(String value) {
        return value.contains(RuleText.ARROW) ? Optional.of(RuleChecks.KNOB) : Optional.empty();
    }

    /** The action fallback needs one: of its own, or that of the method further out. */
    @Override
    public List<Problem> misplacements(RecoveryConfiguration configuration, Site site) {
        boolean hasOne = site.placement().containsKey(FALLBACK) || site.kinds().contains("fallbacks");
        return RuleChecks.read(configuration.rules()).stream()
                .filter(rule -> rule.hasFallback() && !hasOne)
                .map(rule -> withoutFallback(rule, site))
                .toList();
    }

    private static Problem withoutFallback(RuleText rule, Site site) {
        return new Problem(
                RuleChecks.KNOB,
                rule.text(),
                site.operation(),
                "says fallback, and " + site.operation() + " has none",
                "Name a method, as in 'fallback: lastQuote', or guard the method by a fallback as well");
    }

    @Override
    public Map<String, List<String>> exceptionNames(RecoveryConfiguration configuration) {
        List<String> names = RuleChecks.read(configuration.rules()).stream()
                .flatMap(rule -> rule.conditions().stream())
                .filter(ConditionText::isName)
                .map(ConditionText::text)
                .distinct()
                .toList();
        return Map.of(RuleChecks.KNOB, names);
    }

    @Override
    public List<Problem> saysInVain(RecoveryConfiguration configuration, BiPredicate<String, String> kinship) {
        return new Precedence(RuleChecks.read(configuration.rules()), kinship).problems();
    }

    /** Without rules there is nothing it could do. */
    @Override
    public boolean hasUsefulDefaults() {
        return false;
    }
}
