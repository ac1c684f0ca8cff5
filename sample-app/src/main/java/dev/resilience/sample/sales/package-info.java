/** Sales: what trends are made of, so that each overtakes one. */
@NullMarked
package dev.resilience.sample.sales;

import org.jspecify.annotations.NullMarked;
