package dev.resilience.sample.demo;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Where this application is asked by its users, who come by HTTP like everybody else. */
@Component
class FrontDoor {

    private final RestClient.Builder clients;
    private volatile int port;

    FrontDoor(RestClient.Builder clients) {
        this.clients = clients;
    }

    /** A user. */
    RestClient client() {
        return clients.clone().baseUrl("http://localhost:" + port).build();
    }

    @EventListener
    void listensAt(WebServerInitializedEvent event) {
        if (event.getApplicationContext().getServerNamespace() == null) {
            port = event.getWebServer().getPort();
        }
    }
}
