package dev.resilience.spring.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.StreamUtils;

/**
 * Finds annotated classes of the application that are no beans, so that nobody stands in front of their methods.
 *
 * <p>Looking at every class of an application would be felt at start-up. A class that uses our annotations has their
 * names in its bytes, so those are searched, and only the few classes that have them are looked at.
 */
final class StrayClasses {

    private static final byte[] ANNOTATIONS = "Ldev/resilience/spring/annotation/".getBytes(StandardCharsets.US_ASCII);

    private final ClassLoader loader;
    private final AnnotationReader annotations;
    private final Set<Class<?>> beans;

    StrayClasses(ClassLoader loader, AnnotationReader annotations, Set<Class<?>> beans) {
        this.loader = loader;
        this.annotations = annotations;
        this.beans = beans;
    }

    List<Finding> in(List<String> packages) {
        List<Finding> findings = new ArrayList<>();
        PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver(loader);
        for (String name : packages) {
            String pattern = "classpath*:" + ClassUtils.convertClassNameToResourcePath(name) + "/**/*.class";
            try {
                for (Resource resource : resources.getResources(pattern)) {
                    inspect(resource, findings);
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return findings;
    }

    private void inspect(Resource resource, List<Finding> findings) throws IOException {
        if (mentionsUs(resource)) {
            String name = new SimpleMetadataReaderFactory(loader)
                    .getMetadataReader(resource)
                    .getClassMetadata()
                    .getClassName();
            Class<?> type = ClassUtils.resolveClassName(name, loader);
            if (isStray(type)) {
                findings.add(finding(type));
            }
        }
    }

    private boolean isStray(Class<?> type) {
        return !type.isAnnotation()
                && !Modifier.isAbstract(type.getModifiers())
                && annotations.concerns(type)
                && beans.stream().noneMatch(type::isAssignableFrom);
    }

    private static boolean mentionsUs(Resource resource) throws IOException {
        try (InputStream stream = resource.getInputStream()) {
            return contains(StreamUtils.copyToByteArray(stream));
        }
    }

    private static boolean contains(byte[] bytes) {
        for (int start = 0; start <= bytes.length - ANNOTATIONS.length; start++) {
            int length = 0;
            while (length < ANNOTATIONS.length && bytes[start + length] == ANNOTATIONS[length]) {
                length++;
            }
            if (length == ANNOTATIONS.length) {
                return true;
            }
        }
        return false;
    }

    private static Finding finding(Class<?> type) {
        return Finding.warning(
                "no-bean",
                type.getName(),
                "The class has guarded methods and is no bean, so that nothing guards them.",
                "Make it a bean, or call through Resilience.pipeline(…).");
    }
}
