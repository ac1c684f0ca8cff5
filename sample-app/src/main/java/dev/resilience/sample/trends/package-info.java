/** Category trends: an aggregation that is not worth computing twice in half a minute. */
@NullMarked
package dev.resilience.sample.trends;

import org.jspecify.annotations.NullMarked;
