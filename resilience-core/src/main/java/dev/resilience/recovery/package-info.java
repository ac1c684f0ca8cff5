/** Recoveries: what is to be done about which failure. */
@NullMarked
package dev.resilience.recovery;

import org.jspecify.annotations.NullMarked;
