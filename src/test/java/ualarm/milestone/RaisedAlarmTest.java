package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ualarm.TestClock;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.site.Settings;
import ualarm.site.Sites;

/** What is learnt of a site's licence; what the route makes of answers see {@link ualarm.routes.RaiseAlarmTest}. */
class RaisedAlarmTest {

    private static final byte[] NOT_LICENSED =
            "{\"error\":{\"details\":[{\"errorText\":\"VMS64001: The feature is not licensed.\"}]}}"
                    .getBytes(StandardCharsets.UTF_8);

    private final TestClock clock = new TestClock();
    private final Sites sites = new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .sites();
    private final RaisedAlarm raised = new RaisedAlarm(
            sites,
            new Triggers(sites, new Inventories(sites, new InventoryFolder(Path.of("none")))),
            Duration.ZERO,
            clock);

    private static CameraAlarm alarm() {
        return new CameraAlarm(
                "1",
                "Gate",
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                new UUID(1, 1),
                "main",
                Optional.of(new UUID(2, 2)),
                new Sighting("gate", "", 0, 0, List.of(), ""),
                false,
                "");
    }

    @Test
    void aLicenceThatIsMissingIsAskedForAgainAfterAnHour() {
        assertThat(raised.wanted(alarm())).isTrue();
        assertThat(raised.isLicensed("main", 400, NOT_LICENSED)).isFalse();
        clock.pass(Duration.ofMinutes(59));
        assertThat(raised.wanted(alarm())).isFalse();
        clock.pass(Duration.ofMinutes(1));
        assertThat(raised.wanted(alarm())).isTrue();
        assertThat(raised.isLicensed("main", 400, NOT_LICENSED)).isFalse();
        assertThat(raised.wanted(alarm())).isFalse();
        assertThat(raised.isLicensed("main", 202, new byte[0])).isTrue();
        assertThat(raised.wanted(alarm())).isTrue();
    }
}
