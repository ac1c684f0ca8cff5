/** What the rooms of the starter share with each other and with users. */
@NullMarked
package dev.resilience.spring;

import org.jspecify.annotations.NullMarked;
