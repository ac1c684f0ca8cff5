package dev.resilience.execution;

import dev.resilience.CallTimedOutException;
import dev.resilience.Hedger;
import dev.resilience.Outcome;
import dev.resilience.failure.Suppression;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call that hedges: a try of everything further in than the policy that hedges, and, if that is slow, a
 * second one beside it.
 *
 * <p>The tries are calls of their own, with inboxes, deadlines and entries of their own, inside the scope of the call they
 * belong to. What becomes of them they tell this race, through the inbox of the call: so who wins is decided by one thread
 * at a time, in the order in which they came, and a deadline or a caller who leaves takes its turn like any other. Of two
 * that come at once, one finds the race over.
 *
 * <p>A try that loses is given up like a call whose caller has left. What of its work goes on all the same is told to the
 * call as a body that was left behind: entries that last until bodies end last until then.
 *
 * <p>Used under the turn of the call.
 */
final class Race {

    private final AsyncCall call;
    private final Execution execution;
    private final CarefulHedger hedger;
    private final int turn;
    private final Contender first;
    private @Nullable Contender hedge;
    private @Nullable Contender failed;
    private @Nullable Scheduled timer;
    private @Nullable Abandoned left;
    private boolean reached;
    private long reachedAt;
    private long hedgeAfter;
    private boolean over;

    Race(AsyncCall call, int turn) {
        this.call = call;
        this.execution = call.execution;
        this.hedger = new CarefulHedger(execution);
        this.turn = turn;
        this.first = new Contender();
    }

    // What the call says.

    /** The attempt begins. */
    void begin() {
        hedgeAfter = hedger.hedgeAfterNanos();
        AsyncCall inside = first.enter();
        call.begin(inside::startInContext);
    }

    /** The call has got past this attempt: a deadline has passed, or the caller has left. */
    void drop(Abandoned body) {
        end();
        left = body;
        first.leave(body.expiry());
        if (hedge != null) {
            hedge.leave(body.expiry());
        }
        endWithTheLast();
    }

    // What happens.

    /** A try that still waits for a permit isn't slow, and a second one would wait behind it. */
    private void reachedMethod() {
        execution.reachedMethod();
        if (!reached) {
            reached = true;
            reachedAt = execution.exactly();
            // Later, because a method that gives its value at once needs nobody who looks after it.
            call.hear(this::watch);
        }
    }

    private void watch() {
        if (isOver() || hedgeAfter == Hedger.NEVER) {
            return;
        }
        long passed = execution.exactly() - reachedAt;
        try {
            timer = scheduler().schedule(() -> call.hear(this::hedge), Math.max(0, hedgeAfter - passed));
        } catch (RejectedExecutionException closed) {
            hedgeAfter = Hedger.NEVER;
        }
    }

    private void hedge() {
        if (isOver() || hedge != null || scheduler().isClosed() || !hedger.grantsHedge()) {
            return;
        }
        Contender second = new Contender();
        hedge = second;
        AsyncCall inside = second.enter();
        inside.execution.attempt++;
        hedger.tell(inside.execution.attempt, hedgeAfter);
        inside.startElsewhere();
    }

    private void ended(Contender ended) {
        if (isOver()) {
            endWithTheLast();
            return;
        }
        execution.hasSeen(ended.execution());
        if (ended.isGood()) {
            settle(ended);
        } else if (hedge == null || failed != null) {
            settle(whichOf(ended, failed));
        } else {
            failed = ended;
        }
    }

    /** What the rival says about its end when it is given up comes before the rest, if it says it at once. */
    private void settle(Contender told) {
        end();
        first.leave(null);
        if (hedge != null) {
            hedge.leave(null);
        }
        call.hear(() -> goOnAs(told));
    }

    private void goOnAs(Contender told) {
        if (!call.isDue(turn)) {
            return;
        }
        if (anybodyWorks()) {
            left = execution.leaveBehind(null);
        }
        if (reached && told.isGood()) {
            hedger.won(execution.exactly() - reachedAt, told == hedge);
        }
        execution.attempt += hedge == null ? 0 : 1;
        call.endAs(told.execution());
    }

    private void endWithTheLast() {
        if (left != null && !anybodyWorks()) {
            left.end();
        }
    }

    private void end() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private boolean isOver() {
        return over || !call.isDue(turn);
    }

    private boolean anybodyWorks() {
        return first.works || hedge != null && hedge.works;
    }

    /** Of two that are no good, the last says how the attempt ended, unless it was only kept from beginning. */
    private static Contender whichOf(Contender last, @Nullable Contender earlier) {
        if (earlier == null) {
            return last;
        }
        Contender told = last.cameToNothing() ? earlier : last;
        Throwable other = (told == last ? earlier : last).execution().failure;
        Throwable failure = told.execution().failure;
        if (failure != null && other != null) {
            Suppression.into(failure, List.of(other));
        }
        return told;
    }

    private Scheduler scheduler() {
        return execution.route.runtime.time().scheduler();
    }

    /** One try, as the race sees it, and through which it tells the race. */
    final class Contender {
        private @Nullable AsyncCall inside;
        private @Nullable Boolean good;
        private boolean ended;
        private boolean works = true;

        private AsyncCall enter() {
            AsyncCall made = call.contender(this);
            inside = made;
            return made;
        }

        private Execution execution() {
            return inside.execution;
        }

        private void leave(@Nullable CallTimedOutException expiry) {
            if (!ended && expiry == null) {
                inside.giveUp();
            } else if (!ended) {
                inside.expireAround(expiry);
            }
        }

        private boolean isGood() {
            if (good == null) {
                good = execution().outcome == Outcome.VALUE && hedger.isGood(execution().value);
            }
            return good;
        }

        private boolean cameToNothing() {
            Outcome outcome = execution().outcome;
            return outcome == Outcome.REFUSED || outcome == Outcome.CANCELLED;
        }

        // What the try tells, on any thread.

        /** It has come as far as the method. */
        void reachedMethod() {
            call.hear(() -> {
                if (call.isDue(turn)) {
                    Race.this.reachedMethod();
                }
            });
        }

        /** It has ended, however it did. @param leavesWork whether some of its work goes on all the same */
        void ended(boolean leavesWork) {
            call.hear(() -> {
                ended = true;
                works &= leavesWork;
                Race.this.ended(this);
            });
        }

        /** None of its work goes on any more. */
        void isQuiet() {
            call.hear(() -> {
                works = false;
                endWithTheLast();
            });
        }
    }
}
