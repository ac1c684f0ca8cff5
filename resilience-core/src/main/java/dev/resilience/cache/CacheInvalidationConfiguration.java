package dev.resilience.cache;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which results of the cache of the same name a method overtakes, and when they are dropped. */
public record CacheInvalidationConfiguration(
        @Knob(
                value = "The key whose results are dropped, as an expression over the arguments.",
                example = "#quote.symbol")
        @Nullable String key,

        @Knob(
                value = "What the keys begin with whose results are dropped, as an expression that gives a text.",
                example = "#shop + '/'")
        @Nullable String prefix,

        @Knob(
                value = "The operation whose results are dropped, by Class.method or by method.",
                example = "QuoteService.quote")
        @Nullable String operation,

        @Knob(value = "Whether all results are dropped.", byDefault = "false")
        Boolean all,

        @Knob(
                value =
                        "Whether they are dropped before the method runs, however it ends, instead of after its success.",
                byDefault = "false")
        Boolean before) {

    public CacheInvalidationConfiguration {
        List<String> said = Stream.of(
                        key == null ? null : "key",
                        prefix == null ? null : "prefix",
                        operation == null ? null : "operation",
                        all ? "all" : null)
                .flatMap(Stream::ofNullable)
                .toList();
        new Rules()
                .otherwise(
                        said.size() < 2,
                        said.isEmpty() ? "" : said.get(0),
                        null,
                        "stands beside " + String.join(", ", said.subList(Math.min(1, said.size()), said.size()))
                                + ", and an invalidation goes by one of them",
                        "Keep one of the two")
                .report();
    }
}
