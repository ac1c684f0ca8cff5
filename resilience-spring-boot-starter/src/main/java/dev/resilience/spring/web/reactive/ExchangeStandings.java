package dev.resilience.spring.web.reactive;

import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.Standing;
import dev.resilience.spring.web.Standings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Keeps how the caller of an exchange stands, and tells it in the headers of the answer. */
final class ExchangeStandings {

    private static final String ATTRIBUTE = ExchangeStandings.class.getName();

    private ExchangeStandings() {}

    /** Those of this exchange; the first who asks for them sees to it that they are told. */
    static Standings of(ServerWebExchange exchange, LimitHeaders headers) {
        return (Standings) exchange.getAttributes().computeIfAbsent(ATTRIBUTE, any -> {
            Standings standings = new Standings();
            exchange.getResponse().beforeCommit(() -> {
                tell(headers.allowed(standings.all()), exchange.getResponse().getHeaders());
                return Mono.empty();
            });
            return standings;
        });
    }

    /** What is known of this exchange. */
    static Collection<Standing> known(ServerWebExchange exchange) {
        Standings standings = exchange.getAttribute(ATTRIBUTE);
        return standings == null ? List.of() : standings.all();
    }

    /** A refusal, or the application itself, may have told it already; half of one set and half of another would be neither. */
    private static void tell(Map<String, String> told, HttpHeaders headers) {
        if (told.keySet().stream().noneMatch(headers::containsHeader)) {
            told.forEach(headers::set);
        }
    }
}
