/** The bulkhead: bounds how many calls are under way at once, and lets a few wait in line for a seat. */
@NullMarked
package dev.resilience.bulkhead;

import org.jspecify.annotations.NullMarked;
