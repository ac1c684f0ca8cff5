package dev.resilience.spring.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** Environments made of YAML, with origins as if it had been read from files. */
public final class Yaml {

    private Yaml() {}

    /** An environment of nothing but {@code application.yml} with this content. */
    public static StandardEnvironment environment(String yaml) {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.forEach(source -> sources.remove(source.getName()));
        add(environment, "application.yml", yaml);
        return environment;
    }

    /** Adds a file that is weaker than what is there. */
    static void add(StandardEnvironment environment, String file, String yaml) {
        load(file, yaml).forEach(environment.getPropertySources()::addLast);
    }

    private static List<PropertySource<?>> load(String file, String yaml) {
        ByteArrayResource resource = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public String getFilename() {
                return file;
            }
        };
        try {
            List<PropertySource<?>> documents = new YamlPropertySourceLoader().load(file, resource);
            Collections.reverse(documents);
            return documents;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
