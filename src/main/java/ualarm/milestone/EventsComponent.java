package ualarm.milestone;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * {@code xprotect-events:<site>}: hands out a {@link SeenEvent} for each of the connector's own analytics events that a site's XProtect
 * shows on its events WebSocket (milestone-api.md 10), with the variable {@code site}. A {@code *} stands for every site.
 */
public final class EventsComponent extends DefaultComponent {

    private final Sites sites;
    private final Function<Site, EventsSocket.Wanted> wanted;
    private final Function<Site, CompletionStage<Secret>> bearer;
    private final Arrivals arrivals;
    private final Predicate<Site> canBeAsked;
    private final Map<String, EventsSocket> live = new ConcurrentHashMap<>();

    /**
     * @param sites all sites
     * @param wanted where a site's events are shown; nothing while that is not known
     * @param bearer shows a site's token when there is one
     * @param arrivals is told when events may have been missed
     * @param canBeAsked whether a site's XProtect can be asked for an event
     */
    EventsComponent(
            Sites sites,
            Function<Site, EventsSocket.Wanted> wanted,
            Function<Site, CompletionStage<Secret>> bearer,
            Arrivals arrivals,
            Predicate<Site> canBeAsked) {
        this.sites = sites;
        this.wanted = wanted;
        this.bearer = bearer;
        this.arrivals = arrivals;
        this.canBeAsked = canBeAsked;
    }

    Sites sites() {
        return sites;
    }

    EventsSocket.Wanted wanted(Site site) {
        return wanted.apply(site);
    }

    CompletionStage<Secret> bearer(Site site) {
        return bearer.apply(site);
    }

    Arrivals arrivals() {
        return arrivals;
    }

    boolean canBeAsked(Site site) {
        return canBeAsked.test(site);
    }

    void opened(Site site, EventsSocket socket) {
        live.put(site.name(), socket);
    }

    /** @return whether a site's events are shown */
    boolean isLive(String site) {
        EventsSocket socket = live.get(site);
        return socket != null && socket.isLive();
    }

    @Override
    protected Endpoint createEndpoint(String uri, String site, Map<String, Object> parameters) throws Exception {
        var endpoint = new EventsEndpoint(uri, this, site);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
