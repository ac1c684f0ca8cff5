/** An application with a mistake in an annotation, which must not start. */
package dev.resilience.consumer.mistyped;
