/**
 * The annotations.
 *
 * <p>Where several annotations of one kind reach a method, the nearest wins: that of the method, of its class, of the
 * interface's method, of the interface.
 */
@NullMarked
package dev.resilience.spring.annotation;

import org.jspecify.annotations.NullMarked;
