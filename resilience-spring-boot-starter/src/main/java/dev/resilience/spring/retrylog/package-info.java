/** The retry log: one object of JSON for each retry, for the application's logging or a file. */
@NullMarked
package dev.resilience.spring.retrylog;

import org.jspecify.annotations.NullMarked;
