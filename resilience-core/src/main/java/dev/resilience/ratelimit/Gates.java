package dev.resilience.ratelimit;

/**
 * The gates that a decision of several limiters holds, each once though two of them may stand behind the same one.
 *
 * <p><b>Why can't two decisions wait for each other?</b> Methods name their limiters in any order, so the order of names
 * is no order. Every gate has a rank, and gates are entered in two rounds, by rank in each: first those of tables and of
 * buckets that everybody knows beforehand, then those of shared buckets, which turn out to be needed behind the gate of a
 * table. Nobody enters one of the first while it holds one of the second, and a decision of a single limiter takes the
 * same way. So whoever waits for a gate holds only such as come before it. For one thread, and one decision.
 */
final class Gates {

    private final Gate[] entered;
    private int count;
    private int round;

    /** @param most how many gates are entered at most */
    Gates(int most) {
        this.entered = new Gate[most];
    }

    /** Wants this gate in the next round. */
    void want(Gate gate) {
        int place = count;
        while (place > round && entered[place - 1].rank() > gate.rank()) {
            place--;
        }
        if (place > round && entered[place - 1] == gate) {
            return;
        }
        System.arraycopy(entered, place, entered, place + 1, count - place);
        entered[place] = gate;
        count++;
    }

    /** Enters what was wanted since the last round. */
    void enter() {
        while (round < count) {
            entered[round].enter();
            round++;
        }
    }

    /** Leaves all. */
    void leave() {
        while (round > 0) {
            entered[--round].leave();
        }
    }
}
