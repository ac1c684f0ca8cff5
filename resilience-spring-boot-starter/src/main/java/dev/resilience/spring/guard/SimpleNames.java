package dev.resilience.spring.guard;

import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.NearestName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds mistyped simple names of exceptions, and the classes that a simple name stands for.
 *
 * <p>A simple name may belong to any class of any library, so how could one be called mistyped? First it has to look like an
 * exception that people name: one of the JDK's, of Spring's, or of the application's own. Names that are one of those are
 * settled at once, and names that resemble none are given the benefit of the doubt. What is left, hardly ever anything, is
 * looked for in the whole class path and in the JDK, and is mistyped only if no class at all is called so. Who can't see the
 * whole class path, recognised by not finding our own class in it, says nothing.
 */
final class SimpleNames {

    private static final List<String> USUAL = List.of(
            "java.lang",
            "java.io",
            "java.net",
            "java.net.http",
            "java.nio.channels",
            "java.nio.file",
            "java.sql",
            "java.util",
            "java.util.concurrent",
            "javax.net.ssl",
            "dev.resilience",
            "dev.resilience.failure",
            "io.netty.handler.timeout",
            "org.springframework.dao",
            "org.springframework.transaction",
            "org.springframework.web.client",
            "org.springframework.web.reactive.function.client",
            "org.springframework.web.server");

    /** Of shorter names, such as SQL, one letter more makes another one that somebody uses. */
    private static final int SHORTEST = 6;

    private static final int MOST_LETTERS = 2;
    private static final List<String> ENDINGS = List.of("Exception", "Error");

    private final @Nullable ClassLoader loader;
    private final List<String> applicationPackages;
    private @Nullable Set<String> known;

    /** @param applicationPackages where the classes of the application are, those below included */
    SimpleNames(@Nullable ClassLoader loader, List<String> applicationPackages) {
        this.loader = loader;
        this.applicationPackages = applicationPackages;
    }

    /** The name that was probably meant, if certainly no class has this one. */
    Optional<String> meant(String name) {
        return isUsual(name) ? Optional.empty() : nearest(name, known()).filter(near -> isMissing(name));
    }

    /** Most names are, and looking for one class is quick. */
    private boolean isUsual(String name) {
        return USUAL.stream().anyMatch(usual -> ClassUtils.isPresent(usual + "." + name, loader))
                || applicationPackages.stream()
                        .anyMatch(own -> classes(below(own, "*" + name)).contains(name));
    }

    /** The classes of this name that people usually mean, and those of the application. */
    List<Class<?>> usual(String name) {
        List<Class<?>> found = new ArrayList<>();
        USUAL.forEach(usual -> add(usual + "." + name, found));
        applicationPackages.forEach(own -> addAll(below(own, "*" + name), name, found));
        return found;
    }

    /** All classes of this name, wherever they are; none where the class path can't be seen. */
    List<Class<?>> all(String name) {
        List<Class<?>> found = new ArrayList<>();
        try {
            if (isFound(PolicyRegistry.class.getSimpleName())) {
                addAll("**/*" + name + ".class", name, found);
                inJdk(name).forEach(each -> add(each, found));
            }
        } catch (IOException | RuntimeException hidden) {
            found.clear();
        }
        return found;
    }

    private void addAll(String pattern, String name, List<Class<?>> found) {
        for (Resource resource : resources(pattern)) {
            if (simpleName(resource).equals(name)) {
                add(className(resource), found);
            }
        }
    }

    private void add(String className, List<Class<?>> found) {
        if (ClassUtils.isPresent(className, loader)) {
            found.add(ClassUtils.resolveClassName(className, loader));
        }
    }

    private String className(Resource resource) {
        try {
            return new SimpleMetadataReaderFactory(loader)
                    .getMetadataReader(resource)
                    .getClassMetadata()
                    .getClassName();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String below(String packageName, String file) {
        return ClassUtils.convertClassNameToResourcePath(packageName) + "/**/" + file + ".class";
    }

    private Set<String> known() {
        Set<String> found = known;
        if (found == null) {
            found = new LinkedHashSet<>();
            for (String usual : USUAL) {
                found.addAll(PackageClasses.names(usual, loader));
            }
            for (String own : applicationPackages) {
                found.addAll(classes(below(own, "*")));
            }
            found.removeIf(name -> ENDINGS.stream().noneMatch(name::endsWith));
            known = found;
        }
        return found;
    }

    /** All of them end alike, so what comes before is compared where that isn't mistyped itself. */
    private static Optional<String> nearest(String name, Set<String> exceptions) {
        String ending = ENDINGS.stream().filter(name::endsWith).findFirst().orElse("");
        Map<String, String> byStem = new LinkedHashMap<>();
        exceptions.stream()
                .filter(exception -> exception.endsWith(ending))
                .forEach(exception -> byStem.put(stem(exception, ending), exception));
        String stem = stem(name, ending);
        return stem.length() < SHORTEST
                ? Optional.empty()
                : NearestName.of(stem, byStem.keySet(), MOST_LETTERS).map(byStem::get);
    }

    private static String stem(String name, String ending) {
        return name.substring(0, name.length() - ending.length());
    }

    private boolean isMissing(String name) {
        try {
            return isFound(PolicyRegistry.class.getSimpleName())
                    && !isFound(name)
                    && inJdk(name).isEmpty();
        } catch (IOException | RuntimeException hidden) {
            return false;
        }
    }

    private boolean isFound(String name) {
        return classes("**/*" + name + ".class").contains(name);
    }

    private static List<String> inJdk(String name) throws IOException {
        List<String> found = new ArrayList<>();
        for (Module module : ModuleLayer.boot().modules()) {
            for (String each : module.getPackages()) {
                Path file = Path.of(
                        URI.create("jrt:/" + module.getName() + "/" + each.replace('.', '/') + "/" + name + ".class"));
                if (Files.exists(file)) {
                    found.add(each + "." + name);
                }
            }
        }
        return found;
    }

    /** The simple names of the classes of this pattern, nested ones included. */
    private List<String> classes(String pattern) {
        return resources(pattern).stream().map(SimpleNames::simpleName).toList();
    }

    private List<Resource> resources(String pattern) {
        try {
            return List.of(new PathMatchingResourcePatternResolver(loader).getResources("classpath*:" + pattern));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static String simpleName(Resource resource) {
        String file = String.valueOf(resource.getFilename());
        String name = file.substring(0, file.length() - ".class".length());
        return name.substring(name.lastIndexOf('$') + 1);
    }
}
