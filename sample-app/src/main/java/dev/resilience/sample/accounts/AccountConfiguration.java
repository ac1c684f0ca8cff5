package dev.resilience.sample.accounts;

import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.authentication.configuration.AuthenticationConfiguration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.provisioning.UserDetailsManager;

/** The users the marketplace begins with: one for each role, in memory, whose passwords are their names. */
@Configuration(proxyBeanMethods = false)
class AccountConfiguration {

    /** As cheap as BCrypt gets: every request brings its password along, and none of these is a secret. */
    @Bean
    PasswordEncoder passwords() {
        return new BCryptPasswordEncoder(4);
    }

    @Bean
    UserDetailsManager users(PasswordEncoder passwords) {
        return new InMemoryUserDetailsManager(Stream.of("admin", "seller", "viewer")
                .map(name -> user(name, passwords))
                .toList());
    }

    @Bean
    AuthenticationManager authentication(AuthenticationConfiguration configuration) {
        return configuration.getAuthenticationManager();
    }

    private static UserDetails user(String name, PasswordEncoder passwords) {
        return User.withUsername(name)
                .password(passwords.encode(name))
                .roles(name.toUpperCase(Locale.ROOT))
                .build();
    }
}
