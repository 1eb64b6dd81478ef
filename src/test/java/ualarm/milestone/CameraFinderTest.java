package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;
import ualarm.site.Settings;
import ualarm.site.Sites;

/** A site's lists may arrive at any moment; no alarm is given up by what was known before. */
class CameraFinderTest {

    private static final UUID ID = UUID.fromString("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final Sites sites = new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .sites();
    private Inventories inventories;

    @BeforeEach
    void knowNothing(@TempDir Path folder) {
        inventories = new Inventories(sites, new InventoryFolder(folder));
    }

    private static Inventory inventory(List<Camera> cameras) {
        return new Inventory(
                "25.1.1",
                Optional.empty(),
                Map.of("U-Alarm", "a"),
                cameras,
                List.of(),
                true,
                Optional.of(new Definitions(true, Set.of())),
                false);
    }

    private CameraAlarm alarm(Optional<UUID> camera) {
        return new CameraAlarm(
                "a1",
                "Gate",
                "",
                now,
                now,
                new UUID(1, 1),
                camera.isPresent() ? "main" : "",
                camera,
                new Sighting(ID.toString(), "", 0, 0, List.of(), ""),
                true,
                "");
    }

    @Test
    void aListThatArrivesWhileItsCameraIsLookedForIsLookedInto() {
        var missed = new AtomicBoolean();
        // The list arrives at the very moment when somebody asks whether it has arrived.
        var finder = new CameraFinder(
                sites,
                inventories,
                (site, time) -> {
                    inventories.take(site, inventory(List.of(new Camera(site, ID, "Gate"))));
                    return false;
                },
                site -> missed.set(true));
        assertThat(finder.match(alarm(Optional.empty())).camera()).hasValue(ID);
        assertThat(missed).isFalse();
    }

    @Test
    void aCameraIsUnknownForGoodOnlyInListsReadSinceTheAlarm() {
        var isBehind = new AtomicBoolean(true);
        var finder = new CameraFinder(sites, inventories, (site, time) -> isBehind.get(), site -> {});
        inventories.take("main", inventory(List.of()));
        assertThatThrownBy(() -> finder.match(alarm(Optional.empty()))).isInstanceOf(Undelivered.Later.class);
        isBehind.set(false);
        assertThatThrownBy(() -> finder.match(alarm(Optional.empty()))).isInstanceOf(Undelivered.Never.class);
    }

    /** Two attempts that XProtect refuses; in between the site is asked for its lists, which arrive before the second or after. */
    @ParameterizedTest
    @CsvSource({"-10, NEVER", "10, LATER"})
    void anEventIsGivenUpOnlyWhenItWasRefusedWithListsThatWereReadSince(long arrived, String becomes) {
        var answers = new Answers(sites, clock);
        var plan = new RefreshPlan(sites, clock, answers, time -> {});
        answers.use(plan);
        plan.due();
        plan.wasRead("main");
        CameraAlarm alarm = alarm(Optional.of(ID));
        now = now.plusSeconds(1000);
        assertThat(refuse(answers, alarm)).isInstanceOf(Undelivered.Later.class);
        now = now.plusSeconds(10);
        assertThat(plan.due()).containsExactly(new RefreshPlan.Due("main", "read-site"));
        Instant second = now.plusSeconds(100);
        now = second.plusSeconds(arrived);
        plan.wasRead("main");
        assertThat(answers.refused(alarm, 400, null, second, "refused"))
                .isInstanceOf(becomes.equals("NEVER") ? Undelivered.Never.class : Undelivered.Later.class);
    }

    private Undelivered refuse(Answers answers, CameraAlarm alarm) {
        return answers.refused(alarm, 400, null, now, "refused");
    }
}
