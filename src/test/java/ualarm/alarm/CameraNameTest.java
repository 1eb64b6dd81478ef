package ualarm.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameraNameTest {

    private static final String GUID = "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab";

    @ParameterizedTest
    @CsvSource({
        "Gate, Gate",
        "'  Gate 2 ', Gate 2",
        "'\"Gate\"', Gate",
        "\u201eGate\u201c, Gate",
        "\u00abGate\u00bb, Gate",
        "\u00a0\u2003Gate\ufeff, Gate",
        "Ga\u200bte, Gate",
        "O'Brien, O'Brien",
        "'\" \"', ''",
        "'', ''"
    })
    void copyingAddsNothing(String spelled, String name) {
        assertThat(CameraName.clean(spelled)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GUID,
                "8F1C2D3E-4A5B-4C6D-8E7F-0123456789AB",
                "8f1c2d3e4a5b4c6d8e7f0123456789ab",
                "{" + GUID + "}",
                "(" + GUID + ")",
                "{ " + GUID + " }",
                "urn:uuid:" + GUID,
                "URN:UUID:{" + GUID + "}",
                "8f1c-2d3e-4a5b-4c6d-8e7f-0123-4567-89ab",
            })
    void readsAGuidInAnySpelling(String spelled) {
        assertThat(CameraName.guid(spelled)).contains(UUID.fromString(GUID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "()",
                "{" + GUID + ")",
                "(" + GUID + "}",
                "{" + GUID,
                GUID + ")",
                GUID + "0",
                "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ag",
                "urn:uuid:",
                "Gate"
            })
    void anythingElseIsNoGuid(String spelled) {
        assertThat(CameraName.guid(spelled)).isEmpty();
    }

    @Test
    void upperHalvesAreRead() {
        assertThat(CameraName.guid("ffffffffffffffff8000000000000000")).contains(new UUID(-1, Long.MIN_VALUE));
    }
}
