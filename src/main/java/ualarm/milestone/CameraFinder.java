package ualarm.milestone;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Finds whose camera an alarm names: a GUID as such, anything else as an alias and then as an exact name that one camera bears. */
public final class CameraFinder {

    private final Sites sites;
    private final Inventories inventories;
    private final BiPredicate<String, Instant> isBehind;
    private final Consumer<String> missed;
    private volatile Index index;

    /** The sites without list are those whose XProtect is too old to tell its cameras. */
    private record Index(
            Map<UUID, Camera> byId,
            Map<String, List<Camera>> byName,
            Map<String, Camera> byAlias,
            List<String> withoutList) {}

    /**
     * @param sites all sites, some with aliases
     * @param inventories know the cameras
     * @param isBehind says whether a site was not read since a time
     * @param missed has a site read again soon
     */
    CameraFinder(Sites sites, Inventories inventories, BiPredicate<String, Instant> isBehind, Consumer<String> missed) {
        this.sites = sites;
        this.inventories = inventories;
        this.isBehind = isBehind;
        this.missed = missed;
        this.index = index();
        inventories.whenChanged(this::reindex);
    }

    private synchronized void reindex() {
        index = index();
    }

    private Index index() {
        var byId = new HashMap<UUID, Camera>();
        var byName = new HashMap<String, List<Camera>>();
        var byAlias = new HashMap<String, Camera>();
        var withoutList = new ArrayList<String>();
        for (Site site : sites.all()) {
            inventories.of(site.name()).ifPresent(inventory -> {
                inventory.cameras().forEach(camera -> {
                    byId.putIfAbsent(camera.id(), camera);
                    byName.computeIfAbsent(CameraName.clean(camera.name()), name -> new ArrayList<>(1))
                            .add(camera);
                });
                if (!inventory.hasGateway()) {
                    withoutList.add(site.name());
                }
            });
        }
        for (Site site : sites.all()) {
            site.aliases().forEach((alias, id) -> {
                var camera = new Camera(site.name(), id, alias);
                byAlias.put(alias, camera);
                byId.putIfAbsent(id, camera);
            });
        }
        return new Index(byId, byName, byAlias, withoutList);
    }

    /**
     * Finds the cameras of an alarm.
     *
     * @param alarm the alarm as read
     * @return the alarm at its camera, with site and GUID where they are known; a list of them where it has several cameras, empty for
     *     a heartbeat or the end of an alarm
     */
    public Object locate(Alarm alarm) {
        if (alarm.state() != Alarm.State.RAISED) {
            return List.of();
        }
        if (alarm.sightings().size() == 1) {
            return locate(CameraAlarm.of(alarm, alarm.sightings().get(0)));
        }
        var located = new LinkedHashMap<Object, CameraAlarm>();
        alarm.sightings().forEach(sighting -> {
            CameraAlarm one = locate(CameraAlarm.of(alarm, sighting));
            // A camera named once by GUID and once by alias is one camera.
            located.putIfAbsent(one.camera().<Object>map(id -> id).orElse(sighting.camera()), one);
        });
        return List.copyOf(located.values());
    }

    /**
     * Finds the cameras of an alarm that is over.
     *
     * @param alarm the alarm as read
     * @return the alarm at each of its cameras that is known
     */
    public List<CameraAlarm> ended(@Variable("alarm") Alarm alarm) {
        return alarm.sightings().stream()
                .map(sighting -> locate(CameraAlarm.of(alarm, sighting)))
                .filter(this::owned)
                .toList();
    }

    /**
     * @param alarm the alarm as read
     * @return the sites of those of its cameras that are known
     */
    public Set<String> sites(Alarm alarm) {
        return alarm.sightings().stream()
                .flatMap(sighting -> find(sighting.camera()).stream())
                .map(Camera::site)
                .collect(Collectors.toSet());
    }

    private CameraAlarm locate(CameraAlarm alarm) {
        return find(alarm.sighting().camera())
                .map(camera -> alarm.at(camera.site(), camera.id()))
                .orElse(alarm);
    }

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
     * @param id a camera's GUID
     * @return the camera, if it is known
     */
    public Optional<Camera> camera(UUID id) {
        return Optional.ofNullable(index.byId.get(id));
    }

    /**
     * @param alarm an alarm at a camera
     * @return whether it is known which site the camera belongs to
     */
    public boolean owned(CameraAlarm alarm) {
        return !alarm.site().isEmpty();
    }

    /**
     * @param site a site
     * @param alarm an alarm whose camera is not known
     * @return whether the camera may be that site's, because it has not been read since the alarm came
     */
    public boolean mayBeOf(Site site, CameraAlarm alarm) {
        return isBehind.test(site.name(), alarm.receivedAt());
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
        var behind = sites.all().stream().filter(site -> mayBeOf(site, alarm)).toList();
        CameraAlarm located = locate(alarm);
        // One that was replayed may know a site that has been removed.
        if (sites.all().stream().anyMatch(site -> site.name().equals(located.site()))) {
            return located;
        }
        if (!behind.isEmpty()) {
            behind.forEach(site -> missed.accept(site.name()));
            throw new Later(
                    "The camera is not known yet; " + behind.get(0) + " has not been asked for its cameras since.");
        }
        throw new Never("The camera " + alarm.sighting().camera() + why(alarm.sighting()));
    }

    private String why(Sighting sighting) {
        Index now = index;
        int bearers = now.byName.getOrDefault(sighting.camera(), List.of()).size();
        if (bearers > 1) {
            return " is not one: " + bearers + " cameras bear this name. Use the GUID as Technical name in U-Alarm.";
        }
        Optional<Camera> gone = CameraName.guid(sighting.camera()).flatMap(inventories::gone);
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
}
