package dev.resilience.ratelimit;

import java.io.Serializable;

/** What a refusal rests on: the {@link Refusal} itself, or the {@link Evidence} it can be told from. Immutable to who asks. */
sealed interface Grounds extends Serializable permits Refusal, Evidence {

    /** Why the charge doesn't pass. */
    Refusal refusal();

    /** How long until the charge would pass; {@link Engine#NEVER} if it can't. */
    long waitNanos();
}
