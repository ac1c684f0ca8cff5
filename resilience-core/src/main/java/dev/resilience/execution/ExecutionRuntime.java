package dev.resilience.execution;

import dev.resilience.ContextCarrier;
import dev.resilience.event.EventSink;
import dev.resilience.time.Time;

/**
 * What all calls of one application share. Two applications in one JVM share nothing.
 *
 * @param time every clock there is
 * @param deadlines the armed deadlines
 * @param events where the interpreter tells what happened
 * @param carrier carries context to other threads
 * @param timed whether durations are recorded
 */
public record ExecutionRuntime(
        Time time, Deadlines deadlines, EventSink events, ContextCarrier carrier, boolean timed) {}
