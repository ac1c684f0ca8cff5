/**
 * The interpreter and its drivers: what policies decide is done here, and only here.
 *
 * <p>{@link dev.resilience.execution.Execution} walks a call through the policies and knows no call shape; the drivers
 * know one call shape each and no policy.
 */
@NullMarked
package dev.resilience.execution;

import org.jspecify.annotations.NullMarked;
