package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** The Events API, from 2023 R2 on (milestone-api.md 4). It takes {@code time} and {@code data}, which no source shows. */
final class Events implements Resource {

    private final Vms vms;
    private final Listing listing;

    Events(Vms vms) {
        this.vms = vms;
        listing = new Listing(vms.paging());
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        if (!path.get(0).equalsIgnoreCase("events") || !vms.release().hasEvents() || path.size() > 2) {
            return Optional.empty();
        } else if (path.size() == 2) {
            return Optional.of(vms.one("events", path.get(1))
                    .map(event -> Answer.data(200, Listing.shown(event, request)))
                    .orElseGet(() -> Answer.error(404, "Event not found.")));
        }
        return Optional.of(
                request.method().equals("POST") ? trigger(request.body()) : listing.list(vms.all("events"), request));
    }

    private Answer trigger(JsonNode body) {
        String type = body.path("type").asText();
        String source = body.path("source").asText();
        boolean isUserDefined = vms.one("userDefinedEvents", type).isPresent();
        if (!body.isObject()) {
            return Answer.error(400, "Incorrect formatted JSON");
        } else if (EventTypes.isOfDevices(type)) {
            // Those are for the devices only.
            return Answer.forbidden();
        } else if (!isUserDefined && vms.one("analyticsEvents", type).isEmpty()) {
            return Answer.error(400, "Unknown event type.");
        } else if (!(isUserDefined && source.isEmpty())
                && !(source.matches("(?i)cameras/.*") && vms.isCamera(source))) {
            return Answer.error(400, "Unknown source.");
        }
        // The source of a user-defined event is itself.
        String from = source.isEmpty() ? "userDefinedEvents/" + type : source;
        return Answer.data(202, vms.trigger(type, from, body.path("time").asText(), body.path("data")));
    }
}
