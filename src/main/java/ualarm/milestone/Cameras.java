package ualarm.milestone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.alarm.Waits;
import ualarm.site.Edition;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * What every site's XProtect has: cameras, analytics events, edition, version. Read at start, every ten minutes, and once when an
 * alarm names something unknown; the last known is kept on disk, so that a restart during an outage still knows its cameras.
 */
public final class Cameras {

    private static final Logger LOG = LoggerFactory.getLogger(Cameras.class);
    private static final Duration EVERY = Duration.ofMinutes(10);
    private static final Duration FIRST_AFTER_A_MISS = Duration.ofSeconds(5);
    private static final Duration LAST_AFTER_A_MISS = Duration.ofMinutes(5);
    private static final Duration FASTEST_PROBE = Duration.ofSeconds(5);
    private static final Duration SLOWEST_PROBE = Duration.ofSeconds(60);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_WAIT = Duration.ofSeconds(15);

    private final Map<String, Known> bySite = new LinkedHashMap<>();
    private final Path directory;
    private final Clock clock;
    private final Function<String, CompletableFuture<Exchange>> read;
    private final Function<String, CompletableFuture<Exchange>> probe;
    private volatile Index index = new Index(Map.of(), Map.of(), Map.of(), List.of());

    /** The sites without list are those whose XProtect is too old to tell its cameras. */
    private record Index(
            Map<UUID, Camera> byId,
            Map<String, List<Camera>> byName,
            Map<String, Camera> byAlias,
            List<String> withoutList) {}

    /**
     * @param sites all sites
     * @param directory where the last known lists are kept
     * @param clock tells when a site is due
     * @param read runs a site's route {@code read-site}
     * @param probe runs a site's route {@code probe-site}
     */
    public Cameras(
            Sites sites,
            Path directory,
            Clock clock,
            Function<String, CompletableFuture<Exchange>> read,
            Function<String, CompletableFuture<Exchange>> probe) {
        this.probe = probe;
        this.directory = directory;
        this.clock = clock;
        this.read = read;
        sites.all().forEach(site -> bySite.put(site.name(), new Known(site)));
        bySite.values().forEach(Known::load);
        reindex();
    }

    /** Starts reading every site that is due, and asks the others now and then whether they live; does not wait for any. */
    public void refreshDue() {
        bySite.values().forEach(Known::readIfDue);
        bySite.values().forEach(Known::probeIfDue);
    }

    /**
     * Has a site read again soon, because something it should have is not known; less and less often while that goes on.
     *
     * @param site the site
     */
    public void refreshSoon(String site) {
        bySite.get(site).missed();
    }

    /**
     * @param site a site
     * @param since a moment
     * @param until a later one
     * @return whether the site was asked since the one, and had answered before the other
     */
    boolean wasRead(String site, Instant since, Instant until) {
        return bySite.get(site).wasRead(since, until);
    }

    /**
     * @param site a site
     * @param alarm an alarm whose camera is not known
     * @return whether the camera may be that site's, because it has not been read since the alarm came
     */
    public boolean mayHave(Site site, CameraAlarm alarm) {
        return bySite.get(site.name()).isBehind(alarm.receivedAt());
    }

    /**
     * Finds the cameras of an alarm.
     *
     * @param alarm the alarm as read
     * @return one a camera, each with its site and GUID where they are known; none for a heartbeat or the end of an alarm
     */
    public List<CameraAlarm> locate(Alarm alarm) {
        if (alarm.state() != Alarm.State.RAISED) {
            return List.of();
        }
        var located = new LinkedHashMap<Object, CameraAlarm>();
        alarm.sightings().forEach(sighting -> {
            CameraAlarm one = locate(CameraAlarm.of(alarm, sighting));
            // A camera named once by GUID and once by alias is one camera.
            located.putIfAbsent(one.camera().<Object>map(id -> id).orElse(sighting.camera()), one);
        });
        return List.copyOf(located.values());
    }

    private CameraAlarm locate(CameraAlarm alarm) {
        return find(alarm.sighting().camera())
                .map(camera -> alarm.at(camera.site(), camera.id()))
                .orElse(alarm);
    }

    /** A GUID is looked up as such, anything else as an alias and then as an exact camera name that only one camera bears. */
    private Optional<Camera> find(String spelled) {
        Index now = index;
        Optional<UUID> guid = CameraName.guid(spelled);
        if (guid.isPresent()) {
            return Optional.ofNullable(now.byId.get(guid.get())).or(() -> unlisted(now, guid.get()));
        }
        if (now.byAlias.containsKey(spelled)) {
            Camera alias = now.byAlias.get(spelled);
            return Optional.of(now.byId.getOrDefault(alias.id(), alias));
        }
        List<Camera> named = now.byName.getOrDefault(spelled, List.of());
        return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
    }

    /** A camera that no list has belongs to the one site that cannot tell its cameras. */
    private static Optional<Camera> unlisted(Index now, UUID id) {
        return now.withoutList.size() == 1 ? Optional.of(new Camera(now.withoutList.get(0), id, "")) : Optional.empty();
    }

    /**
     * @param alarm an alarm at a camera
     * @return whether it is known which site the camera belongs to
     */
    public boolean owned(CameraAlarm alarm) {
        return !alarm.site().isEmpty();
    }

    /**
     * Looks once more for an alarm's camera, in lists that were read after it came.
     *
     * @param alarm an alarm whose camera was not known
     * @return the alarm with its site
     * @throws Later while some site has not been read since
     * @throws Never when no site has the camera
     */
    public CameraAlarm match(CameraAlarm alarm) {
        // Asked before the camera is looked for: a list that arrives in between is one that is looked into.
        var behind = bySite.values().stream()
                .filter(known -> known.isBehind(alarm.receivedAt()))
                .toList();
        CameraAlarm located = locate(alarm);
        if (owned(located)) {
            return located;
        }
        if (!behind.isEmpty()) {
            behind.forEach(Known::missed);
            throw new Later("The camera is not known yet; " + behind.get(0).site.name()
                    + " has not been asked for its cameras since.");
        }
        throw new Never("The camera " + alarm.sighting().camera() + why(alarm.sighting()));
    }

    private String why(Sighting sighting) {
        Index now = index;
        int bearers = now.byName.getOrDefault(sighting.camera(), List.of()).size();
        if (bearers > 1) {
            return " is not one: " + bearers + " cameras bear this name. Use the GUID as Technical name in U-Alarm.";
        }
        Optional<Camera> gone = CameraName.guid(sighting.camera())
                .flatMap(id -> bySite.values().stream()
                        .flatMap(known -> known.gone(id).stream())
                        .findFirst());
        if (gone.isPresent()) {
            List<Camera> heirs =
                    now.byName.getOrDefault(CameraName.clean(gone.get().name()), List.of());
            return " (" + gone.get().name() + ") is no longer in XProtect of "
                    + gone.get().site()
                    + ": it was removed or replaced. Enter the new camera's GUID as Technical name in U-Alarm"
                    + (heirs.size() == 1
                            ? "; a camera of that name now has " + heirs.get(0).id() + "."
                            : ".");
        }
        return " is in no XProtect that can be reached. Compare U-Alarm's Technical name with the camera's GUID in XProtect,"
                + " and check that the user may see the camera."
                + (now.withoutList.size() > 1
                        ? " Several sites cannot tell their cameras; name it in the settings of its own, as site.<name>.camera.<alias>=GUID."
                        : "");
    }

    /**
     * @param alarm an alarm whose site is known
     * @return whether its event is triggered by analytics XML rather than by REST
     * @throws Later when that depends on the site's version and it has not been read yet
     */
    public boolean byXml(CameraAlarm alarm) {
        return isTriggeredByXml(bySite.get(alarm.site()).site);
    }

    private boolean isTriggeredByXml(Site site) {
        return switch (site.trigger()) {
            case REST -> false;
            case XML -> true;
            case AUTO ->
                !bySite.get(site.name())
                        .inventory()
                        .orElseThrow(
                                () -> new Later("XProtect of " + site + " could not be asked for its version yet."))
                        .hasEventsApi();
        };
    }

    /**
     * @param site a site
     * @return whether it was ever seen to have an API Gateway
     */
    boolean hadGateway(Site site) {
        return bySite.get(site.name()).inventory().filter(Inventory::hasGateway).isPresent();
    }

    /**
     * Says whether the connector has to raise the alarm itself so that operators see it: under REST, where the edition has an Alarm
     * Manager and no alarm definition raises it for this camera.
     *
     * @param site a site
     * @param camera the alarm's camera
     * @return nothing while that is not known
     */
    Optional<Boolean> raisesItself(Site site, UUID camera) {
        if (site.raiseAlarm() != Site.Choice.AUTO) {
            return Optional.of(site.raiseAlarm() == Site.Choice.ON);
        }
        return bySite.get(site.name())
                .inventory()
                .map(inventory -> site.trigger() != Site.Trigger.XML
                        && inventory.hasEventsApi()
                        && edition(site).map(Edition::hasAlarmManager).orElse(true)
                        && inventory
                                .definitions()
                                .map(definitions -> !definitions.cover(camera))
                                .orElse(false));
    }

    /**
     * @param site a site
     * @param event the name of an analytics event
     * @return its id
     * @throws Later when XProtect has none of that name, or has not been read yet
     */
    public String eventId(Site site, String event) {
        Known known = bySite.get(site.name());
        Optional<Inventory> inventory = known.inventory();
        String id = inventory.map(i -> i.events().get(event)).orElse(null);
        if (id != null) {
            return id;
        }
        known.missed();
        throw new Later(
                inventory.isEmpty()
                        ? "XProtect of " + site.name() + " could not be asked for its analytics events yet."
                        : "XProtect of " + site.name() + " has no analytics event named exactly " + event
                                + ". Add it in Management Client under Rules and Events, Analytics Events.");
    }

    /**
     * @param site a site
     * @return its edition: the one set, else the one read from XProtect; nothing while neither is known
     */
    public Optional<Edition> edition(Site site) {
        return site.edition().or(() -> bySite.get(site.name()).inventory().flatMap(Inventory::edition));
    }

    /**
     * @param alarm tells that a site's U-Alarm is silent, or heard again
     * @return whether the site's XProtect has an event for that
     */
    public boolean knowsSupervision(CameraAlarm alarm) {
        return bySite.get(alarm.site())
                .inventory()
                .filter(inventory -> inventory.events().containsKey(Site.SUPERVISION_EVENT))
                .isPresent();
    }

    /**
     * @param site a site's name
     * @return whether its XProtect gives a camera's picture: from 2025 R2 on (milestone-api.md 9)
     */
    boolean offersPictures(String site) {
        return bySite.get(site)
                .inventory()
                .filter(Inventory::hasGateway)
                .flatMap(inventory -> Version.of(inventory.productVersion()))
                .filter(version -> version.isAtLeast(Version.PICTURES))
                .isPresent();
    }

    /**
     * @param id a camera's GUID
     * @return the camera, if it is known
     */
    public Optional<Camera> camera(UUID id) {
        return Optional.ofNullable(index.byId.get(id));
    }

    /**
     * What is known of a site's XProtect.
     *
     * @param productVersion its version; empty while not known
     * @param trigger {@code rest} or {@code xml}; empty while not known
     * @param cameras how many it has
     * @param isRead whether it was read since the start
     * @param trouble why it cannot be read, or what it lacks, in words for an installer; empty when all is well
     * @param unreadSince since when it cannot be read (UTC); nothing when it can
     */
    public record State(
            String productVersion,
            String trigger,
            int cameras,
            boolean isRead,
            String trouble,
            Optional<Instant> unreadSince) {}

    /**
     * @param site a site
     * @return what is known of it
     */
    public State state(Site site) {
        return bySite.get(site.name()).state();
    }

    /**
     * @param text what a camera's name, GUID or site must have in it; empty = anything
     * @param limit how many at most
     * @return cameras, by site and name
     */
    public List<Camera> search(String text, int limit) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return bySite.values().stream()
                .flatMap(known -> known.inventory().stream())
                .flatMap(inventory -> inventory.cameras().stream())
                .filter(camera -> camera.name().toLowerCase(Locale.ROOT).contains(wanted)
                        || camera.id().toString().contains(wanted)
                        || camera.site().toLowerCase(Locale.ROOT).contains(wanted))
                .limit(limit)
                .toList();
    }

    /** @return the API Gateways of each site, as they were last known */
    public Map<String, List<String>> gateways() {
        var named = new LinkedHashMap<String, List<String>>();
        bySite.forEach(
                (site, known) -> known.inventory().ifPresent(inventory -> named.put(site, inventory.gateways())));
        return named;
    }

    /**
     * Takes what was read from a site.
     *
     * @param site the site
     * @param inventory what it has now
     */
    void take(String site, Inventory inventory) {
        bySite.get(site).take(inventory);
        reindex();
    }

    private synchronized void reindex() {
        var byId = new HashMap<UUID, Camera>();
        var byName = new HashMap<String, List<Camera>>();
        var byAlias = new HashMap<String, Camera>();
        for (Known known : bySite.values()) {
            known.inventory()
                    .ifPresent(inventory -> inventory.cameras().forEach(camera -> {
                        byId.putIfAbsent(camera.id(), camera);
                        byName.computeIfAbsent(CameraName.clean(camera.name()), name -> new ArrayList<>(1))
                                .add(camera);
                    }));
        }
        for (Known known : bySite.values()) {
            known.site.aliases().forEach((alias, id) -> {
                var camera = new Camera(known.site.name(), id, alias);
                byAlias.put(alias, camera);
                byId.putIfAbsent(id, camera);
            });
        }
        List<String> withoutList = bySite.values().stream()
                .filter(known -> known.inventory().filter(i -> !i.hasGateway()).isPresent())
                .map(known -> known.site.name())
                .toList();
        index = new Index(byId, byName, byAlias, withoutList);
    }

    private final class Known {
        private final Site site;
        private Optional<Inventory> inventory = Optional.empty();
        private Instant readAt = Instant.EPOCH;
        private Instant answeredAt = Instant.EPOCH;
        private Instant probedAt = Instant.EPOCH;
        private boolean probing;
        private Instant dueAt = Instant.EPOCH;
        private Instant notBefore = Instant.EPOCH;
        private int failures;
        private int misses;
        private boolean isMissed;
        private boolean underWay;
        private Instant askedAt = Instant.EPOCH;
        private String trouble = "";
        private Optional<Instant> unreadSince = Optional.empty();
        private final Map<UUID, Camera> gone = new HashMap<>();

        Known(Site site) {
            this.site = site;
        }

        synchronized Optional<Inventory> inventory() {
            return inventory;
        }

        synchronized State state() {
            boolean eventMissing = inventory
                    .filter(i -> i.hasGateway() && !i.events().containsKey(site.event()))
                    .isPresent();
            boolean noCameras = inventory
                    .filter(i -> i.hasGateway() && i.cameras().isEmpty())
                    .isPresent();
            String lacks = eventMissing
                    ? "XProtect has no analytics event named exactly " + site.event()
                            + ". Add it in Management Client under Rules and Events, Analytics Events."
                    : noCameras
                            ? "The user " + site.username() + " sees no cameras. Give its role the right to see them."
                            : "";
            return new State(
                    inventory.map(Inventory::productVersion).orElse(""),
                    inventory.isEmpty() ? "" : isTriggeredByXml(site) ? "xml" : "rest",
                    inventory.map(i -> i.cameras().size()).orElse(0),
                    readAt.isAfter(Instant.EPOCH),
                    trouble.isEmpty() ? lacks : trouble,
                    unreadSince);
        }

        synchronized Optional<Camera> gone(UUID id) {
            return Optional.ofNullable(gone.get(id));
        }

        /** @return whether the list was not asked for after that time */
        synchronized boolean isBehind(Instant time) {
            return readAt.isBefore(time);
        }

        synchronized boolean wasRead(Instant since, Instant until) {
            return !isBehind(since) && answeredAt.isBefore(until);
        }

        synchronized void missed() {
            Instant now = clock.instant();
            Instant soonest = readAt.plus(Waits.doubling(FIRST_AFTER_A_MISS, LAST_AFTER_A_MISS, misses));
            if (soonest.isBefore(dueAt)) {
                dueAt = soonest.isBefore(now) ? now : soonest;
                isMissed = true;
            }
        }

        synchronized void readIfDue() {
            Instant now = clock.instant();
            if (underWay || now.isBefore(dueAt) || now.isBefore(notBefore)) {
                return;
            }
            underWay = true;
            askedAt = now;
            misses = isMissed ? misses + 1 : 0;
            isMissed = false;
            read.apply(site.name())
                    .whenComplete((answer, failure) -> ended(failure == null ? answer.getException() : failure));
        }

        /** A site that has no alarms is to be known to be gone about as soon as its limit is over. */
        synchronized void probeIfDue() {
            Instant now = clock.instant();
            Duration probeEvery = Waits.within(FASTEST_PROBE, site.mail().fallbackAfter(), SLOWEST_PROBE);
            Instant last = probedAt.isAfter(readAt) ? probedAt : readAt;
            boolean isKnownToLive = readAt.isAfter(Instant.EPOCH) && unreadSince.isEmpty();
            if (!isKnownToLive || underWay || probing || now.isBefore(last.plus(probeEvery))) {
                return;
            }
            probing = true;
            probedAt = now;
            probe.apply(site.name())
                    .whenComplete((answer, failure) -> probed(failure == null ? answer.getException() : failure));
        }

        private synchronized void probed(Throwable failure) {
            probing = false;
            if (failure != null) {
                missed();
            }
        }

        private synchronized void ended(Throwable failure) {
            underWay = false;
            Instant now = clock.instant();
            if (failure == null) {
                failures = 0;
                unreadSince = Optional.empty();
                readAt = askedAt;
                answeredAt = now;
                dueAt = dueAt.isAfter(askedAt) ? dueAt : now.plus(EVERY);
                if (!trouble.isEmpty()) {
                    LOG.info("XProtect of {} can be read again", site.name());
                }
                trouble = "";
                return;
            }
            unreadSince = unreadSince.or(() -> Optional.of(now));
            notBefore = now.plus(Waits.doubling(FIRST_WAIT, LAST_WAIT, failures++));
            if (!String.valueOf(failure.getMessage()).equals(trouble)) {
                trouble = String.valueOf(failure.getMessage());
                LOG.warn("The cameras of {} could not be read: {}", site.name(), trouble);
            }
        }

        /** What could not be read this time stays as it was: a moment's trouble must not turn an Essential+ site's mail off. */
        synchronized void take(Inventory answered) {
            Inventory read = inventory
                    .map(before -> new Inventory(
                            answered.productVersion().isEmpty() ? before.productVersion() : answered.productVersion(),
                            answered.edition().or(before::edition),
                            answered.events(),
                            answered.cameras(),
                            answered.gateways().isEmpty() ? before.gateways() : answered.gateways(),
                            answered.hasGateway(),
                            answered.definitions().or(before::definitions)))
                    .orElse(answered);
            boolean news = !Optional.of(read).equals(inventory);
            inventory.ifPresent(before -> before.cameras().forEach(camera -> gone.put(camera.id(), camera)));
            read.cameras().forEach(camera -> gone.remove(camera.id()));
            inventory = Optional.of(read);
            if (news) {
                tell(read);
                save(read);
            }
        }

        private void tell(Inventory read) {
            if (!read.hasGateway()) {
                LOG.info(
                        "{}: XProtect {} without API Gateway, so its cameras cannot be listed; events go as XML to {}",
                        site,
                        read.productVersion().isEmpty() ? "(older than 2021)" : read.productVersion(),
                        site.eventServer());
                return;
            }
            LOG.info(
                    "{}: XProtect {} {}, {} cameras, analytics event {} {}, triggered by {}",
                    site,
                    read.edition().map(Edition::label).orElse("(edition not known)"),
                    read.productVersion(),
                    read.cameras().size(),
                    site.event(),
                    read.events().containsKey(site.event()) ? "found" : "MISSING",
                    isTriggeredByXml(site) ? "XML" : "REST");
            boolean unsure = !isTriggeredByXml(site)
                    && site.raiseAlarm() == Site.Choice.AUTO
                    && read.definitions().isEmpty()
                    && edition(site).map(Edition::hasAlarmManager).orElse(true);
            if (unsure) {
                LOG.warn(
                        "{}: the alarm definitions cannot be read. Give the user's role the right to read them, or set site.{}.raise-alarm"
                                + " to off (an alarm definition for {} shows the alarms to operators) or on (there is none)",
                        site,
                        site,
                        site.event());
            }
        }

        private Path file() {
            return directory.resolve(site.name() + ".json");
        }

        private void load() {
            try {
                if (Files.exists(file())) {
                    inventory = Optional.of(Inventory.ofJson(site.name(), Files.readAllBytes(file())));
                }
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{} cannot be read and is made anew: {}", file(), e.getMessage());
            }
        }

        private void save(Inventory read) {
            try {
                Files.createDirectories(directory);
                Path next = directory.resolve(site.name() + ".json.new");
                Files.write(next, read.toJson());
                Files.move(next, file(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.warn("The cameras of {} could not be kept in {}: {}", site.name(), file(), e.getMessage());
            }
        }
    }
}
