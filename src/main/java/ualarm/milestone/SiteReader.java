package ualarm.milestone;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
import ualarm.site.Site;
import ualarm.site.Sites;

/** Puts together what the route {@code read-site} gets from XProtect, answer by answer. */
public final class SiteReader {

    private static final String READING = "reading";

    private static final int NOT_FOUND = 404;

    private final Sites sites;
    private final Cameras cameras;
    private final Gateways gateways;
    private final Answers answers;

    private static final class Reading {
        private String version = "";
        private Optional<Edition> edition = Optional.empty();
        private final Map<String, String> events = new LinkedHashMap<>();
        private final CameraPages cameras;
        private List<String> gateways = List.of();
        private boolean located;
        private boolean hasGateway = true;
        private Optional<Definitions> definitions = Optional.empty();

        Reading(String site) {
            this.cameras = new CameraPages(site);
        }
    }

    /**
     * @param sites all sites
     * @param cameras takes the result
     * @param gateways takes the addresses
     * @param answers judges the answers
     */
    public SiteReader(Sites sites, Cameras cameras, Gateways gateways, Answers answers) {
        this.sites = sites;
        this.cameras = cameras;
        this.gateways = gateways;
        this.answers = answers;
    }

    /** @param exchange the reading that begins */
    public void begin(Exchange exchange) {
        exchange.setProperty(READING, new Reading(Answers.siteName(exchange)));
    }

    /** @return whether there may be more cameras to ask for */
    public boolean more(Exchange exchange) {
        return reading(exchange).cameras.more();
    }

    /**
     * Makes the request for the next page of cameras.
     *
     * @param exchange becomes the request
     */
    public void askForCameras(Exchange exchange) {
        ask(exchange, "/api/rest/v1/cameras");
        exchange.getMessage()
                .setHeader(Exchange.HTTP_QUERY, reading(exchange).cameras.query());
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
        reading(exchange).cameras.take(array(exchange));
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
     * Takes the licence, which names the edition. A user who may not read it, or a version that does not have it, leaves the edition
     * unknown.
     *
     * @param exchange the answer
     */
    public void licence(Exchange exchange) {
        for (Object each : Json.list(Json.object(Answers.body(exchange)).get("array"))) {
            Reading reading = reading(exchange);
            Map<String, Object> licence = Json.map(each);
            reading.edition =
                    reading.edition.or(() -> Edition.in(Json.text(licence, "displayName"), Json.text(licence, "sku")));
        }
    }

    /**
     * Takes the alarm definitions that the site's analytics event triggers (milestone-api.md 8.2). Where they cannot be read it
     * stays unknown whether operators see the events as alarms.
     *
     * @param exchange the answer
     */
    public void definitions(Exchange exchange) {
        Reading reading = reading(exchange);
        Object array = Json.object(Answers.body(exchange)).get("array");
        if (Answers.status(exchange) >= 300 || !(array instanceof List<?> list)) {
            return;
        }
        String event = sites.site(Answers.siteName(exchange)).event();
        Optional<UUID> type = CameraName.guid(reading.events.getOrDefault(event, ""));
        boolean everywhere = false;
        var listed = new LinkedHashSet<UUID>();
        for (Object each : list) {
            Map<String, Object> definition = Json.map(each);
            boolean enabled = !definition.containsKey("enabled") || Json.isTrue(definition, "enabled");
            if (enabled && type.isPresent() && type.equals(CameraName.guid(Json.text(definition, "eventType")))) {
                var sources = Json.list(definition.get("sourceList")).stream()
                        .map(source -> camera(Json.map(source)))
                        .toList();
                sources.forEach(source -> source.ifPresent(listed::add));
                // Groups and "all cameras" are not spelled out: which cameras are in them is XProtect's business.
                everywhere |= sources.isEmpty() || sources.stream().anyMatch(Optional::isEmpty);
            }
        }
        reading.definitions = Optional.of(new Definitions(everywhere, listed));
    }

    private static Optional<UUID> camera(Map<String, Object> source) {
        return Json.text(source, "type").equalsIgnoreCase("cameras")
                ? CameraName.guid(Json.text(source, "id"))
                : Optional.empty();
    }

    /**
     * Takes the answer of a well-known address, which names the version and the API Gateways (milestone-api.md 1.1).
     *
     * @param exchange the answer
     */
    public void uris(Exchange exchange) {
        Reading reading = reading(exchange);
        Map<String, Object> uris = Json.object(Answers.body(exchange));
        reading.located = Answers.status(exchange) < 300 && uris.containsKey("ProductVersion");
        if (reading.located) {
            reading.version = Text.clean(Json.text(uris, "ProductVersion"));
            reading.gateways = Json.list(uris.get("ApiGateways")).stream()
                    .map(String::valueOf)
                    .toList();
            gateways.learn(Answers.siteName(exchange), reading.gateways, true);
        }
    }

    /**
     * Looks whether the site lives.
     *
     * @param exchange any answer
     * @throws Later when it answers that it cannot answer now
     */
    public void lives(Exchange exchange) {
        if (Answers.status(exchange) >= 500) {
            answers.read(exchange);
        }
    }

    /** @return whether no well-known address has told where the gateways are */
    public boolean unlocated(Exchange exchange) {
        return !reading(exchange).located;
    }

    /**
     * Takes the identity provider's own answer, which names the version of servers before the API Gateway (milestone-api.md 1.2).
     *
     * @param exchange the answer
     */
    public void identityProvider(Exchange exchange) {
        if (Answers.status(exchange) < 300 && reading(exchange).version.isEmpty()) {
            reading(exchange).version = Text.clean(Json.text(Json.object(Answers.body(exchange)), "server_version"));
        }
    }

    /**
     * Takes the answer to a request without a token at the typed address: an API Gateway refuses it, an older XProtect does not have
     * the address.
     *
     * @param exchange the answer
     * @throws Later when a site that had a gateway seems to have none: its XProtect is being updated, or its gateway is gone
     */
    public void gateway(Exchange exchange) {
        Reading reading = reading(exchange);
        boolean isOne = Answers.status(exchange) != NOT_FOUND;
        reading.hasGateway = isOne || !reading.gateways.isEmpty();
        // Where nothing told of any, the management server is down perhaps: those known before still stand in.
        if (reading.located) {
            gateways.learn(Answers.siteName(exchange), reading.gateways, isOne);
        }
        Site site = sites.site(Answers.siteName(exchange));
        if (!reading.hasGateway && (cameras.hadGateway(site) || site.trigger() == Site.Trigger.REST)) {
            throw new Later("XProtect of " + site + " at " + site.url()
                    + " has no API Gateway (404). Check that it is installed there, and site." + site + ".url.");
        }
    }

    /** @return whether there is an API Gateway to ask for more */
    public boolean hasGateway(Exchange exchange) {
        return reading(exchange).hasGateway;
    }

    /**
     * Hands over what was read.
     *
     * @param exchange the reading
     */
    public void end(Exchange exchange) {
        Reading reading = reading(exchange);
        String site = Answers.siteName(exchange);
        cameras.take(
                site,
                new Inventory(
                        reading.version,
                        reading.edition,
                        reading.events,
                        reading.cameras.cameras(),
                        reading.gateways,
                        reading.hasGateway,
                        reading.definitions));
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
