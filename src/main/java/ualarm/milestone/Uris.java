package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * What a well-known address tells (milestone-api.md 1.1).
 *
 * @param productVersion for example {@code 25.1.1804.0}
 * @param gateways addresses of the API Gateways
 */
public record Uris(
        @JsonProperty("ProductVersion") Optional<String> productVersion,
        @JsonProperty("ApiGateways") Optional<List<String>> gateways) {}
