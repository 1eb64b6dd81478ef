package ualarm.milestone;

import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Variable;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Edition;
import ualarm.site.Site;
import ualarm.site.Sites;

/** What a site's version and edition take: analytics XML or REST, alarms raised by the connector, pictures. */
public final class Triggers {

    private final Sites sites;
    private final Inventories inventories;

    /**
     * @param sites all sites
     * @param inventories know their versions and editions
     */
    Triggers(Sites sites, Inventories inventories) {
        this.sites = sites;
        this.inventories = inventories;
    }

    /**
     * @param site a site
     * @param hasEventsApi whether its XProtect has the events REST API
     * @return whether its event is triggered by analytics XML rather than by REST
     */
    public static boolean byXml(Site site, boolean hasEventsApi) {
        return switch (site.trigger()) {
            case REST -> false;
            case XML -> true;
            case AUTO -> !hasEventsApi;
        };
    }

    /** Only analytics XML brings the boxes; it is taken for them where it can be. */
    static boolean byXml(Site site, Inventory inventory) {
        return byXml(site, inventory.hasEventsApi())
                || site.trigger() == Site.Trigger.AUTO && site.boxes() && inventory.eventServerIsOpen();
    }

    /**
     * @param name a site's name
     * @return whether its event is triggered by analytics XML rather than by REST
     * @throws Later when that depends on the site's version and it has not been read yet
     */
    public boolean byXml(@Variable("site") String name) {
        Site site = sites.site(name);
        return switch (site.trigger()) {
            case REST -> false;
            case XML -> true;
            case AUTO ->
                byXml(
                        site,
                        inventories
                                .of(name)
                                .orElseThrow(() ->
                                        new Later("XProtect of " + site + " could not be asked for its version yet.")));
        };
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
        return inventories
                .of(site.name())
                .map(inventory -> site.trigger() != Site.Trigger.XML
                        && inventory.hasEventsApi()
                        && inventories
                                .edition(site)
                                .map(Edition::hasAlarmManager)
                                .orElse(true)
                        && inventory
                                .definitions()
                                .map(definitions -> !definitions.cover(camera))
                                .orElse(false));
    }

    /**
     * @param alarm tells that a site's U-Alarm is silent, or heard again
     * @return whether the site's XProtect has an event for that
     */
    public boolean knowsSupervision(CameraAlarm alarm) {
        return inventories
                .of(alarm.site())
                .filter(inventory -> inventory.events().containsKey(Site.SUPERVISION_EVENT))
                .isPresent();
    }

    /**
     * @param site a site's name
     * @return whether its XProtect gives a camera's picture: from 2025 R2 on (milestone-api.md 9)
     */
    boolean offersPictures(String site) {
        return inventories
                .of(site)
                .filter(Inventory::hasGateway)
                .flatMap(inventory -> Version.of(inventory.productVersion()))
                .filter(version -> version.isAtLeast(Version.PICTURES))
                .isPresent();
    }
}
