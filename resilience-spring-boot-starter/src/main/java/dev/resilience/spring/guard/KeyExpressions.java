package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.Priority;
import dev.resilience.configuration.NearestName;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.caller.CallerAddresses;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Compiles, at start-up, the texts that say what a call is counted under and what it costs.
 *
 * <p>The grammar: {@code #…} over the arguments, {@code principal}, {@code caller}, {@code ip}, {@code header:NAME},
 * {@code @bean}, {@code role} for a tier and for what results vary by, {@code given} for the key of a lambda, a whole number where
 * a number is wanted, and a word for a priority. Everything else is an error. What a request brings is only ever a value of an
 * expression, never its text.
 */
final class KeyExpressions {

    private static final String RESOLVER = "'@resolverBean'";
    private static final String HEADER = "header:";
    private static final String ROLE = "role";
    private static final String CALLER = "caller";
    private static final List<String> WORDS = List.of("principal", CALLER, "ip");
    private static final List<String> TIER_WORDS = List.of(ROLE, "principal", CALLER, "ip");

    private static final List<String> PRIORITIES = List.of("low", "normal", "high");

    private final ApplicationContext context;
    private final Findings findings;
    private final @Nullable Requests requests;
    private final @Nullable SecurityCaller security;

    KeyExpressions(ApplicationContext context, CallerAddresses addresses, Findings findings) {
        this.context = context;
        this.findings = findings;
        this.requests = Requests.in(context, addresses);
        this.security = security(context.getClassLoader());
    }

    /**
     * What the text means on this method. A null result of the expression is passed on.
     *
     * @param attribute key, cost, tier, priority or vary-by
     * @throws dev.resilience.ResilienceConfigurationException naming the attribute, if the text can't be compiled
     */
    Expression compile(String attribute, String text, Method method, CallShape shape) {
        Site site = new Site(attribute, text.strip(), method, shape);
        return site.text().startsWith("#") ? ArgumentExpressions.compile(site) : compile(site);
    }

    private Expression compile(Site site) {
        if (site.text().startsWith("@")) {
            return resolver(site);
        }
        return site.wantsNumber() ? constant(site) : caller(site);
    }

    /** Whether there are requests to read from. */
    boolean knowRequests() {
        return requests != null;
    }

    /** Whether they are read from Reactor's context. */
    boolean readContext() {
        return requests != null && requests.readsContext();
    }

    /**
     * What the text means for requests where they enter the application: the only argument of the expression is the
     * request, or the exchange in whose Reactor context it is evaluated.
     *
     * @throws dev.resilience.ResilienceConfigurationException naming the attribute, if the text can't be compiled
     */
    Expression compileForRequests(String attribute, String text) {
        Method entrance = Objects.requireNonNull(requests, "no web application").entrance();
        Site site = Site.ofRequest(attribute, text.strip(), entrance);
        if (site.text().startsWith("#")) {
            throw site.wrong("reads an argument of a method, and a request has none", grammar(site));
        }
        Expression expression = compile(site);
        return requests.readsContext() ? expression : new RequestAtHand(expression);
    }

    private static @Nullable SecurityCaller security(@Nullable ClassLoader loader) {
        return ClassUtils.isPresent("org.springframework.security.core.context.SecurityContextHolder", loader)
                ? new SecurityCaller(ClassUtils.isPresent("reactor.util.context.ContextView", loader))
                : null;
    }

    private static Expression constant(Site site) {
        return site.isPriority() ? priority(site) : cost(site);
    }

    private static Expression priority(Site site) {
        try {
            Long priority = (long) Priority.of(site.text());
            return (arguments, context) -> priority;
        } catch (IllegalArgumentException malformed) {
            throw site.wrong(
                    "is no priority and no expression", NearestName.question(site.text(), PRIORITIES) + number(site));
        }
    }

    private static Expression cost(Site site) {
        String remedy = number(site);
        try {
            Long number = Long.valueOf(site.text());
            if (number < 0) {
                throw site.wrong("must not be negative", remedy);
            }
            return (arguments, context) -> number;
        } catch (NumberFormatException malformed) {
            throw site.wrong("is no number and no expression", remedy);
        }
    }

    private Expression caller(Site site) {
        if (site.text().equals("principal")) {
            return principal(site);
        }
        if (site.text().equals(CALLER)) {
            return deferred(site, new CallerExpression(name(site), observed(requests(site))));
        }
        if (site.text().equals(ROLE) && site.maySayRole()) {
            return role(site);
        }
        if (site.text().equals("ip")) {
            return new AddressExpression(observed(requests(site)));
        }
        if (site.text().startsWith(HEADER)) {
            return header(site, site.text().substring(HEADER.length()));
        }
        if (site.text().equals(Placement.GIVEN_WORD) && site.attribute().equals("key")) {
            return given(site);
        }
        List<String> words = site.maySayRole() ? TIER_WORDS : WORDS;
        List<String> arguments = site.ofRequest() ? List.of() : ArgumentExpressions.names(site.method());
        String near = NearestName.question(site.text(), words) + NearestName.question(site.text(), arguments, "#");
        throw site.wrong("is no expression", near + grammar(site));
    }

    /** Whoever asks for the address should know if a filter lets callers choose it. */
    private Requests observed(Requests source) {
        RewrittenAddress.finding(context.getEnvironment(), context.getClassLoader(), !source.readsContext())
                .ifPresent(findings::add);
        return source;
    }

    private static String grammar(Site site) {
        if (site.wantsNumber()) {
            return number(site);
        }
        String role = site.maySayRole() ? "'role', " : "";
        return "Write " + role + site.choice("'principal'", "'caller'", "'ip'", "'header:NAME'", RESOLVER);
    }

    private static String number(Site site) {
        return (site.isPriority() ? "Write 'low', 'normal', 'high', a whole number" : "Write a whole number")
                + (site.ofRequest() ? " or " : ", ")
                + site.choice(RESOLVER);
    }

    private Expression principal(Site site) {
        return deferred(site, name(site));
    }

    private Expression name(Site site) {
        if (security == null) {
            Requests source = requests(site);
            return (arguments, context) -> source.principal(context);
        }
        return (arguments, context) ->
                security.name(context, () -> requests == null ? null : requests.principal(context));
    }

    private Expression role(Site site) {
        if (security == null) {
            throw site.wrong(
                    "asks Spring Security, which isn't there",
                    "Add spring-boot-starter-security, or write " + site.choice(RESOLVER));
        }
        return deferred(
                site,
                site.variesResults()
                        ? (arguments, context) -> security.setOfRoles(context)
                        : (arguments, context) -> security.roles(context));
    }

    private static Expression given(Site site) {
        if (!site.ofLambda()) {
            throw site.wrong("is the key that comes with 'Pipeline.forKey', and there is none here", grammar(site));
        }
        return Placement.GIVEN_KEY;
    }

    private static Expression deferred(Site site, Expression source) {
        return new DeferredExpression(site.attribute() + " '" + site.text() + "' of " + site.operation(), source);
    }

    private Expression header(Site site, String name) {
        if (name.isEmpty() || !name.chars().allMatch(KeyExpressions::mayNameHeader)) {
            throw site.wrong("names no header", "Write for example 'header:X-API-Key'");
        }
        return new HeaderExpression(name, requests(site));
    }

    /** RFC 9110, 5.6.2: a token. */
    private static boolean mayNameHeader(int character) {
        return character < 128 && (Character.isLetterOrDigit(character) || "!#$%&'*+-.^_`|~".indexOf(character) >= 0);
    }

    private Requests requests(Site site) {
        if (requests == null) {
            throw site.wrong(
                    "is read from a web request, and this is no web application",
                    "Write '#argument' or '@resolverBean' instead");
        }
        String obstacle = requests.obstacle(site);
        if (obstacle != null) {
            throw site.wrong(obstacle, "Write '#argument' or '@resolverBean' instead");
        }
        return requests;
    }

    private Expression resolver(Site site) {
        String name = site.text().substring(1);
        if (!context.containsBean(name)) {
            List<String> known = List.of(context.getBeanNamesForType(ResilienceKeyResolver.class, true, false));
            throw site.wrong(
                    "names no bean",
                    NearestName.question(name, known, "@") + "Declare a ResilienceKeyResolver bean named '" + name
                            + "'");
        }
        if (!context.isTypeMatch(name, ResilienceKeyResolver.class)) {
            throw site.wrong("names a bean of another type", "Let '" + name + "' implement ResilienceKeyResolver");
        }
        return deferred(site, new ResolverExpression(context, name, site.method()));
    }
}
