/**
 * From text to validated records: knobs, their layers and origins, and problems that help.
 *
 * <p>The same texts mean the same in {@code application.yml}, in annotation attributes and in the programmatic door.
 */
@NullMarked
package dev.resilience.configuration;

import org.jspecify.annotations.NullMarked;
