/** The deadline of a guarded call on its way out: requests of HTTP clients end with the call that makes them. */
@NullMarked
package dev.resilience.spring.client;

import org.jspecify.annotations.NullMarked;
