package ualarm.milestone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import org.apache.camel.Variable;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Whether event servers take analytics XML, where that may be chosen for the boxes. */
public final class EventServers {

    private static final int CONNECT_MILLIS = 3_000;

    private final Sites sites;

    EventServers(Sites sites) {
        this.sites = sites;
    }

    /**
     * Looks whether a site's event server can be connected to; that it takes events from this machine, only an event shows.
     *
     * @param name the site's name
     * @return whether it is open; false where it does not matter
     */
    public boolean isOpen(@Variable("site") String name) {
        Site site = sites.site(name);
        if (!site.boxes() || site.trigger() != Site.Trigger.AUTO) {
            return false;
        }
        URI server = site.eventServer();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
