package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.Call;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision of several limiters about one call: all of them charge it, at one time, or none does.
 *
 * <p><b>Why isn't it enough that each decides for itself, and gives back what it charged when the next one refuses?</b>
 * Because for a moment a call that never gets in has taken a permit, and a third one that had room for it is refused. So
 * the first limiter decides for all of them, while it holds all their {@linkplain Gates gates}, at a time they can all
 * {@linkplain Appointment agree} on. The others, when they are asked, only say what was decided: each has its own entry,
 * its own tally, its own exception. The first owns all charges, because it is settled whatever happens after it.
 *
 * <p>Who is switched off or in shadow mode takes no part: a limiter that is only tried out must not keep others from
 * charging. For one call.
 */
final class Joint {

    private final List<Share> shares = new ArrayList<>(4);
    private Part first = Part.Passing.INSTANCE;
    private boolean alone = true;
    private boolean hopeless;

    private Joint() {}

    /** The decision the limiter has to make for itself and its neighbours; null if it has none. */
    static @Nullable Joint of(RateLimiterPolicy first, Call call) {
        Joint joint = new Joint();
        joint.first = joint.joined(first.part(call));
        call.visitNeighbours((policy, view) -> {
            if (policy instanceof RateLimiterPolicy neighbour && view.memo() == null) {
                view.memo(joint.joined(partOf(neighbour, view)));
                joint.alone = false;
            }
        });
        return joint.alone ? null : joint;
    }

    private Part joined(Part part) {
        if (part instanceof Share share) {
            shares.add(share);
        }
        hopeless |= part instanceof Part.Failing;
        return part;
    }

    /** What a neighbour can't tell about the call is its own failure, when its turn comes. */
    private static Part partOf(RateLimiterPolicy neighbour, Call view) {
        try {
            return neighbour.part(view);
        } catch (RuntimeException | Error failure) {
            return new Part.Failing(failure);
        }
    }

    /** Charges everybody or nobody, and gives the answer of the first. */
    Admission decide(Call call) {
        if (!hopeless && !shares.isEmpty()) {
            decide(call, longestWait(call));
        }
        return first.answer(call);
    }

    private long longestWait(Call call) {
        for (Share share : shares) {
            if (share.maxWait() > 0) {
                return Math.max(0, call.remainingNanos());
            }
        }
        return 0;
    }

    private void decide(Call call, long within) {
        Gates gates = new Gates(2 * shares.size());
        shares.forEach(share -> gates.want(share.held().gate()));
        try {
            gates.enter();
            find(gates);
            gates.enter();
            decideBehindGates(call, within);
            shares.forEach(share -> share.held().end());
        } finally {
            gates.leave();
        }
        shares.forEach(share -> share.held().afterwards());
    }

    private void find(Gates gates) {
        for (Share share : shares) {
            Gate shared = share.held().find();
            if (shared != null) {
                gates.want(shared);
            }
        }
    }

    private void decideBehindGates(Call call, long within) {
        long lead = bringTogether();
        Appointment appointment = new Appointment(shares);
        if (!appointment.isFound(within)) {
            appointment.refuse();
            return;
        }
        chargeAll(appointment.delay());
        Share awaited = appointment.awaited();
        if (awaited != null) {
            awaited.waitUntil(call.now() + lead + appointment.delay());
        }
    }

    /** Now is the same for all, and where two are charged in one place they know. @return by how much now is later */
    private long bringTogether() {
        for (Share share : shares) {
            share.held().locate();
        }
        long lead = latestOfAll();
        for (int at = 0; at < shares.size(); at++) {
            for (int other = at + 1; other < shares.size(); other++) {
                shares.get(at).carryIfSame(shares.get(other));
            }
        }
        return lead;
    }

    /** Who is the latest takes all others along; that may show one of them that it is later still, but not without end. */
    private long latestOfAll() {
        long lead = 0;
        long before;
        do {
            before = lead;
            for (Share share : shares) {
                lead = Math.max(lead, share.held().lead(lead));
            }
        } while (lead > before);
        return lead;
    }

    private void chargeAll(long delay) {
        try {
            for (Share share : shares) {
                share.charge(delay);
            }
        } catch (RuntimeException | Error broken) {
            shares.forEach(Share::undo);
            throw broken;
        }
    }

    /** The call has ended. */
    void settle(Call call) {
        for (Share share : shares) {
            share.settle(call);
        }
    }
}
