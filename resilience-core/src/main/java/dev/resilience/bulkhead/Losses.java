package dev.resilience.bulkhead;

/**
 * Which share of the calls is lost, and whether there are too many calls because of that. Not thread-safe.
 *
 * <p><b>Isn't every lost call one too many?</b> A timeout of twice the mean latency is too short for some calls however few of
 * them there are, and a backend can answer 503 for reasons of its own. Who retreats from that retreats for ever.
 *
 * <p>So the test is the one that the latency has to pass as well: what queues becomes less with the calls. A share that hasn't
 * clearly fallen although there are clearly fewer calls isn't their doing. It is taken for the usual one, the limit goes
 * back, and from then on only clearly more counts. It sinks as soon as less is seen, at the latest when the latency
 * without load is measured. Where more than a third is lost, going on as before is no answer, whoever's doing it is.
 */
final class Losses {

    private static final double TOO_MANY = 0.1;

    private static final double CLEARLY_FEWER = 0.6;

    /** Of what there was above the usual share. */
    private static final double CLEARLY_LESS = 2 / 3.0;

    /** This many standard errors are no accident. */
    private static final double SURE = 3;

    private static final double MOST_USUAL = 1 / 3.0;

    /** So many calls have to tell it. */
    private static final int ENOUGH = 50;

    private double usual;
    private double limitBefore;
    private int callsBefore;
    private double shareBefore;
    /** Of those whiles in which there were clearly fewer. */
    private int calls;

    private double lost;

    /** Learns from a while, and tells whether the limit has to be lowered because of it. */
    boolean areTooMany(Latencies seen) {
        double accident = SURE * Math.sqrt(usual * (1 - usual) / seen.calls());
        usual = Math.min(usual, seen.overloaded() + accident);
        boolean tooMany = seen.overloaded() > usual + Math.max(TOO_MANY * (1 - usual), accident);
        if (!tooMany && hasFallen(seen.overloaded())) {
            callsBefore = 0;
        }
        return tooMany;
    }

    /** The limit after a while in which they were too many. */
    double limitAfter(Latencies seen, double limit, boolean atLeast) {
        if (callsBefore == 0 || seen.most() > callsBefore) {
            refer(seen, limit);
        }
        if (seen.most() > CLEARLY_FEWER * callsBefore && !atLeast) {
            return limit * LimitRule.BACK_OFF;
        }
        calls += seen.calls();
        lost += seen.overloaded() * seen.calls();
        double share = lost / calls;
        if (calls >= ENOUGH && share + 2 * Math.sqrt(share * (1 - share) / calls) <= MOST_USUAL) {
            if (atLeast || !hasFallen(share)) {
                usual = share;
                callsBefore = 0;
                return limitBefore;
            }
            refer(seen, limit);
        }
        return limit * LimitRule.BACK_OFF;
    }

    private boolean hasFallen(double share) {
        return share - usual < CLEARLY_LESS * (shareBefore - usual);
    }

    private void refer(Latencies seen, double limit) {
        limitBefore = limit;
        callsBefore = seen.most();
        shareBefore = seen.overloaded();
        calls = 0;
        lost = 0;
    }
}
