package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The identity provider: users, their tokens, and how long those are good (milestone-api.md 2). */
final class Logins {

    /** After so many wrong passwords in a row nobody may log in (how many XProtect allows is not known). */
    private static final int LOCKED_AFTER = 5;

    private final Clock clock;
    private final Map<String, String> users;
    private Duration life;
    private final Map<String, Instant> tokens = new HashMap<>();
    private int wrong;

    /** After so many further requests all tokens expire; negative = they live as long as they are told to. */
    private int requestsLeft = -1;

    Logins(Clock clock, Map<String, String> users, Duration life) {
        this.clock = clock;
        this.users = users;
        this.life = life;
    }

    Answer logIn(Request request) {
        JsonNode form = request.body();
        if (!form.path("grant_type").asText().equals("password")) {
            return refusal("unsupported_grant_type", "");
        } else if (!form.path("client_id").asText().equals("GrantValidatorClient")) {
            return refusal("invalid_client", "");
        } else if (wrong >= LOCKED_AFTER) {
            return refusal("invalid_grant", "LockedOut");
        }
        String password = users.get(form.path("username").asText());
        if (password == null || !password.equals(form.path("password").asText())) {
            wrong++;
            return refusal("invalid_grant", "InvalidCredentials");
        }
        wrong = 0;
        String token = "eyJhbGciOiJSUzI1NiJ9.simulated." + UUID.randomUUID();
        tokens.put(token, clock.instant().plus(life));
        return Answer.json(
                200,
                Json.object()
                        .put("access_token", token)
                        .put("expires_in", life.toSeconds())
                        .put("token_type", "Bearer")
                        .put("scope", "managementserver"));
    }

    private static Answer refusal(String error, String code) {
        var body = Json.object().put("error", error);
        if (!code.isEmpty()) {
            body.put("error_description", "invalid_username_or_password").put("error_code", code);
        }
        return Answer.json(400, body);
    }

    /** @return whether it shows a token that is good */
    boolean knows(Request request) {
        if (requestsLeft == 0) {
            expire();
        } else if (requestsLeft > 0) {
            requestsLeft--;
        }
        return knows(request.header("authorization"));
    }

    /** @param life how long the tokens are good that are given from now on */
    void setLife(Duration life) {
        this.life = life;
    }

    /** Makes all tokens expire in the midst of what is under way: after so many further requests. */
    void expireAfter(int requests) {
        requestsLeft = requests;
    }

    /**
     * @param authorization {@code Bearer} and a token
     * @return whether the token is good
     */
    boolean knows(String authorization) {
        Instant until = tokens.get(authorization.replaceFirst("(?i)^bearer ", ""));
        return until != null && clock.instant().isBefore(until);
    }

    /** Makes all tokens expire. */
    void expire() {
        tokens.clear();
        requestsLeft = -1;
    }
}
