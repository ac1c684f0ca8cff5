package dev.resilience.sample.accounts;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A name and the password that proves it.
 *
 * @param name letters, digits and hyphens: never an address, so that a user is never counted as one
 * @param password what BCrypt can hash: at most 72 bytes
 */
public record Credentials(String name, String password) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,29}");

    public Credentials {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name must be 2 to 30 lower-case letters, digits and hyphens");
        }
        if (password == null || password.isEmpty() || password.getBytes(StandardCharsets.UTF_8).length > 72) {
            throw new IllegalArgumentException("password must have 1 to 72 bytes");
        }
    }

    /** Without the password, for logs. */
    @Override
    public String toString() {
        return "Credentials[" + name + "]";
    }
}
