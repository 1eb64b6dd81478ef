package ualarm.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.XProtectRoutes.Read;
import ualarm.history.History;
import ualarm.milestone.Triggers;
import ualarm.milestone.Version;
import ualarm.site.Site;

/** Asks one site's XProtect everything that an alarm on its way would need; stops where what follows could only fail as well. */
final class SiteCheck {

    private static final Duration CLOCK_WARNING = Duration.ofSeconds(5);
    private static final Duration CLOCK_FAIL = Duration.ofSeconds(60);

    private final Site site;
    private final Clock clock;
    private final Supplier<XProtectRoutes> routes;
    private final Supplier<List<History.Named>> named;
    private final Optional<UUID> camera;
    private final Findings findings;
    private final String at;

    SiteCheck(
            Site site,
            Clock clock,
            Supplier<XProtectRoutes> routes,
            Supplier<List<History.Named>> named,
            Optional<UUID> camera,
            Findings findings) {
        this.site = site;
        this.camera = camera;
        this.clock = clock;
        this.routes = routes;
        this.named = named;
        this.findings = findings;
        this.at = "site." + site + ".";
    }

    /** @return whether XProtect's web server can be asked anything */
    boolean isReached() {
        return isFound() && isConnected() && tls().isTrusted();
    }

    /** @return looks at the certificate */
    TlsCheck tls() {
        return new TlsCheck(site, port(), clock, findings);
    }

    void run() {
        if (isReached()) {
            try {
                ask(routes.get());
            } catch (IOException e) {
                findings.fail("answer", e.getMessage());
            } catch (CompletionException e) {
                findings.fail("routes", e.getCause().getMessage());
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
        Optional<String> refused = Reach.connect(site.url().getHost(), port());
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
        boolean isHttps = site.url().getScheme().equals("https");
        return site.url().getPort() > 0 ? site.url().getPort() : isHttps ? 443 : 80;
    }

    private void ask(XProtectRoutes xprotect) throws IOException {
        Read found;
        try {
            found = xprotect.ask("find-site", site);
        } catch (Later e) {
            findings.fail("version", e.getMessage());
            return;
        }
        clock(found.get("header:answer.Date", String.class).orElse(""));
        String version = found.get("version", String.class).orElse("");
        boolean hasGateway = found.get("hasGateway", Boolean.class).orElse(false);
        boolean byXml = Triggers.byXml(site, hasGateway && Version.hasEventsApi(version));
        var inventory = new InventoryCheck(site, xprotect, named, findings);
        if (!hasGateway) {
            findings.warning(
                    "version",
                    "XProtect " + shown(version) + " has no API Gateway at " + site.url()
                            + (version.isEmpty() ? "; check that this is XProtect's address" : "")
                            + ". Events go as XML to " + site.eventServer()
                            + ", but user, cameras and event cannot be checked: see in Management Client that the analytics event "
                            + site.event() + " exists.");
            inventory.edition(site.edition(), "it cannot be read from this version");
        } else {
            findings.ok(
                    "version",
                    "XProtect " + shown(version) + ", events go "
                            + (byXml ? "as XML to " + site.eventServer() : "by REST") + ".");
            if (isLetIn(xprotect)) {
                inventory.run(byXml, version, camera);
            }
        }
        if (byXml) {
            eventServer();
        }
    }

    private static String shown(String version) {
        return version.isEmpty() ? "(version not told)" : version;
    }

    /** @param date when XProtect says it has just answered */
    private void clock(String date) {
        try {
            // The header leaves out the part of the second.
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .plusMillis(500);
            Duration off = Duration.between(clock.instant(), theirs);
            String says = "XProtect's clock is " + off.abs().toSeconds() + " s "
                    + (off.isNegative() ? "behind" : "ahead of") + " this machine's"
                    + ". Let both take their time from the same server (NTP), else alarms stand at the wrong place of the recording.";
            if (off.abs().compareTo(CLOCK_FAIL) > 0) {
                findings.fail("clock", says);
            } else if (off.abs().compareTo(CLOCK_WARNING) > 0) {
                findings.warning("clock", says);
            } else {
                findings.ok("clock", "both clocks agree.");
            }
        } catch (DateTimeException e) {
            findings.warning(
                    "clock", "XProtect does not tell its time. Compare its clock with this machine's by hand.");
        }
    }

    private boolean isLetIn(XProtectRoutes xprotect) {
        try {
            xprotect.logIn(site);
            findings.ok("login", site.username() + " is let in.");
            return true;
        } catch (Later e) {
            findings.fail("login", e.getMessage());
            return false;
        }
    }

    private void eventServer() {
        URI server = site.eventServer();
        String place = server.getHost() + ":" + server.getPort();
        Reach.connect(server.getHost(), server.getPort())
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
