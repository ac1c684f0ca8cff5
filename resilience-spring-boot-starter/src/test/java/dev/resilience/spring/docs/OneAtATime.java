package dev.resilience.spring.docs;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets at most one call per key in: the policy that {@code docs/design.md} writes. */
final class OneAtATime implements Policy {

    private final String name;
    private final Set<@Nullable Object> busy = Collections.synchronizedSet(new HashSet<>());

    OneAtATime(String name) {
        this.name = name;
    }

    @Override
    public Admission admit(Call call) {
        return busy.add(call.key()) ? Admission.proceed() : Admission.fail(new BusyException(name));
    }

    @Override
    public Verdict settle(Call call) {
        busy.remove(call.key());
        return Verdict.proceed();
    }
}
