package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What can't be cached fails the start, strict or not, and says what to write instead; what can be doesn't. */
class UncacheableMethodsTest {

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(Streaming.class, List.of("Streaming.quotes", "stream")),
                Arguments.of(ReadOnce.class, List.of("ReadOnce.lines", "type Stream can be read once only", "a list")),
                Arguments.of(ReadOnceLater.class, List.of("ReadOnceLater.bytes", "type InputStream can be read once")),
                Arguments.of(Silent.class, List.of("Silent.refresh", "gives nothing")),
                Arguments.of(SilentLater.class, List.of("SilentLater.refresh", "gives nothing")),
                Arguments.of(SilentStage.class, List.of("SilentStage.refresh", "gives nothing")),
                Arguments.of(Unkeyable.class, List.of("Unkeyable.read", "'source'", "FileInputStream", "key = ")),
                Arguments.of(UnkeyableInside.class, List.of("UnkeyableInside.read", "'sources'", "key = ")),
                Arguments.of(TwoTypes.class, List.of("TwoTypes.number gives Integer, TwoTypes.text gives String")),
                Arguments.of(Contradicting.class, List.of("ttl", "1m", "2m", "Contradicting")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void failTheStart(Class<?> bean, List<String> words) {
        Starters.with(bean).run(context -> {
            assertThat(context).hasFailed();
            words.forEach(word -> assertThat(context.getStartupFailure()).hasMessageContaining(word));
        });
    }

    @Test
    void oneTypeInEveryShapeIsOneCache() {
        Starters.with(OneType.class).run(context -> {
            assertThat(context).hasNotFailed();
            OneType quotes = context.getBean(OneType.class);
            assertThat(quotes.plain("a")).isEqualTo("plain");
            assertThat(quotes.stage("a").toCompletableFuture()).isCompletedWithValue("plain");
            assertThat(quotes.mono("a").block()).isEqualTo("plain");
        });
    }

    static class Streaming {
        @Cached("quotes")
        public Flux<String> quotes() {
            return Flux.just("quote");
        }
    }

    static class ReadOnce {
        @Cached("lines")
        public Stream<String> lines() {
            return Stream.of("line");
        }
    }

    static class ReadOnceLater {
        @Cached("bytes")
        public Mono<InputStream> bytes() {
            return Mono.just(InputStream.nullInputStream());
        }
    }

    static class Silent {
        @Cached("quotes")
        public void refresh() {}
    }

    static class SilentLater {
        @Cached("quotes")
        public Mono<Void> refresh() {
            return Mono.empty();
        }
    }

    static class SilentStage {
        @Cached("quotes")
        public CompletionStage<Void> refresh() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Unkeyable {
        @Cached("quotes")
        public String read(FileInputStream source) {
            return "read";
        }
    }

    static class UnkeyableInside {
        @Cached("quotes")
        public String read(List<Optional<FileInputStream>> sources) {
            return "read";
        }
    }

    static class TwoTypes {
        @Cached("quotes")
        public String text() {
            return "";
        }

        @Cached("quotes")
        public Mono<Integer> number() {
            return Mono.just(0);
        }
    }

    static class Contradicting {
        @Cached(name = "quotes", ttl = "1m")
        public String one() {
            return "";
        }

        @Cached(name = "quotes", ttl = "2m")
        public String other() {
            return "";
        }
    }

    static class OneType {
        @Cached(name = "quotes", key = "#symbol")
        public String plain(String symbol) {
            return "plain";
        }

        @Cached(name = "quotes", key = "#symbol")
        public CompletionStage<String> stage(String symbol) {
            return CompletableFuture.completedFuture("stage");
        }

        @Cached(name = "quotes", key = "#symbol")
        public Mono<String> mono(String symbol) {
            return Mono.just("mono");
        }
    }
}
