package dev.resilience.cache;

/**
 * One load that nobody has to wait for, because there is a result to give meanwhile.
 *
 * @param load what the refresh leads, for those who come when the old result can't be given any more
 * @param old the result that was given
 */
record Refresh(Load load, Kept old) {}
