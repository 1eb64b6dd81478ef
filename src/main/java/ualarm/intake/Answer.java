package ualarm.intake;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * What a sender is answered (design.md 2.3): nothing of the request is in it but the alarm's id.
 *
 * @param status {@code accepted}, {@code duplicate}, {@code heartbeat}, {@code ignored} or {@code rejected}
 * @param id the alarm's id; empty when it is rejected
 * @param warnings what was odd about the message
 * @param error why it was rejected, if it was
 */
public record Answer(
        String status,
        @JsonInclude(Include.NON_EMPTY) String id,
        List<String> warnings,
        @JsonInclude(Include.NON_ABSENT) Optional<Error> error) {

    /** Writes answers. */
    static final JsonMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    /**
     * @param code a short word for programs
     * @param message for the installer: what is wrong and what to do
     */
    public record Error(String code, String message) {}

    static Answer rejected(String code, String message) {
        return new Answer("rejected", "", List.of(), Optional.of(new Error(code, message)));
    }

    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
