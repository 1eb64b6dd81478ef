package ualarm.milestone;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Edition;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * What every site's XProtect was last known to have, as the route {@code read-site} brings it. Its own lock guards what is known of a
 * site; who looks for cameras is told when that changes.
 */
public final class Inventories {

    private static final Logger LOG = LoggerFactory.getLogger(Inventories.class);

    private final Sites sites;
    private final InventoryFolder folder;
    private final Map<String, Inventory> bySite = new LinkedHashMap<>();

    /** Cameras that a site had once and has no longer. */
    private final Map<String, Map<UUID, Camera>> gone = new HashMap<>();

    private volatile Runnable whenChanged = () -> {};

    /**
     * @param sites all sites
     * @param folder keeps what is known over a restart
     */
    Inventories(Sites sites, InventoryFolder folder) {
        this.sites = sites;
        this.folder = folder;
        sites.all().forEach(site -> {
            gone.put(site.name(), new HashMap<>());
            folder.load(site.name()).ifPresent(known -> bySite.put(site.name(), known));
        });
    }

    /** @param listener is called after each change */
    void whenChanged(Runnable listener) {
        whenChanged = listener;
    }

    /**
     * @param site a site's name
     * @return what it has; nothing while it was never read
     */
    public synchronized Optional<Inventory> of(String site) {
        return Optional.ofNullable(bySite.get(site));
    }

    /**
     * @param site a site
     * @return its edition: the one set, else the one read from XProtect; nothing while neither is known
     */
    public Optional<Edition> edition(Site site) {
        return site.edition().or(() -> of(site.name()).flatMap(Inventory::edition));
    }

    synchronized Optional<Camera> gone(UUID id) {
        return gone.values().stream()
                .flatMap(cameras -> Optional.ofNullable(cameras.get(id)).stream())
                .findFirst();
    }

    /**
     * @param text what a camera's name, GUID or site must have in it; empty = anything
     * @param limit how many at most
     * @return cameras, by site and name
     */
    public List<Camera> search(String text, int limit) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return sites.all().stream()
                .flatMap(site -> of(site.name()).stream())
                .flatMap(inventory -> inventory.cameras().stream())
                .filter(camera -> camera.name().toLowerCase(Locale.ROOT).contains(wanted)
                        || camera.id().toString().contains(wanted)
                        || camera.site().toLowerCase(Locale.ROOT).contains(wanted))
                .limit(limit)
                .toList();
    }

    /**
     * Says of a site whose address is no well-known one whether it has an API Gateway.
     *
     * @param site the site's name
     * @param typedIsGateway whether there is one at the address that the installer typed
     * @param uris what its management server tells, if anything
     * @return whether it has one
     * @throws Later when a site that had a gateway seems to have none: its XProtect is being updated, or its gateway is gone
     */
    public boolean hasGateway(
            @Variable("site") String site,
            @Variable("typedIsGateway") boolean typedIsGateway,
            @Variable("uris") Uris uris) {
        boolean isNamed = uris != null && !uris.gateways().orElse(List.of()).isEmpty();
        Site asked = sites.site(site);
        boolean had = of(site).filter(Inventory::hasGateway).isPresent();
        if (!typedIsGateway && !isNamed && (had || asked.trigger() == Site.Trigger.REST)) {
            throw new Later(
                    "XProtect of " + site + " at " + asked.url() + " has no API Gateway (404). Check site." + site
                            + ".url, and that the API Gateway is installed"
                            + (had ? "." : ", or set site." + site + ".trigger=auto."));
        }
        return typedIsGateway || isNamed;
    }

    /**
     * @param uris what a well-known address tells; nothing where none does
     * @param identityProvider tells the version where nothing else does
     * @return a site's version as XProtect writes it; empty when it is not told
     */
    public String version(
            @Variable("uris") Uris uris, @Variable("identityProvider") IdentityProvider identityProvider) {
        return Text.clean(Optional.ofNullable(uris)
                .flatMap(Uris::productVersion)
                .or(() -> Optional.ofNullable(identityProvider).flatMap(IdentityProvider::version))
                .orElse(""));
    }

    /**
     * @param site the site's name
     * @param events its answer
     * @return the same
     * @throws Later when it is no list
     */
    public AnalyticsEvents events(@Variable("site") String site, AnalyticsEvents events) {
        Answers.list(site, Optional.ofNullable(events).flatMap(AnalyticsEvents::array));
        return events;
    }

    /** @return no cameras yet */
    public CameraPages firstPage(@Variable("site") String site) {
        return new CameraPages(site);
    }

    /**
     * @param cameras the pages so far
     * @param page the next one
     * @return all of them
     */
    public CameraPages nextPage(@Variable("cameras") CameraPages cameras, CameraPage page) {
        cameras.take(Answers.list(cameras.site(), Optional.ofNullable(page).flatMap(CameraPage::array)));
        return cameras;
    }

    /**
     * Takes what was read from a site.
     *
     * @param site the site's name
     * @param uris where its gateways are; nothing where it does not tell
     * @param version its version; empty when it is not told
     * @param hasGateway whether it has an API Gateway
     * @param licences its licences; nothing when they could not be read
     * @param events its analytics events; nothing without a gateway
     * @param definitions its alarm definitions; nothing when they could not be read
     * @param cameras its cameras; nothing without a gateway
     * @param eventServerIsOpen whether its event server takes analytics XML; nothing where that was not looked at
     */
    public void take(
            @Variable("site") String site,
            @Variable("uris") Uris uris,
            @Variable("version") String version,
            @Variable("hasGateway") boolean hasGateway,
            @Variable("licences") Licences licences,
            @Variable("events") AnalyticsEvents events,
            @Variable("definitions") AlarmDefinitions definitions,
            @Variable("cameras") CameraPages cameras,
            @Variable("eventServerIsOpen") Boolean eventServerIsOpen) {
        Map<String, String> byName = events == null ? Map.of() : events.byName();
        Optional<UUID> event =
                Optional.ofNullable(byName.get(sites.site(site).event())).map(UUID::fromString);
        take(
                site,
                new Inventory(
                        version,
                        Optional.ofNullable(licences).flatMap(Licences::edition),
                        byName,
                        cameras == null ? List.of() : cameras.cameras(),
                        Optional.ofNullable(uris).flatMap(Uris::gateways).orElse(List.of()),
                        hasGateway,
                        Optional.ofNullable(definitions).flatMap(known -> known.of(event)),
                        Boolean.TRUE.equals(eventServerIsOpen)));
    }

    /**
     * The event server takes no analytics XML after all; until the site is read again its events go by REST, where that may be.
     *
     * @param site the site's name
     */
    synchronized void eventServerIsClosed(String site) {
        bySite.computeIfPresent(site, (name, known) -> known.withoutEventServer());
    }

    void take(String site, Inventory answered) {
        Inventory read;
        boolean isNews;
        synchronized (this) {
            Optional<Inventory> before = of(site);
            read = before.map(answered::orElse).orElse(answered);
            Map<UUID, Camera> missing = gone.get(site);
            before.ifPresent(had -> had.cameras().forEach(camera -> missing.put(camera.id(), camera)));
            read.cameras().forEach(camera -> missing.remove(camera.id()));
            bySite.put(site, read);
            isNews = !before.equals(Optional.of(read));
        }
        // Nobody waits for the disk, nor for an index of all cameras that is as before.
        if (isNews) {
            folder.save(site, read);
            whenChanged.run();
            tell(sites.site(site), read);
        }
    }

    private void tell(Site site, Inventory read) {
        if (!read.hasGateway()) {
            LOG.info(
                    "{}: XProtect {} without API Gateway, so its cameras cannot be listed; events go as XML to {}",
                    site,
                    read.productVersion().isEmpty() ? "(older than 2021)" : read.productVersion(),
                    site.eventServer());
            return;
        }
        boolean byXml = Triggers.byXml(site, read);
        LOG.info(
                "{}: XProtect {} {}, {} cameras, analytics event {} {}, triggered by {}",
                site,
                read.edition().map(Edition::label).orElse("(edition not known)"),
                read.productVersion(),
                read.cameras().size(),
                site.event(),
                read.events().containsKey(site.event()) ? "found" : "MISSING",
                byXml ? "XML" : "REST");
        boolean unsure = !byXml
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
}
