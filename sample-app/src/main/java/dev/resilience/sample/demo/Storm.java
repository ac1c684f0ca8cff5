package dev.resilience.sample.demo;

import dev.resilience.sample.carrier.Faults;
import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.carrier.Parcel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Drives a minute of traffic through this application's own front door: a third of it with the carrier in good health, a
 * third with the carrier failing, a third with the carrier healed.
 *
 * <p>Each second it asks for eight quotes (four of them by {@code agent-1}, who runs into its limit of 60 a minute), two
 * reports (of which each caller has ten a minute) and five trends: two for the admin and one for everybody else, so that
 * the viewer runs into a limit of 50 a minute, and who isn't logged in into one of 30.
 */
@Component
public class Storm implements DisposableBean {

    private static final Faults OUTAGE = Faults.failing(1, 20);
    private static final String ANYBODY = "anybody";

    private final FlakyCarrier carrier;
    private final FrontDoor door;
    private final Stage stage;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private volatile String phase = "not begun";
    private int secondsLeft;
    private int seconds;

    Storm(FlakyCarrier carrier, FrontDoor door, Stage stage) {
        this.carrier = carrier;
        this.door = door;
        this.stage = stage;
    }

    /**
     * How far the storm is.
     *
     * @param answers how many answers of which status each path gave to whom, and how many of the quotes were estimates
     */
    public record Report(String phase, int secondsLeft, Map<String, Long> answers) {}

    /** Begins a storm of this length, unless there is one. */
    public synchronized Report begin(int length) {
        if (secondsLeft == 0) {
            stage.enter("storm");
            answers.clear();
            seconds = length;
            secondsLeft = length;
            phase = "calm";
            threads.execute(this::second);
        }
        return report();
    }

    /** What the storm has brought so far. */
    public synchronized Report report() {
        Map<String, Long> sums = new TreeMap<>();
        answers.forEach((answer, count) -> sums.put(answer, count.sum()));
        return new Report(phase, secondsLeft, sums);
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }

    private synchronized void second() {
        if (secondsLeft == 0) {
            phase = "over";
            stage.leave("storm");
            return;
        }
        int third = 3 * (seconds - secondsLeft) / seconds;
        phase = third == 0 ? "calm" : third == 1 ? "carrier down" : "carrier healed";
        carrier.misbehave(third == 1 ? OUTAGE : Faults.NONE);
        blow();
        secondsLeft--;
        threads.schedule(this::second, 1, TimeUnit.SECONDS);
    }

    private void blow() {
        RestClient client = door.client();
        for (int call = 0; call < 8; call++) {
            String agent = "agent-" + (call < 4 ? 1 : call);
            threads.schedule(() -> quote(client, agent), call * 120L, TimeUnit.MILLISECONDS);
        }
        List<String> readers = List.of("admin", "seller", "admin", "viewer", ANYBODY);
        for (int call = 0; call < 5; call++) {
            String reader = readers.get(call);
            threads.schedule(() -> get(client, "/api/v1/trends/books", reader), call * 190L, TimeUnit.MILLISECONDS);
        }
        threads.execute(() -> get(client, "/api/v1/reports/sales", "admin"));
        threads.execute(() -> get(client, "/api/v1/reports/sales", "seller"));
    }

    private void quote(RestClient client, String agent) {
        tally("/api/v1/quotes", () -> client.post()
                .uri("/api/v1/quotes")
                .header("X-API-Key", agent)
                .body(new Parcel("10115", "80331", 1200))
                .exchange((request, response) -> described(response.getStatusCode(), response.bodyTo(String.class))));
    }

    private void get(RestClient client, String path, String reader) {
        tally(path + " for " + reader, () -> client.get()
                .uri(path)
                .headers(headers -> logIn(headers, reader))
                .exchange((request, response) -> described(response.getStatusCode(), "")));
    }

    private static void logIn(HttpHeaders headers, String reader) {
        if (!reader.equals(ANYBODY)) {
            headers.setBasicAuth(reader, reader);
        }
    }

    private static String described(HttpStatusCode status, String body) {
        return status.value() + (body != null && body.contains("\"estimate\":true") ? " (estimate)" : "");
    }

    private void tally(String request, Supplier<String> call) {
        String answer;
        try {
            answer = call.get();
        } catch (ResourceAccessException unreachable) {
            answer = "unreachable";
        }
        answers.computeIfAbsent(request + " " + answer, any -> new LongAdder()).increment();
    }
}
