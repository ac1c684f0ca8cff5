package dev.resilience.spring.config;

/** When a rule looks at a request. */
public enum RulePhase {
    /** Before Spring Security: sees every request, its own answers to failed log-ins included, and knows no caller. */
    BEFORE_LOGIN,
    /** After Spring Security: knows the caller, and sees only requests that were let through. */
    AFTER_LOGIN
}
