package ualarm.milestone;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.camel.Variable;
import org.apache.camel.language.simple.Simple;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Detection;
import ualarm.alarm.Sighting;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Writes the analytics XML that triggers the analytics event at the event server's own port, with the alarm's name, its time and the
 * boxes drawn on the picture (milestone-api.md 6). The order of its elements is mandatory.
 */
public final class XmlEvent {

    private static final String NAMESPACE = "urn:milestone-systems";

    /** What the official sample draws its overlay in. */
    private static final int[] YELLOW = {255, 255, 255, 0};

    /** A page of somebody who answers in the event server's place, which says OK or a warning, in plain words. */
    private static final Pattern HTML = Pattern.compile("\\s*<(!doctype\\s+html|html)\\b", Pattern.CASE_INSENSITIVE);

    private final Sites sites;
    private final Inventories inventories;
    private final Answers answers;
    private final Duration offset;
    private final XMLOutputFactory xml = XMLOutputFactory.newDefaultFactory();

    /**
     * @param sites all sites
     * @param inventories are told of an event server that does not answer
     * @param answers judge the answers
     * @param offset added to the alarm's time in XProtect
     */
    XmlEvent(Sites sites, Inventories inventories, Answers answers, Duration offset) {
        this.inventories = inventories;
        this.sites = sites;
        this.answers = answers;
        this.offset = offset;
    }

    /**
     * @param alarm the alarm
     * @param event the name of the analytics event to trigger
     * @return the XML
     * @throws XMLStreamException never: it is written to memory
     */
    public byte[] write(@Variable("alarm") CameraAlarm alarm, @Variable("event") String event)
            throws XMLStreamException {
        var bytes = new ByteArrayOutputStream(1024);
        var out = new Out(xml.createXMLStreamWriter(bytes, "UTF-8"));
        Sighting sighting = alarm.sighting();
        out.writer.setDefaultNamespace(NAMESPACE);
        out.writer.writeStartElement("AnalyticsEvent");
        out.writer.writeDefaultNamespace(NAMESPACE);
        out.begin("EventHeader");
        out.text("ID", alarm.uniqueId().toString());
        out.text("Timestamp", AnalyticsEvent.time(alarm, offset));
        out.text("Type", alarm.name());
        out.text("Message", event);
        out.text("CustomTag", alarm.id());
        if (alarm.camera().isPresent()) {
            out.begin("Source");
            out.begin("FQID");
            out.text("ObjectId", alarm.camera().get().toString());
            out.end();
            out.end();
        }
        out.end();
        if (!sighting.detections().isEmpty()) {
            out.text(
                    "Description",
                    sighting.detections().stream().map(Detection::inWords).collect(Collectors.joining(", ")));
        }
        if (!sighting.label().isEmpty()) {
            out.text("Location", sighting.label());
        }
        if (!sighting.detections().isEmpty()) {
            out.begin("ObjectList");
            for (Detection detection : sighting.detections()) {
                object(out, detection, sighting);
            }
            out.end();
        }
        out.begin("Vendor");
        out.text("Name", "Ultinous U-Alarm");
        out.end();
        out.end();
        out.writer.close();
        return bytes.toByteArray();
    }

    private static void object(Out out, Detection detection, Sighting sighting) throws XMLStreamException {
        out.begin("Object");
        out.text("Name", detection.kind());
        out.text("Type", detection.type());
        if (detection.confidence() > 0) {
            out.number("Confidence", detection.confidence());
        }
        out.text("AlarmTrigger", "true");
        if (detection.width() > 0 && detection.height() > 0 && sighting.width() > 0 && sighting.height() > 0) {
            double top = share(detection.y(), sighting.height());
            double left = share(detection.x(), sighting.width());
            double bottom = share(detection.y() + detection.height(), sighting.height());
            double right = share(detection.x() + detection.width(), sighting.width());
            out.begin("BoundingBox");
            out.number("Top", top);
            out.number("Left", left);
            out.number("Bottom", bottom);
            out.number("Right", right);
            colour(out);
            out.end();
            out.begin("Polygon");
            out.text("Closed", "true");
            colour(out);
            out.begin("PointList");
            point(out, left, top);
            point(out, right, top);
            point(out, right, bottom);
            point(out, left, bottom);
            point(out, left, top);
            out.end();
            out.end();
        }
        out.end();
    }

    private static double share(double pixels, int whole) {
        return Math.max(0, Math.min(1, pixels / whole));
    }

    private static void point(Out out, double x, double y) throws XMLStreamException {
        out.begin("Point");
        out.number("X", x);
        out.number("Y", y);
        out.end();
    }

    private static void colour(Out out) throws XMLStreamException {
        out.begin("Color");
        out.text("A", String.valueOf(YELLOW[0]));
        out.text("R", String.valueOf(YELLOW[1]));
        out.text("G", String.valueOf(YELLOW[2]));
        out.text("B", String.valueOf(YELLOW[3]));
        out.end();
    }

    private record Out(XMLStreamWriter writer) {

        void begin(String name) throws XMLStreamException {
            writer.writeStartElement(name);
        }

        void end() throws XMLStreamException {
            writer.writeEndElement();
        }

        void text(String name, String text) throws XMLStreamException {
            writer.writeStartElement(name);
            writer.writeCharacters(Text.clean(text));
            writer.writeEndElement();
        }

        void number(String name, double number) throws XMLStreamException {
            text(
                    name,
                    BigDecimal.valueOf(number)
                            .setScale(6, RoundingMode.HALF_UP)
                            .stripTrailingZeros()
                            .toPlainString());
        }
    }

    /**
     * Checks the event server's answer (milestone-api.md 6.2). Done when it returns.
     *
     * @param name the site's name
     * @param status the answer's status
     * @param body the answer
     * @param alarm the alarm
     * @param event the name of the analytics event that was to be triggered
     * @param ago how many milliseconds ago the attempt began
     * @throws ualarm.alarm.Undelivered when the event was not raised, also when it says so in a good answer
     */
    public void check(
            @Variable("site") String name,
            @Variable(Answers.STATUS) int status,
            @Variable(Answers.ANSWER) byte[] body,
            @Variable("alarm") CameraAlarm alarm,
            @Variable("event") String event,
            @Simple("${exchange.clock.elapsed}") long ago) {
        Site site = sites.site(name);
        String said = body == null ? "" : Text.clean(new String(body, StandardCharsets.UTF_8));
        String who = "The event server of " + site + " at " + site.eventServer().getAuthority();
        boolean isUnknown = said.toLowerCase(Locale.ROOT).contains("event message not known");
        if (status == 200 && !isUnknown && !HTML.matcher(said).lookingAt()) {
            return;
        }
        if (site.trigger() == Site.Trigger.AUTO && hasEventsApi(name)) {
            // It was for the boxes only.
            inventories.eventServerIsClosed(name);
            throw new Later(who + " answered " + status + ". The event is triggered by REST, without boxes. " + said);
        }
        if (status == 200) {
            if (isUnknown) {
                throw new Later(who + " has no analytics event named exactly " + event
                        + ". Add it in Management Client under Rules and Events, Analytics Events.");
            }
            throw new Later(who + " answered with a page. That is a web server or a proxy: " + address(site));
        }
        String remedy = switch (status) {
            case 400 ->
                "It does not know the camera, or cannot read the event. Compare U-Alarm's Technical name with the camera's GUID.";
            case 403 ->
                "It takes no events from this machine: add its address in Management Client under Tools, Options, Analytics Events,"
                        + " Events allowed from.";
            case 405 -> "That is a web server: " + address(site);
            case 500 -> "It has a fault of its own: look into its log, or restart the Event Server service.";
            default -> "";
        };
        throw answers.refused(
                alarm,
                status,
                null,
                answers.began(ago),
                (who + " answered " + status + ". " + remedy + " " + said).strip());
    }

    private boolean hasEventsApi(String site) {
        return inventories.of(site).filter(Inventory::hasEventsApi).isPresent();
    }

    private static String address(Site site) {
        return "write the event server's host and port (9090 as XProtect is installed) in site." + site
                + ".event-server.";
    }

    /**
     * Says what kept the event server from answering at all, in words for an installer.
     *
     * @param name the site's name
     * @param failure what the call failed with
     * @return to be tried later
     */
    public Later unanswered(@Variable("site") String name, Exception failure) {
        Site site = sites.site(name);
        inventories.eventServerIsClosed(name);
        String open =
                "Switch on Analytics Events in Management Client under Tools, Options, Analytics Events, and add this machine"
                        + " to Events allowed from; check the firewall and site." + site + ".event-server";
        String why = Answers.why(
                failure, open, "Check site." + site + ".event-server and the DNS", "It speaks HTTP, not HTTPS");
        return new Later(
                "The event server of " + site + " at "
                        + site.eventServer().getAuthority() + " " + why
                        + (why.startsWith("broke") ? ". " + open : "") + ".",
                Answers.kind(failure));
    }
}
