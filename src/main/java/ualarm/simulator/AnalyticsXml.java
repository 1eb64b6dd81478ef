package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** The event server's port for analytics XML, which every release has and which needs no login (milestone-api.md 6). */
final class AnalyticsXml {

    private final Vms vms;

    /** Read when the first event comes; most systems get none. */
    private Optional<Schema> schema = Optional.empty();

    AnalyticsXml(Vms vms) {
        this.vms = vms;
    }

    private Schema schema() throws SAXException {
        if (schema.isEmpty()) {
            schema = Optional.of(SchemaFactory.newDefaultInstance()
                    .newSchema(AnalyticsXml.class.getResource("/xprotect/AnalyticsEvent.xsd")));
        }
        return schema.get();
    }

    Answer take(Request request) {
        Optional<String> fault = fault(request.bytes());
        if (fault.isPresent()) {
            return Answer.text(400, "Error: " + fault.get());
        }
        JsonNode event = request.body().path("AnalyticsEvent");
        JsonNode header = event.path("EventHeader");
        String camera = header.at("/Source/FQID/ObjectId").asText();
        if (!camera.isEmpty() && !vms.isCamera(camera)) {
            return Answer.text(400, "Error: unknown source");
        }
        String message = header.path("Message").asText();
        return vms.all("analyticsEvents").values().stream()
                .filter(each -> each.path("name").asText().equals(message))
                .findFirst()
                .map(type -> {
                    vms.trigger(
                            type.path("id").asText(),
                            camera.isEmpty() ? "" : "cameras/" + camera,
                            header.path("Timestamp").asText());
                    return Answer.text(200, "OK");
                })
                // Nothing is raised although the status is 200.
                .orElseGet(() -> Answer.text(200, "Warning: Event message not known"));
    }

    private Optional<String> fault(byte[] xml) {
        try {
            var validator = schema().newValidator();
            validator.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            validator.validate(new StreamSource(new ByteArrayInputStream(xml)));
            return Optional.empty();
        } catch (SAXException | IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
