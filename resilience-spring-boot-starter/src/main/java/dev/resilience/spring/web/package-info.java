/** Refusals and expiries as HTTP answers, on servlet and WebFlux alike. */
@NullMarked
package dev.resilience.spring.web;

import org.jspecify.annotations.NullMarked;
