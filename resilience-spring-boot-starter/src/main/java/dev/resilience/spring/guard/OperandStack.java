package dev.resilience.spring.guard;

import java.util.ArrayList;
import java.util.List;
import org.springframework.asm.Opcodes;

/**
 * The operand stack of a method while its byte code is read from top to bottom, as far as one question needs it: which
 * slots hold the guarded object itself? A {@code long} or {@code double} takes two slots.
 */
final class OperandStack {

    /** By opcode, how many slots an instruction without a descriptor pops (Java Virtual Machine Specification, 6.5). */
    private static final String POPPED = ""
            + "00000000000000000000000000000000000000000000002222"
            + "22221212100000000000000000000343433331200000022424"
            + "24242424242424241212232323242424011122211122211142"
            + "24411111122222222000111212100000000000111101110011";

    /** By opcode, how many slots it pushes. */
    private static final String PUSHED = ""
            + "01111111122111221100012121000000000000000000001212"
            + "11110000000000000000000000000000000000000000021212"
            + "12121212121212121212121212121212021211212212111111"
            + "11100000000000000000000000000000000001111001000000";

    private List<Boolean> slots = new ArrayList<>();

    /** Runs an instruction whose effect on the stack is always the same. */
    void run(int opcode) {
        if (opcode >= Opcodes.DUP && opcode <= Opcodes.DUP2_X2) {
            duplicate(opcode <= Opcodes.DUP_X2 ? 1 : 2, (opcode - Opcodes.DUP) % 3);
        } else {
            pop(POPPED.charAt(opcode) - '0');
            push(PUSHED.charAt(opcode) - '0');
        }
    }

    void pushSelf() {
        slots.add(true);
    }

    void push(int count) {
        for (int added = 0; added < count; added++) {
            slots.add(false);
        }
    }

    void pop(int count) {
        slots.subList(Math.max(0, slots.size() - count), slots.size()).clear();
    }

    /** Whether the slot this deep holds the guarded object; 1 is the top. */
    boolean isSelf(int depth) {
        return depth >= 1 && depth <= slots.size() && slots.get(slots.size() - depth);
    }

    List<Boolean> copy() {
        return new ArrayList<>(slots);
    }

    void restore(List<Boolean> copy) {
        slots = new ArrayList<>(copy);
    }

    /** Copies so many slots from the top to below so many others. */
    private void duplicate(int count, int below) {
        int from = Math.max(0, slots.size() - count);
        slots.addAll(Math.max(0, from - below), List.copyOf(slots.subList(from, slots.size())));
    }
}
