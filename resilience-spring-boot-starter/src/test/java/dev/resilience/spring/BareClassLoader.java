package dev.resilience.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;

/** Finds our classes itself, and some libraries not at all. */
public final class BareClassLoader extends ClassLoader {

    private final List<String> hidden;

    private BareClassLoader(String... hidden) {
        super(BareClassLoader.class.getClassLoader());
        this.hidden = List.of(hidden);
    }

    /** Loads the program, and all of ours that it uses, once more where the classes of these packages are missing, and runs it. */
    public static Object run(Class<? extends Supplier<Object>> program, String... hidden) throws Exception {
        Class<?> bare = new BareClassLoader(hidden).loadClass(program.getName());
        assertThat(bare).isNotSameAs(program);
        return ((Supplier<?>) bare.getConstructor().newInstance()).get();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (hidden.stream().anyMatch(name::startsWith)) {
            throw new ClassNotFoundException(name);
        }
        if (!name.startsWith("dev.resilience.")) {
            return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream bytes = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            byte[] code = bytes.readAllBytes();
            return defineClass(name, code, 0, code.length);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }
}
