/** Rules for requests and answers to refusals in WebFlux. */
@NullMarked
package dev.resilience.spring.web.reactive;

import org.jspecify.annotations.NullMarked;
