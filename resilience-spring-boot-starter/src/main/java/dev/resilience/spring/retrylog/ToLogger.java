package dev.resilience.spring.retrylog;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes lines to the application's logging, which knows where they go from there and whether they may wait. */
final class ToLogger implements Destination {

    /** The logger of the retry log, for its lines and for what befalls them. */
    static final Logger LOGGER = LoggerFactory.getLogger("dev.resilience.retry-log");

    @Override
    public boolean isOpen() {
        return LOGGER.isInfoEnabled();
    }

    @Override
    public void accept(String line) {
        LOGGER.info(line);
    }

    @Override
    public void close() {
        // The logging ends with the application.
    }
}
