package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import ualarm.site.Secret;

/**
 * A login service's answer to a login that it granted (milestone-api.md 2.1).
 *
 * @param secret the token itself; nothing when the answer has none
 * @param expiresIn the seconds that it lives, as the server writes them; nothing when it does not tell
 */
public record Token(
        @JsonProperty("access_token") Optional<Secret> secret,
        @JsonProperty("expires_in") Optional<String> expiresIn) {}
