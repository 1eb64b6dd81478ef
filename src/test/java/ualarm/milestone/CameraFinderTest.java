package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import ualarm.TestClock;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;
import ualarm.site.Settings;
import ualarm.site.Sites;

/** A site's lists may arrive at any moment; no alarm is given up by what was known before. */
class CameraFinderTest {

    private static final UUID ID = UUID.fromString("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");

    private final TestClock clock = new TestClock();
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
                clock.instant(),
                clock.instant(),
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

    /** Who sends alarms once the connector has told that it knows the cameras gets them delivered at once, in their order. */
    @Test
    void camerasAreFoundAsSoonAsTheLogTellsOfThem() {
        var finder = new CameraFinder(sites, inventories, (site, time) -> true, site -> {});
        var found = new ArrayList<Optional<UUID>>();
        var appender = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(ILoggingEvent told) {
                found.add(finder.match(alarm(Optional.empty())).camera());
            }
        };
        appender.start();
        var log = (Logger) LoggerFactory.getLogger(Inventories.class);
        log.addAppender(appender);
        try {
            inventories.take("main", inventory(List.of(new Camera("main", ID, "Gate"))));
        } finally {
            log.detachAppender(appender);
        }
        assertThat(found).containsExactly(Optional.of(ID));
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
        var plan = new RefreshPlan(sites, clock, clock, answers, time -> {});
        answers.use(plan);
        plan.due();
        plan.wasRead("main");
        CameraAlarm alarm = alarm(Optional.of(ID));
        clock.pass(Duration.ofSeconds(1000));
        assertThat(refuse(answers, alarm)).isInstanceOf(Undelivered.Later.class);
        clock.pass(Duration.ofSeconds(10));
        assertThat(plan.due()).containsExactly(new RefreshPlan.Due("main", "read-site"));
        Instant second = clock.instant().plusSeconds(100);
        clock.set(second.plusSeconds(arrived));
        plan.wasRead("main");
        assertThat(answers.refused(alarm, 400, null, second, "refused"))
                .isInstanceOf(becomes.equals("NEVER") ? Undelivered.Never.class : Undelivered.Later.class);
    }

    private Undelivered refuse(Answers answers, CameraAlarm alarm) {
        return answers.refused(alarm, 400, null, clock.instant(), "refused");
    }

    private static final UUID YARD = UUID.fromString("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed");
    private static final UUID TWIN = UUID.fromString("2c0e7cde-ccfe-4c3e-8c6e-bc9efcce5cfe");
    private static final UUID NOWHERE = UUID.fromString("3d1f8def-dd0f-4d4f-9d7f-cda0fddf6d00");

    private final Sites two = new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\nsite.main.camera.gatehouse="
                            + ID
                            + "\nsite.main.camera.spare=" + TWIN
                            + "\nsite.old.url=https://old\nsite.old.username=u\nsite.old.password=p",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .sites();

    private static Inventory withoutGateway() {
        return new Inventory("", Optional.empty(), Map.of(), List.of(), List.of(), false, Optional.empty(), false);
    }

    private CameraFinder finderOfTwo(Path folder, boolean oldHasGateway) {
        inventories = new Inventories(two, new InventoryFolder(folder));
        var finder = new CameraFinder(two, inventories, (site, time) -> false, site -> {});
        inventories.take(
                "main",
                inventory(List.of(
                        new Camera("main", ID, "Gate"),
                        new Camera("main", YARD, " Yard\u00a0"),
                        new Camera("main", UUID.randomUUID(), "Twin"),
                        new Camera("main", UUID.randomUUID(), "Twin"))));
        inventories.take("old", oldHasGateway ? inventory(List.of()) : withoutGateway());
        return finder;
    }

    private static Sighting sighting(String camera) {
        return new Sighting(camera, "", 0, 0, List.of(), "");
    }

    private Alarm alarm(Alarm.State state, String... cameras) {
        return new Alarm(
                "a1",
                "Gate",
                "",
                state,
                clock.instant(),
                "",
                clock.instant(),
                Stream.of(cameras).map(CameraFinderTest::sighting).toList(),
                List.of());
    }

    /** What a sender writes, and whose camera that is; nothing where nobody can tell. */
    @ParameterizedTest
    @CsvSource({
        "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab, main, 8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
        "gatehouse, main, 8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
        "Yard, main, 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        "spare, main, 2c0e7cde-ccfe-4c3e-8c6e-bc9efcce5cfe",
        "2c0e7cde-ccfe-4c3e-8c6e-bc9efcce5cfe, main, 2c0e7cde-ccfe-4c3e-8c6e-bc9efcce5cfe",
        "yard, '',",
        "Twin, '',",
        "3d1f8def-dd0f-4d4f-9d7f-cda0fddf6d00, '',"
    })
    void findsACameraByGuidAliasOrTheNameThatOneBears(String spelled, String site, UUID camera, @TempDir Path folder) {
        var finder = finderOfTwo(folder, true);
        assertThat(finder.locate(alarm(Alarm.State.RAISED, spelled)))
                .isInstanceOfSatisfying(CameraAlarm.class, located -> {
                    assertThat(located.site()).isEqualTo(site);
                    assertThat(located.camera()).isEqualTo(Optional.ofNullable(camera));
                    assertThat(finder.owned(located)).isEqualTo(!site.isEmpty());
                });
    }

    /** An XProtect without API Gateway cannot tell its cameras: what no list has is taken to be its. */
    @Test
    void aGuidInNoListIsOfTheOneSiteThatCannotTellItsCameras(@TempDir Path folder) {
        assertThat(finderOfTwo(folder, false).locate(alarm(Alarm.State.RAISED, NOWHERE.toString())))
                .extracting("site", "camera")
                .containsExactly("old", Optional.of(NOWHERE));
    }

    @Test
    void aCameraIsNamedOnceHoweverItIsSpelled(@TempDir Path folder) {
        var finder = finderOfTwo(folder, true);
        assertThat(finder.locate(alarm(Alarm.State.RAISED, "gatehouse", ID.toString(), "Gate", "Yard", "x", "x", "y")))
                .asInstanceOf(list(CameraAlarm.class))
                .extracting(located -> located.sighting().camera())
                .containsExactly("gatehouse", "Yard", "x", "y");
    }

    @Test
    void aHeartbeatAndTheEndOfAnAlarmAreAtNoCamera(@TempDir Path folder) {
        var finder = finderOfTwo(folder, true);
        assertThat(finder.locate(alarm(Alarm.State.HEARTBEAT))).isEqualTo(List.of());
        assertThat(finder.locate(alarm(Alarm.State.ENDED, "Gate"))).isEqualTo(List.of());
    }

    @Test
    void anAlarmThatIsOverIsOverAtThoseOfItsCamerasThatAreKnown(@TempDir Path folder) {
        assertThat(finderOfTwo(folder, true).ended(alarm(Alarm.State.ENDED, "x", "Gate", "Yard")))
                .extracting(CameraAlarm::camera)
                .containsExactly(Optional.of(ID), Optional.of(YARD));
    }

    @Test
    void knowsACameraByItsGuid(@TempDir Path folder) {
        var finder = finderOfTwo(folder, true);
        assertThat(finder.camera(YARD)).contains(new Camera("main", YARD, " Yard\u00a0"));
        assertThat(finder.camera(NOWHERE)).isEmpty();
    }

    private static CameraAlarm at(String camera) {
        return new CameraAlarm(
                "a1",
                "Gate",
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                new UUID(1, 1),
                "",
                Optional.empty(),
                sighting(camera),
                true,
                "");
    }

    private static void givesUp(CameraFinder finder, String camera, String words) {
        assertThatThrownBy(() -> finder.match(at(camera)))
                .isInstanceOf(Undelivered.Never.class)
                .hasMessage("The camera " + camera + words);
    }

    private static final String IN_NONE =
            " is in no XProtect that can be reached. Compare U-Alarm's Technical name with the camera's GUID in XProtect,"
                    + " and check that the user may see the camera.";

    @Test
    void saysOfACameraThatNoSiteHasWhatToDo(@TempDir Path folder) {
        var finder = finderOfTwo(folder, true);
        givesUp(finder, NOWHERE.toString(), IN_NONE);
        givesUp(finder, "x", IN_NONE);
        givesUp(finder, "Twin", " is not one: 2 cameras bear this name. Use the GUID as Technical name in U-Alarm.");
        inventories.take("old", withoutGateway());
        givesUp(finder, "x", IN_NONE);
        inventories.take("main", withoutGateway());
        givesUp(
                finder,
                NOWHERE.toString(),
                IN_NONE
                        + " Several sites cannot tell their cameras; name it in the settings of its own, as site.<name>.camera.<alias>=GUID.");
    }

    @Test
    void saysOfACameraThatIsGoneWhichOneHasItsName(@TempDir Path folder) {
        var finder = finderOfTwo(folder, true);
        String gone = " ( Yard\u00a0) is no longer in XProtect of main: it was removed or replaced."
                + " Enter the new camera's GUID as Technical name in U-Alarm";
        inventories.take("main", inventory(List.of()));
        givesUp(finder, YARD.toString(), gone + ".");
        inventories.take("main", inventory(List.of(new Camera("main", NOWHERE, "Yard"))));
        givesUp(finder, YARD.toString(), gone + "; a camera of that name now has " + NOWHERE + ".");
    }

    @Test
    void asksEachSiteAgainThatWasNotReadSinceTheAlarmCame() {
        var missed = new ArrayList<String>();
        var finder = new CameraFinder(
                two, new Inventories(two, new InventoryFolder(Path.of("none"))), (site, time) -> true, missed::add);
        assertThatThrownBy(() -> finder.match(at("x")))
                .isInstanceOf(Undelivered.Later.class)
                .hasMessage("The camera is not known yet; main has not been asked for its cameras since.");
        assertThat(missed).containsExactly("main", "old");
    }
}
