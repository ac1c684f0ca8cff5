package dev.resilience.sample.accounts;

import java.util.List;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/**
 * What a user learns about itself.
 *
 * @param roles as Spring Security names them
 */
public record Account(String name, List<String> roles) {

    static Account of(Authentication user) {
        List<String> roles = user.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .filter(authority -> authority.startsWith("ROLE_"))
                .toList();
        return new Account(user.getName(), roles);
    }
}
