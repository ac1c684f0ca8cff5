/** What is set up when the starter is on the class path. */
@NullMarked
package dev.resilience.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
