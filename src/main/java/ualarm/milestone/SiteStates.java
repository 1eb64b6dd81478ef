package ualarm.milestone;

import java.time.Instant;
import java.util.Optional;
import ualarm.site.Site;

/** How each site stands, for people. */
public final class SiteStates {

    private final Inventories inventories;
    private final RefreshPlan plan;

    SiteStates(Inventories inventories, RefreshPlan plan) {
        this.inventories = inventories;
        this.plan = plan;
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
    public State of(Site site) {
        Optional<Inventory> inventory = inventories.of(site.name());
        RefreshPlan.State read = plan.state(site.name());
        return new State(
                inventory.map(Inventory::productVersion).orElse(""),
                inventory
                        .map(known -> Triggers.byXml(site, known) ? "xml" : "rest")
                        .orElse(""),
                inventory.map(known -> known.cameras().size()).orElse(0),
                read.isRead(),
                read.trouble().isEmpty()
                        ? inventory.map(known -> lacks(site, known)).orElse("")
                        : read.trouble(),
                read.unreadSince());
    }

    private static String lacks(Site site, Inventory inventory) {
        if (!inventory.hasGateway()) {
            return "";
        } else if (!inventory.events().containsKey(site.event())) {
            return "XProtect has no analytics event named exactly " + site.event()
                    + ". Add it in Management Client under Rules and Events, Analytics Events.";
        } else if (inventory.cameras().isEmpty()) {
            return "The user " + site.username() + " sees no cameras. Give its role the right to see them.";
        }
        return "";
    }
}
