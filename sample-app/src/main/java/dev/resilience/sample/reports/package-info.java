/** Sales reports: slow and heavy, so few run at once. */
@NullMarked
package dev.resilience.sample.reports;

import org.jspecify.annotations.NullMarked;
