/** An application with the starter, annotations, and nothing else: no configuration file. */
package dev.resilience.consumer.guarded;
