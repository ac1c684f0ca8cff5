/** Who calls: users with a role, agents with an API key, and everybody else. */
@NullMarked
package dev.resilience.sample.accounts;

import org.jspecify.annotations.NullMarked;
