package dev.resilience.recovery;

import dev.resilience.configuration.Durations;
import dev.resilience.configuration.NearestName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Reads actions as people write them: {@code retry 2 after 500ms}, {@code restart carrierClient}, {@code isolate 30s}. */
final class ActionText {

    private static final List<String> WORDS = List.of("retry", "restart", "fallback", "isolate", "escalate");

    private final String text;
    private final String word;
    private final List<String> rest;

    private ActionText(String text) {
        List<String> words = Arrays.asList(text.strip().split("\\s+"));
        this.text = text.strip();
        this.word = words.get(0);
        this.rest = words.subList(1, words.size());
    }

    /** The action of this text. @throws Unreadable if it is none */
    static RecoveryAction read(String text) throws Unreadable {
        try {
            return new ActionText(text).action();
        } catch (IllegalArgumentException wrong) {
            throw new Unreadable("'" + text.strip() + "' " + wrong.getMessage(), example(text));
        }
    }

    private RecoveryAction action() throws Unreadable {
        return switch (word) {
            case "retry" -> retry();
            case "restart" -> restart();
            case "fallback" -> alone(RecoveryAction.fallback(), ", and 'fallback: lastQuote' beside the rules");
            case "isolate" -> isolate();
            case "escalate" -> alone(RecoveryAction.escalate(), "");
            default -> throw unknown();
        };
    }

    private RecoveryAction retry() throws Unreadable {
        int after = rest.indexOf("after");
        List<String> times = after < 0 ? rest : rest.subList(0, after);
        List<String> wait = after < 0 ? List.of("0") : rest.subList(after + 1, rest.size());
        if (times.size() > 1
                || wait.size() != 1
                || !times.isEmpty() && !times.get(0).matches("\\d{1,4}")) {
            throw malformed("Write for example 'retry 2', or 'retry 2 after 500ms'");
        }
        Duration pause = Durations.parse(wait.get(0));
        return RecoveryAction.retry(times.isEmpty() ? 1 : Integer.parseInt(times.get(0)), pause);
    }

    private RecoveryAction restart() throws Unreadable {
        if (rest.size() > 1) {
            throw malformed("Write 'restart' and the name of one Restartable");
        }
        return RecoveryAction.restart(rest.isEmpty() ? "" : rest.get(0));
    }

    private RecoveryAction isolate() throws Unreadable {
        if (rest.size() != 1) {
            throw malformed("Write for example 'isolate 30s'");
        }
        return RecoveryAction.isolate(Durations.parse(rest.get(0)));
    }

    private RecoveryAction alone(RecoveryAction action, String besides) throws Unreadable {
        if (!rest.isEmpty()) {
            throw malformed("Write '" + word + "' alone" + besides);
        }
        return action;
    }

    private Unreadable malformed(String remedy) {
        return new Unreadable("'" + text + "' says more or less than '" + word + "' can", remedy);
    }

    private Unreadable unknown() {
        String near = NearestName.question(word, WORDS);
        return new Unreadable(
                "'" + text + "' is no action", near + "Actions are retry, restart, fallback, isolate and escalate");
    }

    private static String example(String text) {
        return text.contains("isolate") ? "Write for example 'isolate 30s'" : "Write for example 'retry 2 after 500ms'";
    }
}
