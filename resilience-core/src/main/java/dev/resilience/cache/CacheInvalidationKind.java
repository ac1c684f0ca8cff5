package dev.resilience.cache;

import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import java.util.List;

/** The invalidations: each is called after the cache whose results it drops. */
public final class CacheInvalidationKind
        implements PolicyKind<CacheInvalidationConfiguration, CacheInvalidationPolicy> {

    static final String ID = "cache-invalidations";
    static final String PREFIX = "prefix";
    static final String OPERATION = "operation";
    static final String BEFORE = "before";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "cache invalidation";
    }

    @Override
    public Class<CacheInvalidationConfiguration> configurationType() {
        return CacheInvalidationConfiguration.class;
    }

    @Override
    public CacheInvalidationPolicy create(
            String name, CacheInvalidationConfiguration configuration, PolicyContext context) {
        return new CacheInvalidationPolicy(name, context);
    }

    /** All there is to configure belongs to methods. */
    @Override
    public void reconfigure(CacheInvalidationPolicy instance, CacheInvalidationConfiguration configuration) {}

    @Override
    public List<Place> places(CacheInvalidationPolicy instance) {
        return List.of(new Place(ID, Order.CACHE_INVALIDATION, instance));
    }

    @Override
    public Snapshot snapshot(CacheInvalidationPolicy instance) {
        return instance.snapshot();
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(
                new PlacementAttribute(Selectors.KEY, Type.EXPRESSION),
                new PlacementAttribute(PREFIX, Type.EXPRESSION),
                new PlacementAttribute(OPERATION, Type.TEXT),
                new PlacementAttribute(Selectors.ALL, Type.FLAG),
                new PlacementAttribute(BEFORE, Type.FLAG));
    }

    @Override
    public List<Problem> misplacements(CacheInvalidationConfiguration configuration, Site site) {
        return Selectors.misplaced(site);
    }

    @Override
    public List<Problem> dangling(String name, Site site, Others others) {
        return Selectors.dangling(name, site, others);
    }
}
