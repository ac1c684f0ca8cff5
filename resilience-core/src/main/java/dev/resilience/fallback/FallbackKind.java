package dev.resilience.fallback;

import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Optional;

/** The fallbacks. */
public final class FallbackKind implements PolicyKind<FallbackConfiguration, FallbackPolicy> {

    static final String ID = "fallbacks";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "fallback";
    }

    @Override
    public Class<FallbackConfiguration> configurationType() {
        return FallbackConfiguration.class;
    }

    @Override
    public FallbackPolicy create(String name, FallbackConfiguration configuration, PolicyContext context) {
        return new FallbackPolicy(configuration);
    }

    @Override
    public void reconfigure(FallbackPolicy instance, FallbackConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(FallbackPolicy instance) {
        return List.of(new Place(ID, Order.FALLBACK, instance));
    }

    @Override
    public Snapshot snapshot(FallbackPolicy instance) {
        return instance.snapshot();
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(
                new PlacementAttribute(FallbackPolicy.LAST_GOOD, Type.EARLIER),
                new PlacementAttribute("method", Type.METHOD),
                new PlacementAttribute("value", Type.VALUE));
    }

    /** {@code @Fallback("cheapQuote")} names the method; the name of a fallback is given as {@code name}. */
    @Override
    public Optional<String> shorthand(String value) {
        return MethodNames.areSome(value) ? Optional.of("method") : Optional.empty();
    }

    @Override
    public List<Problem> misplacements(FallbackConfiguration configuration, Site site) {
        boolean aimed = !configuration.method().isEmpty()
                || configuration.value() != null
                || configuration.lastGood() != null
                || placementAttributes().stream()
                        .anyMatch(one -> site.placement().containsKey(one.name()));
        return aimed ? List.of() : List.of(aimless(site));
    }

    private static Problem aimless(Site site) {
        return new Problem(
                "method",
                null,
                site.operation(),
                "the fallback has neither a method nor a value, and asks for no last good one",
                "Write for example '@Fallback(\"cheapQuote\")', or 'method: cheapQuote', or 'value: 0', or 'last-good: 10m'");
    }

    @Override
    public boolean hasUsefulDefaults() {
        return false;
    }
}
