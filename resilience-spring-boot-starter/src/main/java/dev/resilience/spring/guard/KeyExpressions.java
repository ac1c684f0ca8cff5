package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Placement.Expression;
import dev.resilience.spring.ResilienceKeyResolver;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Compiles, at start-up, the texts that say what a call is counted under and what it costs.
 *
 * <p>The grammar: {@code #…} over the arguments, {@code principal}, {@code ip}, {@code header:NAME}, {@code @bean}, and
 * a whole number where a number is wanted. Everything else is an error. What a request brings is only ever a value of an
 * expression, never its text.
 */
final class KeyExpressions {

    private static final String GRAMMAR = "Write '#argument', 'principal', 'ip', 'header:NAME' or '@resolverBean'";
    private static final String HEADER = "header:";

    private final ApplicationContext context;
    private final @Nullable Requests requests;
    private final @Nullable SecurityNames security;

    KeyExpressions(ApplicationContext context) {
        this.context = context;
        this.requests = Requests.in(context);
        this.security = security(context.getClassLoader());
    }

    /**
     * What the text means on this method. A null result of the expression is passed on.
     *
     * @param attribute key, cost, tier or priority
     * @throws dev.resilience.ResilienceConfigurationException naming the attribute, if the text can't be compiled
     */
    Expression compile(String attribute, String text, Method method, CallShape shape) {
        Site site = new Site(attribute, text.strip(), method, shape);
        if (site.text().startsWith("#")) {
            return ArgumentExpressions.compile(site);
        }
        if (site.text().startsWith("@")) {
            return resolver(site);
        }
        return site.wantsNumber() ? constant(site) : caller(site);
    }

    private static @Nullable SecurityNames security(@Nullable ClassLoader loader) {
        return ClassUtils.isPresent("org.springframework.security.core.context.SecurityContextHolder", loader)
                ? new SecurityNames(ClassUtils.isPresent("reactor.util.context.ContextView", loader))
                : null;
    }

    private static Expression constant(Site site) {
        String remedy = "Write a whole number, '#argument' or '@resolverBean'";
        try {
            Long number = Long.valueOf(site.text());
            if (number < 0 && site.attribute().equals("cost")) {
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
        if (site.text().equals("ip")) {
            Requests source = requests(site);
            return new AddressExpression(source);
        }
        if (site.text().startsWith(HEADER)) {
            return header(site, site.text().substring(HEADER.length()));
        }
        String near = Site.didYouMean(site.text(), List.of("principal", "ip"), "")
                + Site.didYouMean(site.text(), ArgumentExpressions.names(site.method()), "#");
        throw site.wrong("is no expression", near + GRAMMAR);
    }

    private Expression principal(Site site) {
        if (security == null) {
            Requests source = requests(site);
            return (arguments, context) -> source.principal(context);
        }
        if (requests == null) {
            return (arguments, context) -> security.current(context);
        }
        return (arguments, context) -> {
            String name = security.current(context);
            return name == null ? requests.principal(context) : name;
        };
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
                    Site.didYouMean(name, known, "@") + "Declare a ResilienceKeyResolver bean named '" + name + "'");
        }
        if (!context.isTypeMatch(name, ResilienceKeyResolver.class)) {
            throw site.wrong("names a bean of another type", "Let '" + name + "' implement ResilienceKeyResolver");
        }
        return new ResolverExpression(context, name, site.method());
    }
}
