package ualarm.routes;

import java.util.Set;
import org.apache.camel.Route;

/** What is to know that routes come and go: the port where messages come in, and what runs routes at their time. */
public interface Surroundings {

    /** Waits until there is what routes need to start. It throws when that will never be. */
    void awaitReady();

    /**
     * Lets no message in, and waits until those under way are answered.
     *
     * @param paths whose routes go, or call routes that do
     */
    void shut(Set<String> paths);

    /** Lets messages in again; the new routes are there. */
    void open();

    /** @param route is about to go */
    void leaves(Route route);
}
