package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentTimeTest {

    @ParameterizedTest
    @CsvSource({
        "1764150000, 2025-11-26T09:40:00Z",
        "1764150000.25, 2025-11-26T09:40:00.250Z",
        "1764150000.25000000000000000000, 2025-11-26T09:40:00.250Z",
        "1764150000123, 2025-11-26T09:40:00.123Z",
        "1764150000123456, 2025-11-26T09:40:00.123456Z",
        "1764150000123456789, 2025-11-26T09:40:00.123456789Z"
    })
    void seesByItsSizeWhatANumberCounts(String written, Instant time) {
        assertThat(SentTime.read(written)).contains(time);
    }

    /** The last number of a unit lies three thousand years ahead; the first of the next one lies before there were such cameras. */
    @ParameterizedTest
    @CsvSource({"99999999999, 100000000000", "99999999999999, 100000000000000", "99999999999999999, 100000000000000000"
    })
    void eachUnitBeginsWhereTheOneBeforeEnds(String last, String first) {
        assertThat(SentTime.read(last))
                .hasValueSatisfying(time -> assertThat(time).isAfter("5138-11-16T09:46:00Z"));
        assertThat(SentTime.read(first)).isEmpty();
    }

    /** More digits would only make an absurd time, and one with millions of them would take long to work out. */
    @Test
    void aNumberHasTwentyDigitsAtMost() {
        assertThat(SentTime.read("17641500001234567890")).contains(Instant.parse("2529-01-14T00:40:01.234567890Z"));
        assertThat(SentTime.read("176415000012345678901")).isEmpty();
    }

    @Test
    void whatIsNoTimeIsNone() {
        assertThat(SentTime.read("1e99999")).isEmpty();
        assertThat(SentTime.read("soon")).isEmpty();
        assertThat(SentTime.read("25:61")).isEmpty();
    }
}
