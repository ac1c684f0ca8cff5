package dev.resilience.spring.web;

import java.util.List;

/** A request to a cached handler and its response, in servlets or WebFlux. Used by one thread at a time. */
public interface CachedExchange {

    /** The values of a header of the request. */
    List<String> asked(String header);

    /** The values of a header of the response, as far as they are known. */
    List<String> answered(String header);

    /** Sets a header of the response. */
    void answer(String header, String value);

    /** Whether somebody in particular asks: who is logged in, or has a session. */
    boolean isOfSomebody();

    /** Whether the handler answers with one media type, whatever is asked for. */
    boolean hasOneRepresentation();
}
