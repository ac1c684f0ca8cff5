package dev.resilience.sample.demo;

import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;

/** Tells who comes while the stage is taken what is on it. */
@RestControllerAdvice(basePackageClasses = Stage.class)
class StageAdvice {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tell(ResponseStatusException refusal) {
        return ResponseEntity.of(refusal.getBody()).build();
    }
}
