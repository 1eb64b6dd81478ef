package ualarm.milestone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import ualarm.alarm.CameraName;
import ualarm.alarm.Json;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Edition;

/** Puts together what the route {@code read-site} gets from XProtect, answer by answer. */
public final class SiteReader {

    private static final String READING = "reading";

    /** Cameras asked for at once. Servers that ignore paging answer with all of them (milestone-api.md 3.2). */
    private static final int PAGE = 1000;

    private final Cameras cameras;
    private final Answers answers;

    private static final class Reading {
        private String version = "";
        private Optional<Edition> edition = Optional.empty();
        private final Map<String, String> events = new LinkedHashMap<>();
        private final Map<UUID, Camera> cameras = new LinkedHashMap<>();
        private int page;
        private boolean more = true;
    }

    /**
     * @param cameras takes the result
     * @param answers judges the answers
     */
    public SiteReader(Cameras cameras, Answers answers) {
        this.cameras = cameras;
        this.answers = answers;
    }

    /** @param exchange the reading that begins */
    public void begin(Exchange exchange) {
        exchange.setProperty(READING, new Reading());
    }

    /** @return whether there may be more cameras to ask for */
    public boolean more(Exchange exchange) {
        return reading(exchange).more;
    }

    /**
     * Makes the request for the next page of cameras.
     *
     * @param exchange becomes the request
     */
    public void askForCameras(Exchange exchange) {
        ask(exchange, "/api/rest/v1/cameras");
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, "page=" + reading(exchange).page + "&size=" + PAGE);
    }

    /**
     * Makes a request that reads something.
     *
     * @param exchange becomes the request
     * @param path what to read
     */
    public void ask(Exchange exchange, String path) {
        var message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_METHOD, "GET");
        message.setHeader(Exchange.HTTP_PATH, path);
    }

    /**
     * Takes a page of cameras.
     *
     * @param exchange the answer
     */
    public void cameras(Exchange exchange) {
        answers.read(exchange);
        Reading reading = reading(exchange);
        var page = array(exchange);
        int before = reading.cameras.size();
        for (Object each : page) {
            Map<String, Object> camera = Json.map(each);
            CameraName.guid(Json.text(camera, "id")).ifPresent(id -> {
                String name = Json.text(camera, "name").isEmpty()
                        ? Json.text(camera, "displayName")
                        : Json.text(camera, "name");
                reading.cameras.put(id, new Camera(Answers.siteName(exchange), id, Text.clean(name)));
            });
        }
        // A short page is the last; so is one that brings nothing new, from a server that ignores paging.
        reading.more = page.size() == PAGE && reading.cameras.size() > before;
        reading.page++;
    }

    /**
     * Takes the analytics events.
     *
     * @param exchange the answer
     */
    public void events(Exchange exchange) {
        answers.read(exchange);
        for (Object each : array(exchange)) {
            Map<String, Object> event = Json.map(each);
            CameraName.guid(Json.text(event, "id"))
                    .ifPresent(id -> reading(exchange).events.put(Json.text(event, "name"), id.toString()));
        }
    }

    /**
     * Takes the licence, which names the edition. A user who may not read it leaves the edition unknown.
     *
     * @param exchange the answer
     */
    public void licence(Exchange exchange) {
        for (Object each : Json.list(Json.object(Answers.body(exchange)).get("array"))) {
            Reading reading = reading(exchange);
            reading.edition = reading.edition.or(() -> Edition.in(Json.text(Json.map(each), "displayName")));
        }
    }

    /**
     * Takes the answer of the well-known address, which has the version.
     *
     * @param exchange the answer
     */
    public void version(Exchange exchange) {
        reading(exchange).version = Text.clean(Json.text(Json.object(Answers.body(exchange)), "ProductVersion"));
    }

    /**
     * Hands over what was read.
     *
     * @param exchange the reading
     */
    public void end(Exchange exchange) {
        Reading reading = reading(exchange);
        cameras.take(
                Answers.siteName(exchange),
                new Inventory(
                        reading.version,
                        reading.edition,
                        reading.events,
                        reading.cameras.values().stream().toList()));
    }

    /** A good answer without a list is not XProtect's; taken for an empty list it would make every camera unknown. */
    private static List<?> array(Exchange exchange) {
        Object array = Json.object(Answers.body(exchange)).get("array");
        if (array instanceof List<?> list) {
            return list;
        }
        throw new Later("XProtect of " + Answers.siteName(exchange)
                + " answered without a list. Check its address in site." + Answers.siteName(exchange) + ".url.");
    }

    private static Reading reading(Exchange exchange) {
        return exchange.getProperty(READING, Reading.class);
    }
}
