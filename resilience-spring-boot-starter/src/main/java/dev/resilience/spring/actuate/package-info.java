/** The endpoint: every policy of every kind with its configuration, state and live numbers. */
@NullMarked
package dev.resilience.spring.actuate;

import org.jspecify.annotations.NullMarked;
