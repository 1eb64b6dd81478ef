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
    private static final Duration AFTER_A_MISS = Duration.ofSeconds(30);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_WAIT = Duration.ofSeconds(15);

    private final Map<String, Known> bySite = new LinkedHashMap<>();
    private final Path directory;
    private final Clock clock;
    private final Function<String, CompletableFuture<Exchange>> read;
    private volatile Index index = new Index(Map.of(), Map.of(), Map.of());

    private record Index(Map<UUID, Camera> byId, Map<String, List<Camera>> byName, Map<String, Camera> byAlias) {}

    /**
     * @param sites all sites
     * @param directory where the last known lists are kept
     * @param clock tells when a site is due
     * @param read runs a site's route {@code read-site}
     */
    public Cameras(Sites sites, Path directory, Clock clock, Function<String, CompletableFuture<Exchange>> read) {
        this.directory = directory;
        this.clock = clock;
        this.read = read;
        sites.all().forEach(site -> bySite.put(site.name(), new Known(site)));
        bySite.values().forEach(Known::load);
        reindex();
    }

    /** Starts reading every site that is due; does not wait for any. */
    public void refreshDue() {
        bySite.values().forEach(Known::readIfDue);
    }

    /**
     * Has a site read again soon, because something it should have is not known; at most every 30 s.
     *
     * @param site the site
     */
    public void refreshSoon(String site) {
        bySite.get(site).missed();
    }

    /**
     * @param site a site
     * @param time a moment
     * @return whether the site was not read since then
     */
    boolean isBehind(String site, Instant time) {
        return bySite.get(site).isBehind(time);
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
            return Optional.ofNullable(now.byId.get(guid.get()));
        }
        if (now.byAlias.containsKey(spelled)) {
            Camera alias = now.byAlias.get(spelled);
            return Optional.of(now.byId.getOrDefault(alias.id(), alias));
        }
        List<Camera> named = now.byName.getOrDefault(spelled, List.of());
        return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
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
        CameraAlarm located = locate(alarm);
        if (owned(located)) {
            return located;
        }
        var behind = bySite.values().stream()
                .filter(known -> known.isBehind(alarm.receivedAt()))
                .toList();
        String camera = "The camera " + alarm.sighting().camera();
        if (!behind.isEmpty()) {
            behind.forEach(Known::missed);
            throw new Later(camera + " is not known yet; " + behind.get(0).site.name()
                    + " has not been asked for its cameras since.");
        }
        int bearers =
                index.byName.getOrDefault(alarm.sighting().camera(), List.of()).size();
        throw new Never(
                bearers > 1
                        ? camera + " is not one: " + bearers
                                + " cameras bear this name. Use the GUID as Technical name in U-Alarm."
                        : camera
                                + " is in no XProtect that can be reached. Compare U-Alarm's Technical name with the camera's GUID in XProtect,"
                                + " and check that the user may see the camera.");
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
     * @param id a camera's GUID
     * @return the camera, if it is known
     */
    public Optional<Camera> camera(UUID id) {
        return Optional.ofNullable(index.byId.get(id));
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
            known.site.aliases().forEach((alias, id) -> byAlias.put(alias, new Camera(known.site.name(), id, alias)));
        }
        index = new Index(byId, byName, byAlias);
    }

    private final class Known {
        private final Site site;
        private Optional<Inventory> inventory = Optional.empty();
        private Instant readAt = Instant.EPOCH;
        private Instant dueAt = Instant.EPOCH;
        private Instant notBefore = Instant.EPOCH;
        private int failures;
        private boolean underWay;
        private Instant askedAt = Instant.EPOCH;
        private String trouble = "";

        Known(Site site) {
            this.site = site;
        }

        synchronized Optional<Inventory> inventory() {
            return inventory;
        }

        /** @return whether the list was not asked for after that time */
        synchronized boolean isBehind(Instant time) {
            return readAt.isBefore(time);
        }

        synchronized void missed() {
            Instant now = clock.instant();
            Instant soonest = readAt.plus(AFTER_A_MISS);
            dueAt = soonest.isBefore(now) ? now : soonest.isBefore(dueAt) ? soonest : dueAt;
        }

        synchronized void readIfDue() {
            Instant now = clock.instant();
            if (underWay || now.isBefore(dueAt) || now.isBefore(notBefore)) {
                return;
            }
            underWay = true;
            askedAt = now;
            read.apply(site.name())
                    .whenComplete((answer, failure) -> ended(failure == null ? answer.getException() : failure));
        }

        private synchronized void ended(Throwable failure) {
            underWay = false;
            Instant now = clock.instant();
            if (failure == null) {
                failures = 0;
                readAt = askedAt;
                dueAt = dueAt.isAfter(askedAt) ? dueAt : now.plus(EVERY);
                if (!trouble.isEmpty()) {
                    LOG.info("XProtect of {} can be read again", site.name());
                }
                trouble = "";
                return;
            }
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
                            answered.cameras()))
                    .orElse(answered);
            boolean news = !Optional.of(read).equals(inventory);
            inventory = Optional.of(read);
            if (news) {
                LOG.info(
                        "{}: XProtect {} {}, {} cameras, analytics event {} {}",
                        site.name(),
                        read.edition().map(Edition::label).orElse("(edition not known)"),
                        read.productVersion(),
                        read.cameras().size(),
                        site.event(),
                        read.events().containsKey(site.event()) ? "found" : "MISSING");
                save(read);
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
