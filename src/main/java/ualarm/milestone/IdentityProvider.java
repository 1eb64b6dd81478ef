package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * What the identity provider tells of itself; it names the version of servers before the API Gateway (milestone-api.md 1.2).
 *
 * @param version for example {@code 21.2}
 */
public record IdentityProvider(
        @JsonProperty("server_version") Optional<String> version) {}
