package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.TestClock;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.site.Settings;

/** One connector that watches the U-Alarm of a site; of two see {@link CompanionsTest}. */
class SupervisionTest {

    private static final String LOGIN = ".username=u\nsite.%1$s.password=p\n";

    private final TestClock clock = new TestClock();
    private final List<Instant> woken = new ArrayList<>();
    private final Supervision supervision = new Supervision(
            new Settings(
                            "site.main.url=https://vms\nsite.main" + LOGIN.formatted("main")
                                    + "site.main.supervision=90s\n" + "site.shop.url=https://shop\nsite.shop"
                                    + LOGIN.formatted("shop"),
                            Path.of(""),
                            Map.of(),
                            Map.of())
                    .sites(),
            clock,
            woken::add,
            Companions.NONE,
            alarm -> alarm.sightings().stream()
                    .map(Sighting::camera)
                    .filter(camera -> camera.contains("."))
                    .map(camera -> camera.substring(0, camera.indexOf('.')))
                    .collect(Collectors.toSet()));

    private void pass(long seconds) {
        clock.pass(Duration.ofSeconds(seconds));
    }

    private static Alarm message(Alarm.State state, String... cameras) {
        return new Alarm(
                "1",
                "Gate",
                "",
                state,
                Instant.EPOCH,
                "",
                Instant.EPOCH,
                Stream.of(cameras)
                        .map(camera -> new Sighting(camera, "", 0, 0, List.of(), ""))
                        .toList(),
                List.of());
    }

    @Test
    void silenceIsToldWhenItHasLastedLongEnoughAndSoIsItsEnd() {
        pass(10);
        supervision.begin();
        pass(90);
        clock.pass(Duration.ofMillis(-1));
        assertThat(supervision.due()).as("it counts from the beginning").isEmpty();
        assertThat(woken).containsExactly(clock.instant().plusMillis(1));
        clock.pass(Duration.ofMillis(1));
        assertThat(supervision.due()).singleElement().satisfies(alarm -> {
            assertThat(alarm.site()).isEqualTo("main");
            assertThat(alarm.name()).isEqualTo("U-Alarm is silent: nothing heard for 1m30s");
            assertThat(alarm.isSupervision()).isTrue();
            assertThat(alarm.receivedAt())
                    .as("by the time of day")
                    .isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
        });
        assertThat(supervision.due()).as("once").isEmpty();
        woken.clear();
        supervision.heard(message(Alarm.State.HEARTBEAT));
        assertThat(woken).as("its end is told at once").containsExactly(clock.instant());
        assertThat(supervision.due()).extracting(CameraAlarm::name).containsExactly("U-Alarm is heard again");
        woken.clear();
        supervision.heard(message(Alarm.State.HEARTBEAT));
        assertThat(woken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RAISED, main.gate, false",
        "ENDED, main.gate, false",
        "RAISED, shop.door, true",
        "RAISED, nobodys, false",
        "HEARTBEAT, , false"
    })
    void livesWhenAMessageOfItsOwnComes(Alarm.State state, String camera, boolean isSilent) {
        pass(60);
        supervision.heard(camera == null ? message(state) : message(state, camera));
        pass(60);
        assertThat(supervision.due()).hasSize(isSilent ? 1 : 0);
    }

    @Test
    void whatIsReportedIsToldAtOnceAndOnce() {
        supervision.report("shop", "Camera lost");
        assertThat(woken).containsExactly(clock.instant());
        assertThat(supervision.due()).singleElement().satisfies(alarm -> {
            assertThat(alarm.site()).isEqualTo("shop");
            assertThat(alarm.name()).isEqualTo("Camera lost");
        });
        assertThat(supervision.due()).isEmpty();
    }
}
