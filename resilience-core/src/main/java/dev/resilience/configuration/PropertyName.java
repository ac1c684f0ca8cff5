package dev.resilience.configuration;

import java.util.regex.Pattern;

/** Full names of properties, as a user would write them: {@code resilience.rate-limiters[QuoteService.quote].limits}. */
public final class PropertyName {

    /** The root of everything there is to configure. */
    public static final String ROOT = "resilience";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    private PropertyName() {}

    /** The name of one policy of a kind. */
    public static String of(String kind, String policy) {
        return below(ROOT + "." + kind, policy);
    }

    /** The name of what a kind's policies inherit. */
    public static String defaults(String kind) {
        return ROOT + ".defaults." + kind;
    }

    /** A name further below; what binding would mangle goes into brackets. */
    public static String below(String parent, String element) {
        return isPlain(element) ? parent + "." + element : parent + "[" + element + "]";
    }

    /** Whether this element survives binding without brackets. */
    public static boolean isPlain(String element) {
        return PLAIN.matcher(element).matches();
    }
}
