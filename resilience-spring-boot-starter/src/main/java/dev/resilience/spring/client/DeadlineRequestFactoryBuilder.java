package dev.resilience.spring.client;

import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.client.ClientHttpRequestFactory;

/** Builds what another builder builds, bound to deadlines. Customizers see what they expect: the factory inside. */
final class DeadlineRequestFactoryBuilder<T extends ClientHttpRequestFactory>
        implements ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> {

    private final ClientHttpRequestFactoryBuilder<T> builder;
    private final Supplier<RestClientDeadlines> deadlines;

    DeadlineRequestFactoryBuilder(ClientHttpRequestFactoryBuilder<T> builder, Supplier<RestClientDeadlines> deadlines) {
        this.builder = builder;
        this.deadlines = deadlines;
    }

    @Override
    public ClientHttpRequestFactory build(@Nullable HttpClientSettings settings) {
        return deadlines.get().bound(builder.build(settings));
    }

    @Override
    @SuppressWarnings("unchecked") // who customizes a builder of unknown type knows the type it has
    public ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> withCustomizers(
            Collection<Consumer<ClientHttpRequestFactory>> customizers) {
        Collection<Consumer<T>> typed = (Collection<Consumer<T>>) (Collection<?>) customizers;
        return new DeadlineRequestFactoryBuilder<>(builder.withCustomizers(typed), deadlines);
    }
}
