/** What an application using the starter writes code against. */
@NullMarked
package dev.resilience.spring;

import org.jspecify.annotations.NullMarked;
