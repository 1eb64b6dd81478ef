package ualarm.site;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ualarm.alarm.CameraName;

/** Reads the settings of one site. */
final class SiteSettings {

    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>,;\"]+@[^\\s@<>,;\"]+");

    private static final String[] EDITIONS = Stream.concat(
                    Stream.of("auto"), Arrays.stream(Edition.values()).map(Edition::label))
            .toArray(String[]::new);

    /** Where XProtect's event server takes analytics XML unless told otherwise (milestone-api.md 0). */
    private static final int ANALYTICS_PORT = 9090;

    private final Values values;
    private final String name;

    SiteSettings(Values values, String name) {
        this.values = values;
        this.name = name;
    }

    private String key(String end) {
        return "site." + name + "." + end;
    }

    private String text(String end) {
        return values.text(key(end));
    }

    /** @return the site */
    Site read() {
        values.must(key("username"));
        values.must(key("password"));
        values.must(key("url"));
        values.expect(
                !text("username").contains("\\"),
                key("username"),
                "is a Windows user. Create a basic user in XProtect and write its name here");
        values.expect(
                !text("event").isEmpty(),
                key("event"),
                "is empty. Write the name of the analytics event, for example U-Alarm");
        Optional<Path> issuers = values.file(key("trust"), Trust.SYSTEM, Trust.INSECURE);
        URI url = url();
        return new Site(
                name,
                url,
                text("username"),
                values.secret(key("password")),
                Edition.of(values.oneOf(key("edition"), EDITIONS)),
                values.oneOf(key("trigger"), Site.Trigger.class),
                text("event"),
                eventServer(url),
                values.oneOf(key("send-time"), Site.Choice.class),
                values.oneOf(key("raise-alarm"), Site.Choice.class),
                issuers.map(Path::toString).orElse(text("trust")),
                mail(),
                aliases(),
                values.secret(key("webhook-secret")),
                values.span(key("supervision")),
                zone(),
                values.oneOf(key("confirm"), "auto", "off").equals("auto"),
                isOn("boxes"),
                isOn("snapshot"));
    }

    private boolean isOn(String setting) {
        return values.oneOf(key(setting), "off", "on").equals("on");
    }

    private Site.Mail mail() {
        String key = key("mail.to");
        List<String> to = values.list(key, "[;,]").stream()
                .map(MailAddress::visible)
                .filter(address -> !address.isEmpty())
                .toList();
        for (String address : to) {
            Optional<String> fault =
                    ADDRESS.matcher(address).matches() ? MailAddress.fault(address) : Optional.of("not one@domain");
            values.expect(
                    fault.isEmpty(),
                    key,
                    "has " + address + ", which is no mail address"
                            + fault.map(why -> " (" + why + ")").orElse(""));
        }
        values.expect(
                to.isEmpty() || !values.text("mail.host").isEmpty(),
                key,
                "has recipients, but mail.host is not set. Write the mail relay's name in mail.host");
        values.expect(
                to.isEmpty() || !values.text("mail.from").isEmpty(),
                key,
                "has recipients, but mail.from is not set. Write the sender's address in mail.from");
        return new Site.Mail(
                to,
                values.oneOf(key("mail.when"), Site.Mail.When.class),
                values.seconds(key("mail.fallback-after"), 0, 604_800));
    }

    private Map<String, UUID> aliases() {
        var found = new LinkedHashMap<String, UUID>();
        values.under(key("camera.")).forEach((alias, written) -> {
            Optional<UUID> guid = CameraName.guid(CameraName.clean(written));
            guid.ifPresent(id -> found.put(alias, id));
            values.expect(
                    guid.isPresent(), key("camera." + alias), "is no GUID. Write the camera's GUID from XProtect");
        });
        return found;
    }

    private URI url() {
        String written = text("url").replaceFirst("/+$", "");
        Optional<URI> url = host(written).filter(uri -> written.matches("https?://.*"));
        values.expect(
                url.isPresent() || written.isEmpty(),
                key("url"),
                "is not an address of XProtect. Write https://host or https://host:port, without a path");
        return url.orElse(URI.create("http://localhost"));
    }

    /** The event server may be on another host than the management server (milestone-api.md 14). */
    private URI eventServer(URI url) {
        String written = text("event-server");
        Optional<URI> server = host("http://" + (written.isEmpty() ? url.getHost() : written));
        values.expect(
                server.isPresent(),
                key("event-server"),
                "is " + written + ". Write host:port, for example eventserver.example.com:" + ANALYTICS_PORT);
        return server.map(uri -> uri.getPort() > 0 ? uri : URI.create(uri + ":" + ANALYTICS_PORT))
                .orElse(url);
    }

    /** The address of a host, without a user, a path and a query. */
    private static Optional<URI> host(String written) {
        try {
            URI uri = URI.create(written);
            boolean bare = uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getUserInfo() == null
                    && uri.getRawQuery() == null;
            return bare ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private ZoneId zone() {
        try {
            return text("time-zone").isEmpty() ? ZoneId.systemDefault() : ZoneId.of(text("time-zone"));
        } catch (DateTimeException e) {
            values.expect(false, key("time-zone"), "is not a time zone. Write one such as Europe/Budapest");
            return ZoneId.systemDefault();
        }
    }
}
