package ualarm.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import ualarm.alarm.CameraName;
import ualarm.alarm.Text;
import ualarm.history.History;
import ualarm.milestone.Camera;
import ualarm.milestone.Version;
import ualarm.site.Edition;
import ualarm.site.Site;

/** Asks one site's XProtect everything that an alarm on its way would need; stops where what follows could only fail as well. */
final class SiteCheck {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int HANDSHAKE_MILLIS = 3_000;
    private static final Duration EXPIRES_SOON = Duration.ofDays(30);
    private static final Duration CLOCK_WARNING = Duration.ofSeconds(5);
    private static final Duration CLOCK_FAIL = Duration.ofSeconds(60);

    private final Site site;
    private final Path folder;
    private final Clock clock;
    private final Supplier<List<History.Named>> named;
    private final Findings findings;
    private final String at;

    SiteCheck(Site site, Path folder, Clock clock, Supplier<List<History.Named>> named, Findings findings) {
        this.site = site;
        this.folder = folder;
        this.clock = clock;
        this.named = named;
        this.findings = findings;
        this.at = "site." + site + ".";
    }

    void run() {
        if (isFound() && isConnected() && isTrusted()) {
            try {
                ask(new XProtect(site, folder));
            } catch (IOException e) {
                findings.fail(
                        "answer",
                        "XProtect at " + site.url() + " does not answer as it should (" + Findings.words(e)
                                + "). Check that it runs and is not overloaded.");
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                findings.fail("answer", "XProtect at " + site.url() + " cannot be asked: " + Findings.words(e) + ".");
            }
        }
    }

    private boolean isFound() {
        String host = site.url().getHost();
        try {
            String address = InetAddress.getByName(host).getHostAddress();
            findings.ok("address", host.equals(address) ? host : host + " is " + address + ".");
            return true;
        } catch (UnknownHostException e) {
            findings.fail(
                    "address",
                    "the host name " + host + " cannot be found. Check the name in " + at
                            + "url and this machine's DNS.");
            return false;
        }
    }

    private boolean isConnected() {
        String place = site.url().getHost() + ":" + port();
        Optional<String> refused = connect(site.url().getHost(), port());
        refused.ifPresentOrElse(
                why -> findings.fail(
                        "connection",
                        place + " cannot be connected to (" + why
                                + "). Check that XProtect's web server (IIS) runs, the port in " + at
                                + "url, and the firewall."),
                () -> findings.ok("connection", place + " is open."));
        return refused.isEmpty();
    }

    private int port() {
        return site.url().getPort() > 0 ? site.url().getPort() : isHttps() ? 443 : 80;
    }

    private boolean isHttps() {
        return site.url().getScheme().equals("https");
    }

    /** @return why there is no connection; nothing when there is one */
    static Optional<String> connect(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Findings.words(e));
        }
    }

    private boolean isTrusted() {
        if (!isHttps()) {
            findings.warning(
                    "TLS",
                    site.url() + " is not encrypted: the password goes over the network in clear. Set "
                            + "up a certificate in XProtect and write https:// in " + at + "url.");
            return true;
        }
        try {
            var watcher = new Trust(site.trust(), folder).watcher();
            try (var raw = new Socket()) {
                raw.connect(new InetSocketAddress(site.url().getHost(), port()), CONNECT_MILLIS);
                raw.setSoTimeout(HANDSHAKE_MILLIS);
                try (var tls = (SSLSocket) Trust.context(watcher)
                        .getSocketFactory()
                        .createSocket(raw, site.url().getHost(), port(), true)) {
                    tls.setSSLParameters(Trust.https());
                    tls.startHandshake();
                }
            }
            return judge(watcher);
        } catch (IOException e) {
            findings.fail(
                    "TLS",
                    "no encrypted connection comes about (" + Findings.words(e) + "). Check that port " + port()
                            + " speaks HTTPS; if it does not, write http:// in " + at + "url.");
        } catch (GeneralSecurityException e) {
            findings.fail(
                    "TLS",
                    "the file in " + at + "trust cannot be used (" + Findings.words(e)
                            + "). It must be the issuer's certificate in PEM.");
        }
        return false;
    }

    private boolean judge(Trust.Watcher seen) {
        Optional<X509Certificate> own = seen.own();
        if (own.isEmpty()) {
            findings.fail("TLS", "the server shows no certificate. Bind one to HTTPS in XProtect's web server (IIS).");
            return false;
        }
        Instant from = own.get().getNotBefore().toInstant();
        Instant until = own.get().getNotAfter().toInstant();
        Instant now = clock.instant();
        String lastDay = day(until);
        if (site.trust().equals(Trust.INSECURE)) {
            findings.warning(
                    "TLS",
                    "the certificate is not checked (" + at + "trust=insecure)"
                            + (now.isAfter(until) ? "; it expired on " + lastDay : "")
                            + ". Write the PEM file of its issuer there.");
            return true;
        }
        if (now.isAfter(until)) {
            String renew = "the certificate expired on " + lastDay + ". Renew it in XProtect (Server Configurator)"
                    + (seen.isSelfSigned()
                            ? "; it is self-signed, so write the new one's PEM file in " + at + "trust"
                            : "")
                    + ".";
            if (seen.isTrusted() && seen.isNamed()) {
                findings.warning("TLS", renew);
                return true;
            }
            findings.fail("TLS", renew);
            return false;
        } else if (now.isBefore(from)) {
            findings.fail(
                    "TLS",
                    "the certificate is not valid before " + day(from)
                            + ". Check the clock of this machine, or have the certificate issued anew.");
            return false;
        } else if (!seen.isTrusted()) {
            findings.fail(
                    "TLS",
                    seen.isSelfSigned()
                            ? "the certificate is self-signed, so nobody vouches for it. Export it as PEM and name the file in "
                                    + at + "trust, or install one of your own issuer in XProtect."
                            : "the certificate's issuer ("
                                    + Text.clean(
                                            own.get().getIssuerX500Principal().getName())
                                    + ") is not trusted here. Export the issuer's certificate as PEM and name the file in "
                                    + at
                                    + "trust.");
            return false;
        } else if (!seen.isNamed()) {
            findings.fail(
                    "TLS",
                    "the certificate is not made out to " + site.url().getHost() + " but to "
                            + Text.clean(own.get().getSubjectX500Principal().getName())
                            + ". Write the host name that it has in " + at
                            + "url, or have one issued for this name.");
            return false;
        } else if (now.plus(EXPIRES_SOON).isAfter(until)) {
            findings.warning("TLS", "the certificate expires on " + lastDay + ". Renew it in XProtect before.");
        } else {
            findings.ok("TLS", "the certificate is trusted and valid until " + lastDay + ".");
        }
        return true;
    }

    private static String day(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    private void ask(XProtect xprotect) throws IOException {
        Instant asked = clock.instant();
        Answer first = xprotect.discover();
        if (!first.location().isEmpty()) {
            findings.fail(
                    "version",
                    "XProtect redirects to " + first.location() + ". Write that address in " + at
                            + "url, without a path.");
            return;
        } else if (first.status() >= 500) {
            findings.fail(
                    "version",
                    first.said()
                            + ". XProtect's API Gateway or management server is down or restarting: look at its services.");
            return;
        }
        clock(first, asked);
        boolean byXml = byXml(xprotect);
        if (!xprotect.hasGateway()) {
            withoutGateway(xprotect);
        } else {
            findings.ok(
                    "version",
                    "XProtect " + shown(xprotect.version()) + ", events go "
                            + (byXml ? "as XML to " + site.eventServer() : "by REST") + ".");
            if (logIn(xprotect)) {
                inventory(xprotect, byXml);
            }
        }
        if (byXml) {
            eventServer();
        }
    }

    private static String shown(String version) {
        return version.isEmpty() ? "(version not told)" : version;
    }

    private boolean byXml(XProtect xprotect) {
        return switch (site.trigger()) {
            case REST -> false;
            case XML -> true;
            case AUTO -> !xprotect.hasGateway() || !Version.hasEventsApi(xprotect.version());
        };
    }

    private void withoutGateway(XProtect xprotect) {
        if (site.trigger() == Site.Trigger.REST) {
            findings.fail(
                    "version",
                    "there is no API Gateway at " + site.url() + ", but " + at + "trigger is rest. Check " + at
                            + "url, install the API Gateway, or set " + at + "trigger=auto.");
            return;
        }
        findings.warning(
                "version",
                "XProtect " + shown(xprotect.version()) + " has no API Gateway at " + site.url()
                        + (xprotect.version().isEmpty() ? "; check that this is XProtect's address" : "")
                        + ". Events go as XML to " + site.eventServer()
                        + ", but user, cameras and event cannot be checked: see in Management Client that the analytics event "
                        + site.event() + " exists.");
        if (site.edition().isEmpty()) {
            findings.warning("edition", "it cannot be read from this version. Write it in " + at + "edition.");
        } else {
            edition(site.edition().get());
        }
    }

    private void clock(Answer answer, Instant asked) {
        Instant answered = clock.instant();
        try {
            // The header leaves out the part of the second.
            Instant theirs = ZonedDateTime.parse(answer.date(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .plusMillis(500);
            Instant ours = asked.plus(Duration.between(asked, answered).dividedBy(2));
            Duration off = Duration.between(ours, theirs);
            String says = "XProtect's clock is " + off.abs().toSeconds() + " s "
                    + (off.isNegative() ? "behind" : "ahead of") + " this machine's";
            String remedy =
                    ". Let both take their time from the same server (NTP), else alarms stand at the wrong place of the recording.";
            if (off.abs().compareTo(CLOCK_FAIL) > 0) {
                findings.fail("clock", says + remedy);
            } else if (off.abs().compareTo(CLOCK_WARNING) > 0) {
                findings.warning("clock", says + remedy);
            } else {
                findings.ok("clock", "both clocks agree.");
            }
        } catch (DateTimeException e) {
            findings.warning(
                    "clock", "XProtect does not tell its time. Compare its clock with this machine's by hand.");
        }
    }

    private boolean logIn(XProtect xprotect) throws IOException {
        Answer answer = xprotect.logIn();
        if (xprotect.isLoggedIn()) {
            findings.ok("login", site.username() + " is let in.");
            return true;
        }
        findings.fail("login", xprotect.whyNoLogin(answer));
        return false;
    }

    private void inventory(XProtect xprotect, boolean byXml) throws IOException {
        cameras(xprotect);
        Optional<Edition> edition = licence(xprotect);
        Answer events = xprotect.read("analyticsEvents");
        Optional<UUID> event = event(events);
        if (events.hasList() && edition.map(Edition::hasAlarmManager).orElse(true) && event.isPresent()) {
            definition(xprotect, event.get(), byXml);
        }
    }

    private void cameras(XProtect xprotect) throws IOException {
        XProtect.CameraList list = xprotect.cameras();
        if (list.last().status() == 403) {
            findings.fail(
                    "cameras",
                    "the role of " + site.username() + " may not list cameras ("
                            + list.last().said() + "). " + grant("Read on Cameras"));
            return;
        } else if (!list.last().hasList()) {
            findings.fail(
                    "cameras",
                    "the cameras cannot be listed: " + list.last().said() + ". Check that the API Gateway is healthy.");
            return;
        } else if (list.cameras().isEmpty()) {
            findings.fail(
                    "cameras",
                    site.username() + " sees no cameras. " + grant("Read on the cameras that U-Alarm watches"));
            return;
        }
        Set<UUID> known = list.cameras().stream().map(Camera::id).collect(Collectors.toSet());
        String unknown = site.aliases().entrySet().stream()
                .filter(alias -> !known.contains(alias.getValue()))
                .map(alias -> at + "camera." + alias.getKey())
                .collect(Collectors.joining(", "));
        if (unknown.isEmpty()) {
            findings.ok("cameras", site.username() + " sees " + list.cameras().size() + ".");
        } else {
            findings.warning(
                    "cameras",
                    site.username() + " sees " + list.cameras().size() + ", but not the GUID of " + unknown
                            + ". Write the camera's GUID there (the command cameras lists them).");
        }
        named.get().stream()
                .filter(camera -> camera.site().equals(site.name()))
                .filter(camera -> CameraName.guid(camera.camera())
                        .filter(guid -> !known.contains(guid))
                        .isPresent())
                .limit(Check.MOST_NAMED)
                .forEach(camera -> findings.warning(
                        "named cameras",
                        "U-Alarm has lately named the camera " + camera + ", which " + site.username()
                                + " no longer sees. Enter the GUID of the camera that took its place in U-Alarm, or "
                                + "give the user the right Read on it."));
    }

    private String grant(String right) {
        return "In Management Client, under Security, Roles, put " + site.username() + " in a role that has the right "
                + right + ".";
    }

    private Optional<Edition> licence(XProtect xprotect) throws IOException {
        Answer answer = xprotect.read("licenseInformations");
        Optional<Edition> read = answer.list().stream()
                .flatMap(each -> Edition.in(
                        each.path("displayName").asText(), each.path("sku").asText())
                        .stream())
                .findFirst();
        if (read.isPresent() && site.edition().isPresent() && !read.equals(site.edition())) {
            findings.warning(
                    "edition",
                    "the licence says " + read.get().label() + ", but " + at + "edition says "
                            + site.edition().get().label() + ", and that counts. Set it to auto.");
        }
        Optional<Edition> edition = site.edition().or(() -> read);
        edition.ifPresentOrElse(
                this::edition,
                () -> findings.warning(
                        "edition",
                        "it cannot be read from the licence (" + answer.said() + "). Write it in " + at + "edition."));
        return edition;
    }

    private void edition(Edition edition) {
        boolean isMailed = !site.mail().to().isEmpty() && site.mail().when() != Site.Mail.When.NEVER;
        if (edition.hasAlarmManager() || isMailed) {
            findings.ok(
                    "edition",
                    edition.label()
                            + (edition.hasAlarmManager()
                                    ? "."
                                    : ", which has no Alarm Manager: every alarm is mailed."));
        } else {
            findings.fail(
                    "edition",
                    edition.label()
                            + " has no Alarm Manager, and nobody gets mail: nobody would see an alarm. Set " + at
                            + "mail.to and mail.host"
                            + (site.mail().to().isEmpty() ? "" : ", and " + at + "mail.when=auto")
                            + ".");
        }
    }

    private Optional<UUID> event(Answer answer) {
        if (answer.status() == 403) {
            findings.fail(
                    "event",
                    "the role of " + site.username() + " may not read analytics events (" + answer.said() + "). "
                            + grant("Read on Analytics Events"));
            return Optional.empty();
        } else if (!answer.hasList()) {
            findings.fail(
                    "event",
                    "the analytics events cannot be read: " + answer.said()
                            + ". Check that the API Gateway is healthy.");
            return Optional.empty();
        }
        List<JsonNode> events = answer.list();
        Optional<UUID> exact = events.stream()
                .filter(each -> each.path("name").asText().equals(site.event()))
                .flatMap(each -> CameraName.guid(each.path("id").asText()).stream())
                .findFirst();
        if (exact.isPresent()) {
            findings.ok("event", "the analytics event " + site.event() + " exists.");
            return exact;
        }
        String misses = events.stream()
                .map(each -> each.path("name").asText())
                .filter(name -> bare(name).equals(bare(site.event())))
                .map(name -> '"' + Text.clean(name).replace("\"", "") + (name.endsWith(" ") ? " " : "") + '"')
                .collect(Collectors.joining(", "));
        findings.fail(
                "event",
                "there is no analytics event named exactly \"" + site.event() + "\""
                        + (misses.isEmpty()
                                ? ". Add it in Management Client under Rules and Events, Analytics Events."
                                : ", but there is " + misses
                                        + ", which differs in case, blanks or dots. Rename it in Management Client under Rules and Events,"
                                        + " Analytics Events, or write its name in " + at + "event."));
        return Optional.empty();
    }

    /** What is left of a name when what people mistype is taken away. */
    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Which alarm definitions the event triggers (milestone-api.md 8.2), and whether operators see the alarm once, twice or never. */
    private void definition(XProtect xprotect, UUID event, boolean byXml) throws IOException {
        Answer answer = xprotect.read("alarmDefinitions");
        boolean isRaised = !byXml && site.raiseAlarm() != Site.Choice.OFF;
        String add = "Add one in Management Client under Alarms, Alarm Definitions, with the triggering event "
                + site.event();
        if (!answer.hasList()) {
            if (site.raiseAlarm() == Site.Choice.AUTO || byXml) {
                findings.warning(
                        "alarm definition",
                        "the alarm definitions cannot be read (" + answer.said() + "). "
                                + (byXml
                                        ? "See in Management Client, under Alarms, Alarm Definitions, that one has the triggering event "
                                                + site.event() + "."
                                        : grant("Read on Alarm Definitions") + " Or set " + at
                                                + "raise-alarm: off where a definition shows the alarms, on where none does."));
            }
            return;
        }
        boolean exists = answer.list().stream()
                .filter(each ->
                        !each.has("enabled") || each.path("enabled").asText().equalsIgnoreCase("true"))
                .anyMatch(each -> CameraName.guid(each.path("eventType").asText())
                        .filter(event::equals)
                        .isPresent());
        if (exists && !byXml && site.raiseAlarm() == Site.Choice.ON) {
            findings.warning(
                    "alarm definition",
                    "an alarm definition triggers on " + site.event()
                            + ", and the connector raises the alarm itself: operators see it twice. Set " + at
                            + "raise-alarm=auto.");
        } else if (exists) {
            findings.ok("alarm definition", "one triggers on " + site.event() + ".");
        } else if (isRaised) {
            findings.ok(
                    "alarm definition",
                    "none triggers on " + site.event() + "; the connector raises the alarm itself, under its name.");
        } else {
            findings.warning(
                    "alarm definition",
                    "none triggers on " + site.event() + ", so operators see no alarm. " + add
                            + (byXml ? "." : ", or set " + at + "raise-alarm=auto."));
        }
    }

    private void eventServer() {
        URI server = site.eventServer();
        String place = server.getHost() + ":" + server.getPort();
        connect(server.getHost(), server.getPort())
                .ifPresentOrElse(
                        why -> findings.fail(
                                "event server",
                                place + " cannot be connected to (" + why
                                        + "). In Management Client, under Tools, Options, Analytics Events, enable analytics events on that port"
                                        + " and allow this machine's address; open the firewall; if the event server is another machine, write "
                                        + at + "event-server."),
                        () -> findings.ok("event server", place + " takes analytics events."));
    }
}
