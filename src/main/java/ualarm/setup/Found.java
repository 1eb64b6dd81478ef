package ualarm.setup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ualarm.command.XProtectRoutes;
import ualarm.command.XProtectRoutes.Read;
import ualarm.milestone.AnalyticsEvents;
import ualarm.milestone.Camera;
import ualarm.milestone.CameraPages;
import ualarm.milestone.Licences;
import ualarm.milestone.Triggers;
import ualarm.milestone.Version;
import ualarm.site.Edition;
import ualarm.site.Site;

/**
 * What a site's XProtect has, as far as set-up goes.
 *
 * @param version as XProtect writes it; empty when it does not tell
 * @param hasGateway whether it has an API Gateway; without one nothing else is known
 * @param byXml whether events go by analytics XML
 * @param edition the edition, if it is known
 * @param events analytics events, name to id
 * @param definitions alarm definitions with all their members; nothing when they cannot be read
 * @param rules rules with all their members; nothing when they cannot be read
 * @param cameras the cameras that the user sees
 * @param isAdministrator whether the user is one; nothing before 2024 R2, which does not tell (milestone-api.md 8.4)
 */
record Found(
        String version,
        boolean hasGateway,
        boolean byXml,
        Optional<Edition> edition,
        Map<String, String> events,
        Optional<List<JsonNode>> definitions,
        Optional<List<JsonNode>> rules,
        List<Camera> cameras,
        Optional<Boolean> isAdministrator) {

    /** The routes that are asked, here and for what is created. */
    static final List<String> ROUTES = List.of(
            "find-site",
            "log-in",
            "read-licences",
            "read-events",
            "read-cameras",
            "list-definitions",
            "list-rules",
            "read-rule",
            "read-rights",
            "create-event",
            "create-definition",
            "create-rule",
            "remove");

    /**
     * Reads version and edition only.
     *
     * @throws IOException when there is no answer
     * @throws ualarm.alarm.Undelivered.Later when an answer is not good, the login's too
     */
    static Found glance(XProtectRoutes xprotect, Site site) throws IOException {
        Read found = xprotect.ask("find-site", site);
        String version = found.get("version", String.class).orElse("");
        boolean hasGateway = found.get("hasGateway", Boolean.class).orElse(false);
        boolean byXml = Triggers.byXml(site, hasGateway && Version.hasEventsApi(version));
        Optional<Edition> edition = site.edition();
        if (hasGateway) {
            xprotect.logIn(site);
            edition = edition.isPresent()
                    ? edition
                    : xprotect.ask("read-licences", site)
                            .get("licences", Licences.class)
                            .flatMap(Licences::edition);
        }
        return new Found(
                version,
                hasGateway,
                byXml,
                edition,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /**
     * Reads everything.
     *
     * @throws IOException when there is no answer
     * @throws ualarm.alarm.Undelivered.Later when an answer is not good
     */
    static Found read(XProtectRoutes xprotect, Site site) throws IOException {
        Found known = glance(xprotect, site);
        if (!known.hasGateway()) {
            return known;
        }
        return new Found(
                known.version(),
                true,
                known.byXml(),
                known.edition(),
                xprotect.ask("read-events", site)
                        .get("events", AnalyticsEvents.class)
                        .map(AnalyticsEvents::byName)
                        .orElse(Map.of()),
                known.hasAlarmManager() ? list(xprotect.ask("list-definitions", site)) : Optional.of(List.of()),
                list(xprotect.ask("list-rules", site)),
                xprotect.ask("read-cameras", site)
                        .get("cameras", CameraPages.class)
                        .map(CameraPages::cameras)
                        .orElse(List.of()),
                xprotect.ask("read-rights", site).isAdministrator());
    }

    private static Optional<List<JsonNode>> list(Read answer) {
        JsonNode array = answer.answer().path("array");
        if (answer.status() != 200 || !array.isArray()) {
            return Optional.empty();
        }
        var all = new ArrayList<JsonNode>();
        array.forEach(all::add);
        return Optional.of(all);
    }

    /** @return whether operators can see alarms; where the edition is not known it is taken so */
    boolean hasAlarmManager() {
        return edition.map(Edition::hasAlarmManager).orElse(true);
    }

    /** @return alarm definitions that are switched on and triggered by an event */
    List<JsonNode> definitionsOn(Optional<String> event) {
        return definitions.orElse(List.of()).stream()
                // Some servers quote it (milestone-api.md 3).
                .filter(each -> !each.path("enabled").asText("true").equalsIgnoreCase("false"))
                .filter(each -> event.filter(each.path("eventType").asText()::equalsIgnoreCase)
                        .isPresent())
                .toList();
    }

    /** @return a name for people */
    static String name(JsonNode object) {
        return object.path("name").asText(object.path("displayName").asText());
    }
}
