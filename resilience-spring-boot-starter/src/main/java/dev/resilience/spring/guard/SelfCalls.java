package dev.resilience.spring.guard;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * The calls that a class makes on itself, read from its byte code: from its methods, their lambdas, and the classes
 * inside it. No other class is read. What can't be read is passed over.
 */
final class SelfCalls {

    /**
     * One call.
     *
     * @param caller the name of the method it is written in
     * @param callee name and descriptor of the method called
     */
    record SelfCall(String caller, String callee, int line) {}

    private final Class<?> type;
    private final String name;
    private final Set<String> insiders = new TreeSet<>();
    private final List<SelfCall> calls = new ArrayList<>();

    private SelfCalls(Class<?> type) {
        this.type = type;
        this.name = Type.getInternalName(type);
    }

    static List<SelfCall> of(Class<?> type) {
        SelfCalls reading = new SelfCalls(type);
        reading.read(reading.name, false);
        reading.insiders.forEach(insider -> reading.read(insider, true));
        return List.copyOf(reading.calls);
    }

    private void read(String className, boolean inner) {
        ClassLoader loader = type.getClassLoader();
        String file = className + ".class";
        try (InputStream bytes =
                loader == null ? ClassLoader.getSystemResourceAsStream(file) : loader.getResourceAsStream(file)) {
            if (bytes != null) {
                new ClassReader(bytes).accept(new Reading(inner), ClassReader.SKIP_FRAMES);
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            // A class made at run time, or of a newer Java: nothing can be seen in it.
        }
    }

    private final class Reading extends ClassVisitor {
        private final boolean inner;

        private Reading(boolean inner) {
            super(Opcodes.ASM9);
            this.inner = inner;
        }

        @Override
        public void visitInnerClass(String className, @Nullable String outer, @Nullable String simple, int access) {
            if (!inner && className.startsWith(name + "$") && (access & Opcodes.ACC_STATIC) == 0) {
                insiders.add(className);
            }
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String method,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            if ((access & (Opcodes.ACC_STATIC | Opcodes.ACC_BRIDGE)) != 0) {
                return null;
            }
            return new SelfCallReader(
                    inner,
                    Type.getDescriptor(type)::equals,
                    (callee, line) -> calls.add(new SelfCall(written(method), callee, line)));
        }

        /** A lambda is compiled to {@code lambda$place$0}. */
        private static String written(String method) {
            String[] parts = method.split("\\$");
            return method.startsWith("lambda$") && parts.length >= 3 ? parts[1] : method;
        }
    }
}
