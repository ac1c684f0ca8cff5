/** What happened, as one sealed type, and who listens. */
@NullMarked
package dev.resilience.event;

import org.jspecify.annotations.NullMarked;
