package ualarm.milestone;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import ualarm.site.Edition;

/**
 * What an XProtect was last known to have.
 *
 * @param productVersion for example {@code 25.1.1804.0}; empty when not known
 * @param edition the edition its licence names, if it could be read
 * @param events its analytics events: name to id
 * @param cameras its cameras, as far as the user may see them
 * @param gateways addresses of its API Gateways, as it names them
 * @param hasGateway whether it has an API Gateway at all; without one nothing but its version can be known
 * @param definitions for which cameras it raises alarms by itself; nothing when they could not be read
 * @param eventServerIsOpen whether its event server takes analytics XML; only looked at where the site wants boxes
 */
public record Inventory(
        String productVersion,
        Optional<Edition> edition,
        Map<String, String> events,
        List<Camera> cameras,
        List<String> gateways,
        boolean hasGateway,
        Optional<Definitions> definitions,
        boolean eventServerIsOpen) {

    /** @return whether events can be triggered by REST */
    boolean hasEventsApi() {
        return hasGateway && Version.hasEventsApi(productVersion);
    }

    /** What could not be read this time stays as it was: a moment's trouble must not turn an Essential+ site's mail off. */
    Inventory orElse(Inventory before) {
        return new Inventory(
                productVersion.isEmpty() ? before.productVersion() : productVersion,
                edition.or(before::edition),
                events,
                cameras,
                gateways.isEmpty() ? before.gateways() : gateways,
                hasGateway,
                definitions.or(before::definitions),
                eventServerIsOpen);
    }

    /** @return the same with an event server that takes no analytics XML */
    Inventory withoutEventServer() {
        return new Inventory(productVersion, edition, events, cameras, gateways, hasGateway, definitions, false);
    }
}
