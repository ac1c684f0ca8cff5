package dev.resilience.spring.guard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * Reads the byte code of one method for calls on the guarded object itself.
 *
 * <p>Looking for the name of a guarded method would find calls on an injected self, which are right. So the reader
 * follows {@code this} over the operand stack, in the order of the code: a jump hands its stack to its label, and after
 * an instruction that never goes on the label's stack counts. What was stored in a variable in between is not followed.
 */
final class SelfCallReader extends MethodVisitor {

    private final boolean inner;
    private final Predicate<String> ownType;
    private final BiConsumer<String, Integer> found;
    private final OperandStack stack = new OperandStack();
    private final Map<Label, List<Boolean>> atLabel = new HashMap<>();
    private boolean unreachable;
    private int line;

    /**
     * @param inner whether this is a class inside the guarded one, which sees it through a field
     * @param ownType whether a descriptor is that of the guarded class
     * @param found takes name and descriptor of a method called on the object itself, and the line
     */
    SelfCallReader(boolean inner, Predicate<String> ownType, BiConsumer<String, Integer> found) {
        super(Opcodes.ASM9);
        this.inner = inner;
        this.ownType = ownType;
        this.found = found;
    }

    @Override
    public void visitLineNumber(int number, Label start) {
        line = number;
    }

    @Override
    public void visitInsn(int opcode) {
        stack.run(opcode);
        unreachable = unreachable || opcode == Opcodes.ATHROW || opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
        if (opcode == Opcodes.ALOAD && variable == 0 && !inner) {
            stack.pushSelf();
        } else {
            stack.run(opcode);
        }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        stack.run(opcode);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        if (opcode != Opcodes.CHECKCAST) {
            stack.run(opcode);
        }
    }

    @Override
    public void visitLdcInsn(Object value) {
        stack.push(value instanceof Long || value instanceof Double ? 2 : 1);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        stack.pop(dimensions);
        stack.push(1);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        int size = Type.getType(descriptor).getSize();
        boolean write = opcode == Opcodes.PUTFIELD || opcode == Opcodes.PUTSTATIC;
        boolean member = opcode == Opcodes.PUTFIELD || opcode == Opcodes.GETFIELD;
        stack.pop((member ? 1 : 0) + (write ? size : 0));
        if (inner && name.startsWith("this$") && ownType.test(descriptor) && !write) {
            stack.pushSelf();
        } else if (!write) {
            stack.push(size);
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean ofInterface) {
        int sizes = Type.getArgumentsAndReturnSizes(descriptor);
        boolean onObject = opcode != Opcodes.INVOKESTATIC;
        int popped = (sizes >> 2) - (onObject ? 0 : 1);
        // Who writes super means that implementation, and the proxy already was around this one.
        if (onObject && opcode != Opcodes.INVOKESPECIAL && stack.isSelf(popped)) {
            found.accept(name + descriptor, line);
        }
        stack.pop(popped);
        stack.push(sizes & 3);
    }

    /** {@code this::quote} captures this and names the method. */
    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... constants) {
        int sizes = Type.getArgumentsAndReturnSizes(descriptor);
        int popped = (sizes >> 2) - 1;
        for (Object constant : constants) {
            if (constant instanceof Handle method
                    && method.getTag() != Opcodes.H_INVOKESTATIC
                    && stack.isSelf(popped)) {
                found.accept(method.getName() + method.getDesc(), line);
            }
        }
        stack.pop(popped);
        stack.push(sizes & 3);
    }

    @Override
    public void visitJumpInsn(int opcode, Label target) {
        stack.run(opcode);
        handOver(target);
        unreachable = unreachable || opcode == Opcodes.GOTO;
    }

    @Override
    public void visitTableSwitchInsn(int least, int most, Label otherwise, Label... targets) {
        leaveThrough(otherwise, targets);
    }

    @Override
    public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] targets) {
        leaveThrough(otherwise, targets);
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
        atLabel.put(handler, List.of(false));
    }

    @Override
    public void visitLabel(Label label) {
        if (unreachable) {
            stack.restore(atLabel.getOrDefault(label, List.of()));
            unreachable = false;
        }
    }

    private void leaveThrough(Label otherwise, Label... targets) {
        stack.pop(1);
        handOver(otherwise);
        for (Label target : targets) {
            handOver(target);
        }
        unreachable = true;
    }

    private void handOver(Label target) {
        if (!unreachable) {
            atLabel.putIfAbsent(target, stack.copy());
        }
    }
}
