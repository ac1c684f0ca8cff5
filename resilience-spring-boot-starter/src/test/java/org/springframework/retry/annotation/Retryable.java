package org.springframework.retry.annotation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Stands for Spring Retry's annotation, whose library no supported Spring Boot manages any more. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Retryable {}
