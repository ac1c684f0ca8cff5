package dev.resilience.cache;

import dev.resilience.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a call would wait for itself if it waited for a load, in whatever cache: because it is made inside that
 * load, or inside one that the other waits for, over however many loads and threads in between.
 *
 * <p>A load waits for what a call made inside it waits for. Each load knows those calls for as long as they wait, so nobody
 * has to know all loads there are. Two calls that close a circle at once both say that they wait before they look, so at
 * least one of them sees it.
 */
final class WayRound {

    private WayRound() {}

    /** The loads that a call of this scope is made inside of, or leads, innermost first. */
    static List<Load> loadsAround(Scope scope) {
        List<Load> loads = new ArrayList<>(0);
        for (Object task : scope.work()) {
            if (task instanceof Load load) {
                loads.add(load);
            }
        }
        return loads;
    }

    /** The loads that would wait for each other, in that order, the first one last again; null if there is no such circle. */
    static @Nullable List<Load> of(List<Load> around, Load wanted) {
        List<Load> back = around.isEmpty() ? null : wayBack(wanted, around);
        if (back == null) {
            return null;
        }
        List<Load> round = new ArrayList<>(around.subList(0, around.indexOf(back.get(back.size() - 1)) + 1));
        Collections.reverse(round);
        round.addAll(back);
        return round;
    }

    /** The loads from this one to the first of those around that it waits for. */
    private static @Nullable List<Load> wayBack(Load from, List<Load> around) {
        Map<Load, @Nullable Load> cameFrom = new HashMap<>();
        cameFrom.put(from, null);
        Deque<Load> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Load load = open.remove();
            if (around.contains(load)) {
                return way(load, cameFrom);
            }
            for (Follower inside : load.waiting()) {
                if (!cameFrom.containsKey(inside.load())) {
                    cameFrom.put(inside.load(), load);
                    open.add(inside.load());
                }
            }
        }
        return null;
    }

    private static List<Load> way(Load end, Map<Load, @Nullable Load> cameFrom) {
        List<Load> way = new ArrayList<>();
        for (Load load = end; load != null; load = cameFrom.get(load)) {
            way.add(load);
        }
        Collections.reverse(way);
        return way;
    }
}
