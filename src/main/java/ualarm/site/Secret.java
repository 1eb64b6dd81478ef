package ualarm.site;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A password or token. It is never shown: whatever prints it, even a debugger's log, gets asterisks. */
public final class Secret {

    /** No secret. */
    public static final Secret NONE = new Secret("");

    private final String value;

    /** @param value the secret itself */
    @JsonCreator(mode = Mode.DELEGATING)
    public Secret(String value) {
        this.value = value;
    }

    /** @return the secret itself, for the one place that sends it */
    public String reveal() {
        return value;
    }

    /** @return whether there is none */
    public boolean isEmpty() {
        return value.isEmpty();
    }

    /**
     * Compares in constant time, so that an answer's delay tells nothing.
     *
     * @param shown what a caller showed
     * @return whether it is this secret
     */
    public boolean matches(String shown) {
        return MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "" : "***";
    }
}
