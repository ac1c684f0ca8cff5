/**
 * From the environment of an application to the layers of its policies, with the place of every word.
 *
 * <p>Everything below {@code resilience.} is read, by name and not by what a bean expects, so that a word nobody
 * understands is an error and not ignored.
 */
@NullMarked
package dev.resilience.spring.config;

import org.jspecify.annotations.NullMarked;
