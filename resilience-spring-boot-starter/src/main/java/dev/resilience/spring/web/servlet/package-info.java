/** Rules for requests, and refusals, in servlet applications. */
@NullMarked
package dev.resilience.spring.web.servlet;

import org.jspecify.annotations.NullMarked;
