package ualarm.routes;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;

/** Looks whether files of routes would work together, without starting any of them. */
public final class RouteCheck {

    private final Consumer<CamelContext> rooms;
    private final Collection<String> sites;
    private final RouteFolder folder;

    /**
     * @param rooms give a Camel that is never started the beans, components and properties that routes name
     * @param sites the names of all sites, which a {@code *} in a queue's name stands for
     * @param folder where the files lie
     */
    public RouteCheck(Consumer<CamelContext> rooms, Collection<String> sites, RouteFolder folder) {
        this.rooms = rooms;
        this.sites = sites;
        this.folder = folder;
    }

    /**
     * @param files all files that are to serve together
     * @return what would not work, by file and line; nothing when all is right
     */
    public List<RouteFault> faults(List<RouteFile> files) {
        return List.of();
    }
}
