package ualarm.setup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.XProtectRoutes;
import ualarm.site.Site;

/** A site that is being set up, and what is noted of it. */
final class Worksite implements AutoCloseable {

    private final Supplier<XProtectRoutes> routes;
    private final Site site;
    private final CreatedFile created;
    private Optional<String> event;

    /** Begun when XProtect is first asked: to write a file takes none. */
    private Optional<XProtectRoutes> begun = Optional.empty();

    /** @param event id of the site's analytics event, where it is there already */
    Worksite(Supplier<XProtectRoutes> routes, Site site, CreatedFile created, Optional<String> event) {
        this.routes = routes;
        this.site = site;
        this.created = created;
        this.event = event;
    }

    private XProtectRoutes xprotect() {
        if (begun.isEmpty()) {
            begun = Optional.of(routes.get());
        }
        return begun.get();
    }

    /**
     * @return id of the site's analytics event
     * @throws Later when there is none after all
     */
    String event() {
        return event.orElseThrow(() -> new Later("It needs the analytics event, which could not be created."));
    }

    /** @return a rule with all its members */
    JsonNode rule(String id) throws IOException {
        JsonNode answer =
                xprotect().ask("read-rule", site, null, Map.of("rule", id)).answer();
        return answer.has("data") ? answer.path("data") : answer;
    }

    /** Creates the site's analytics event. */
    void createEvent(Object body, String name) throws IOException {
        event = Optional.of(create("create-event", "analyticsEvents", body, name));
    }

    /**
     * Creates something and notes it at once, so that it can be undone whatever happens next.
     *
     * @return its id
     */
    String create(String route, String kind, Object body, String name) throws IOException {
        String id = xprotect()
                .ask(route, site, body, Map.of())
                .exchange()
                .getMessage()
                .getBody(String.class);
        created.add(new Created(
                site.name(),
                site.url().toString(),
                kind,
                id,
                name,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        return id;
    }

    /** Removes something, and forgets it. */
    void remove(Created thing) throws IOException {
        xprotect().ask("remove", site, null, Map.of("kind", thing.kind(), "id", thing.id()));
        created.remove(thing);
    }

    @Override
    public void close() {
        begun.ifPresent(XProtectRoutes::close);
    }
}
