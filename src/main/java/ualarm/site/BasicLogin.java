package ualarm.site;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** HTTP's Basic scheme (RFC 7617); of what it shows, only the password matters here. */
public final class BasicLogin {

    private static final String SCHEME = "Basic ";

    private BasicLogin() {}

    /**
     * @param authorization the header of a request
     * @return the password in it; nothing when it is not of this scheme, or damaged
     */
    public static Optional<String> password(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        try {
            byte[] both = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
            String text = new String(both, StandardCharsets.UTF_8);
            return Optional.of(text.substring(text.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
