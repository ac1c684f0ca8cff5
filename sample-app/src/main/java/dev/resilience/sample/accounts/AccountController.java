package dev.resilience.sample.accounts;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.UserDetailsManager;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Logs users in and registers new ones. How often that may be tried stands in the configuration, not here. */
@RestController
@RequestMapping("/api/v1/auth")
public class AccountController {

    private final AuthenticationManager authentication;
    private final UserDetailsManager users;
    private final PasswordEncoder passwords;

    AccountController(AuthenticationManager authentication, UserDetailsManager users, PasswordEncoder passwords) {
        this.authentication = authentication;
        this.users = users;
        this.passwords = passwords;
    }

    /** Tells users who they are. There is no session: later requests bring name and password along. */
    @PostMapping("/login")
    public Account login(@RequestBody Credentials credentials) {
        return Account.of(authentication.authenticate(
                UsernamePasswordAuthenticationToken.unauthenticated(credentials.name(), credentials.password())));
    }

    /** Makes a new user, who may look around until the next start: users are kept in memory, and nothing bounds them. */
    @PostMapping("/register")
    @ResponseStatus(HttpStatus.CREATED)
    public void register(@RequestBody Credentials credentials) {
        if (users.userExists(credentials.name())) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "the name is taken");
        }
        users.createUser(User.withUsername(credentials.name())
                .password(passwords.encode(credentials.password()))
                .roles("VIEWER")
                .build());
    }

    /** The same answer for a wrong password and an unknown name. */
    @ExceptionHandler(AuthenticationException.class)
    @ResponseStatus(HttpStatus.UNAUTHORIZED)
    ProblemDetail refuse() {
        return ProblemDetail.forStatusAndDetail(HttpStatus.UNAUTHORIZED, "name and password don't belong together");
    }
}
