package dev.resilience.spring.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;

/** Says where a property was written, as short as people say it: {@code application.yml:12}, {@code command line}. */
final class Origins {

    private Origins() {}

    static String of(PropertySource<?> source, String name) {
        Origin origin = OriginLookup.getOrigin(source, name);
        if (origin instanceof TextResourceOrigin text && text.getResource() != null) {
            return file(text.getResource()) + line(text.getLocation());
        }
        if (source instanceof SystemEnvironmentPropertySource) {
            return "environment variable " + name;
        }
        if (source instanceof CommandLinePropertySource) {
            return "command line";
        }
        boolean system = source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        return system ? "system property" : source.getName();
    }

    private static String file(Resource resource) {
        String name = resource.getFilename();
        return name == null ? resource.getDescription() : name;
    }

    private static String line(TextResourceOrigin.@Nullable Location location) {
        return location == null ? "" : ":" + (location.getLine() + 1);
    }
}
