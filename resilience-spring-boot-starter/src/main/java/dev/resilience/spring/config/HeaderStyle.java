package dev.resilience.spring.config;

/** Which headers tell a caller about its limits. */
public enum HeaderStyle {
    /** {@code X-RateLimit-Limit}, {@code -Remaining}, {@code -Reset} and {@code -Window}. */
    LEGACY,
    /** {@code RateLimit-Policy} and {@code RateLimit}, as the IETF's HTTPAPI group drafts them. */
    IETF,
    /** Both kinds. */
    BOTH,
    /** None; a refusal still says {@code Retry-After}. */
    NONE;

    /** Whether {@code X-RateLimit-*} are among them. */
    public boolean isLegacy() {
        return this == LEGACY || this == BOTH;
    }

    /** Whether {@code RateLimit-Policy} and {@code RateLimit} are among them. */
    public boolean isIetf() {
        return this == IETF || this == BOTH;
    }
}
