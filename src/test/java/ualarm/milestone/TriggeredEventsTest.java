package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ualarm.TestClock;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;

class TriggeredEventsTest {

    private final TestClock clock = new TestClock();
    private final TriggeredEvents events = new TriggeredEvents(clock, site -> true);

    private static CameraAlarm alarm(String type) {
        return new CameraAlarm(
                "1",
                "Gate",
                type,
                Instant.EPOCH,
                Instant.EPOCH,
                new UUID(1, 1),
                "main",
                Optional.of(new UUID(2, 2)),
                new Sighting("gate", "", 0, 0, List.of(), "/9j/" + "A".repeat(100)),
                false,
                "");
    }

    /** Thousands are remembered. */
    @Test
    void keepsNoPictures() {
        events.remember(alarm(""), "E1");
        assertThat(events.alarm("e1").sighting().picture()).isEmpty();
    }

    /** They are at no camera, and only those of cameras are shown. */
    @Test
    void expectsNoEventOfSupervisionToBeShown() {
        events.remember(alarm(CameraAlarm.SUPERVISION), "E1");
        events.remember(alarm(""), "E2");
        clock.pass(Duration.ofMinutes(1));
        assertThat(events.overdue("main", Duration.ofSeconds(10)))
                .extracting(TriggeredEvents.Taken::id)
                .containsExactly("e2");
    }
}
