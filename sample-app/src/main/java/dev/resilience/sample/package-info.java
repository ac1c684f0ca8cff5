/** A small marketplace with something real to protect. */
@NullMarked
package dev.resilience.sample;

import org.jspecify.annotations.NullMarked;
