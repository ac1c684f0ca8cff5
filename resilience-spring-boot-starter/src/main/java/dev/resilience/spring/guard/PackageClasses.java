package dev.resilience.spring.guard;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The classes of a package, for messages: what can't be looked into has none. */
final class PackageClasses {

    private static final String SUFFIX = ".class";

    private PackageClasses() {}

    /** Their simple names. */
    static List<String> names(String packageName, @Nullable ClassLoader loader) {
        String path = packageName.replace('.', '/');
        try {
            return Stream.concat(ofJdk(packageName, path), ofApplication(path, loader))
                    .filter(file -> file.endsWith(SUFFIX) && !file.contains("$"))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .toList();
        } catch (IOException | RuntimeException hidden) {
            return List.of();
        }
    }

    private static Stream<String> ofApplication(String path, @Nullable ClassLoader loader) throws IOException {
        return Arrays.stream(new PathMatchingResourcePatternResolver(loader)
                        .getResources("classpath*:" + path + "/*" + SUFFIX))
                .map(resource -> String.valueOf(resource.getFilename()));
    }

    /** The run time image is a file system with a directory for each module. */
    private static Stream<String> ofJdk(String packageName, String path) throws IOException {
        for (Module module : ModuleLayer.boot().modules()) {
            Path directory = Path.of(URI.create("jrt:/" + module.getName() + "/" + path));
            if (module.getPackages().contains(packageName) && Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    return files.map(file -> file.getFileName().toString()).toList().stream();
                }
            }
        }
        return Stream.of();
    }
}
