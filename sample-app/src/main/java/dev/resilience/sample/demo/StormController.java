package dev.resilience.sample.demo;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starts the storm and shows how far it is. */
@RestController
@RequestMapping("/demo/storm")
public class StormController {

    private final Storm storm;

    StormController(Storm storm) {
        this.storm = storm;
    }

    /** Begins a storm, or shows the one that is under way. */
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    public Storm.Report begin(@RequestParam(defaultValue = "60") int seconds) {
        return storm.begin(Math.max(3, Math.min(seconds, 300)));
    }

    @GetMapping
    public Storm.Report show() {
        return storm.report();
    }
}
