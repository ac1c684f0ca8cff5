package dev.resilience.cache;

import dev.resilience.KeptResults;
import dev.resilience.KeyedState;
import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Recollection;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import dev.resilience.failure.BrokenRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The result caches. */
public final class CacheKind implements PolicyKind<CacheConfiguration, ResultCache> {

    static final String ID = "caches";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "cache";
    }

    @Override
    public Class<CacheConfiguration> configurationType() {
        return CacheConfiguration.class;
    }

    /** @throws ResilienceConfigurationException if Caffeine is missing, or something that the configuration names */
    @Override
    public ResultCache create(String name, CacheConfiguration configuration, PolicyContext context) {
        Lent.check(configuration, context.collaborators());
        try {
            BrokenRules broken = new BrokenRules(ID, name, context.events());
            long most = new Weights(configuration, context.collaborators(), broken).most();
            return new ResultCache(configuration, new CaffeineStore(most, context.time()), context, broken);
        } catch (NoClassDefFoundError missing) {
            throw new ResilienceConfigurationException(List.of(new Problem(
                    "resilience." + ID + "." + name,
                    null,
                    null,
                    "a cache needs Caffeine, and it is not there (" + missing.getMessage() + ")",
                    "Add the dependency com.github.ben-manes.caffeine:caffeine")));
        }
    }

    /** @throws ResilienceConfigurationException if something is missing that the configuration names; then nothing changes */
    @Override
    public void reconfigure(ResultCache instance, CacheConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(ResultCache instance) {
        return List.of(new Place(ID, Order.CACHE, new CachePolicy(instance)));
    }

    @Override
    public Snapshot snapshot(ResultCache instance) {
        return instance.snapshot();
    }

    @Override
    public Optional<KeyedState> keyed(ResultCache instance) {
        return Optional.of(instance.keys());
    }

    @Override
    public Optional<KeptResults> results(ResultCache instance) {
        return Optional.of(instance);
    }

    @Override
    public Optional<Recollection> recollection(ResultCache instance, Duration age) {
        return Optional.of(instance.lastGood().upTo(age));
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(new PlacementAttribute("key", PlacementAttribute.Type.EXPRESSION), PlacementAttribute.VARY_BY);
    }

    @Override
    public boolean keepsResults() {
        return true;
    }

    @Override
    public List<Problem> misplacements(CacheConfiguration configuration, Site site) {
        boolean keyed = configuration.key() != null || site.placement().containsKey("key");
        return Misplacements.of(site, keyed);
    }

    @Override
    public List<Problem> contradictions(String name, List<Site> sites) {
        List<Problem> problems = new ArrayList<>(typeContradictions(sites));
        problems.addAll(Variations.contradictions(sites));
        return problems;
    }

    /** A method that finds what another one stored has to be able to give it. */
    private static List<Problem> typeContradictions(List<Site> sites) {
        long types = sites.stream().map(Site::returnType).distinct().count();
        if (types < 2) {
            return List.of();
        }
        String all = sites.stream()
                .map(site -> site.operation() + " gives " + site.returnType().getSimpleName())
                .sorted()
                .collect(Collectors.joining(", "));
        String reason = "one cache is on methods of different return types: " + all;
        return List.of(new Problem("", null, null, reason, "Give each type a cache of its own"));
    }
}
