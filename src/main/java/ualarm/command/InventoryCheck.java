package ualarm.command;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ualarm.alarm.CameraName;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.XProtectRoutes.Read;
import ualarm.history.History;
import ualarm.milestone.AlarmDefinitions;
import ualarm.milestone.AnalyticsEvents;
import ualarm.milestone.Answers;
import ualarm.milestone.Camera;
import ualarm.milestone.CameraPages;
import ualarm.milestone.Definitions;
import ualarm.milestone.Licences;
import ualarm.milestone.Version;
import ualarm.site.Edition;
import ualarm.site.Site;

/** What a site's user sees of cameras, edition, event and alarm definitions; each is asked for, whatever became of the others. */
final class InventoryCheck {

    private static final int FORBIDDEN = 403;

    private final Site site;
    private final XProtectRoutes xprotect;
    private final Supplier<List<History.Named>> named;
    private final Findings findings;
    private final String at;

    InventoryCheck(Site site, XProtectRoutes xprotect, Supplier<List<History.Named>> named, Findings findings) {
        this.site = site;
        this.xprotect = xprotect;
        this.named = named;
        this.findings = findings;
        this.at = "site." + site + ".";
    }

    /**
     * @param byXml whether events go by analytics XML
     * @param version XProtect's, as it writes it
     * @param camera where an event is to be triggered; nothing = none is
     */
    void run(boolean byXml, String version, Optional<UUID> camera) throws IOException {
        read("read-cameras", "cameras")
                .flatMap(answer -> answer.get("cameras", CameraPages.class))
                .ifPresent(pages -> cameras(pages.cameras()));
        Optional<Edition> edition = read("read-licences", "edition").flatMap(this::licence);
        Optional<UUID> event = read("read-events", "event")
                .flatMap(answer -> answer.get("events", AnalyticsEvents.class))
                .flatMap(events -> event(events.byName()));
        boolean hasAlarmManager = edition.map(Edition::hasAlarmManager).orElse(true);
        rights(!byXml && hasAlarmManager && site.raiseAlarm() != Site.Choice.OFF);
        if (event.isPresent() && hasAlarmManager) {
            read("read-definitions", "alarm definition").ifPresent(answer -> definition(answer, event, byXml));
        }
        event.ifPresent(id -> socket(version, id, camera));
    }

    /**
     * What the user's role lacks, before an alarm fails for it (milestone-api.md 5.5, 8.4).
     *
     * @param raises whether the connector may have to raise alarms itself
     */
    private void rights(boolean raises) throws IOException {
        Optional<Boolean> isAdministrator = read("read-rights", "rights").flatMap(Read::isAdministrator);
        if (isAdministrator.orElse(false)) {
            findings.ok("rights", site.username() + " is an administrator of XProtect.");
        } else if (raises
                && read("find-alarms", "rights")
                        .filter(answer -> answer.status() == FORBIDDEN)
                        .isPresent()) {
            findings.fail(
                    "rights",
                    site.username() + " may not see alarms, so the connector cannot raise any. "
                            + grant("View and Manage on the tab Alarms") + " Or set " + at
                            + "raise-alarm=off where an alarm definition shows them.");
        } else if (isAdministrator.isPresent()) {
            findings.warning(
                    "rights",
                    site.username()
                            + " is no administrator of XProtect. Whether its role may trigger events on a camera is seen when one is triggered: "
                            + "check --event <camera>.");
        }
    }

    /**
     * Whether XProtect shows events on its WebSocket, and one that is triggered now.
     *
     * @param version XProtect's, as it writes it
     * @param camera triggers the event there; nothing = none is triggered
     */
    private void socket(String version, UUID event, Optional<UUID> camera) {
        if (!site.confirms() || !Version.hasEventsSocket(version)) {
            return;
        }
        try (var socket = new SocketCheck(site, xprotect.bearer(site))) {
            if (!socket.subscribe(event)) {
                findings.warning(
                        "proof",
                        "XProtect's events WebSocket does not show the event to " + site.username()
                                + ", so nobody can see whether events arrive. Look at the rights of its role.");
            } else if (camera.isPresent()) {
                triggered(socket, event, camera.get());
            } else {
                findings.ok(
                        "proof",
                        "XProtect shows " + site.event()
                                + " on its events WebSocket. check --event <camera> triggers one and sees it come back.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            findings.warning(
                    "proof",
                    "XProtect's events WebSocket cannot be opened (" + Findings.words(e)
                            + "), so nobody can see whether events arrive. Switch on the WebSocket Protocol of IIS"
                            + " on the API Gateway's machine, or set " + at + "confirm=off.");
        }
    }

    private void triggered(SocketCheck socket, UUID event, UUID camera) throws InterruptedException {
        Read answer = xprotect.trigger(site, event, camera);
        String id = answer.get("answer", byte[].class)
                .map(Answers::tree)
                .map(tree -> tree.path("data").path("id").asText())
                .orElse("");
        if (id.isEmpty()) {
            findings.fail("proof", "XProtect did not take the event: " + answer.said() + ".");
        } else if (socket.shows(id)) {
            findings.ok("proof", "the event " + id + " was triggered, and XProtect shows it.");
        } else {
            findings.fail(
                    "proof",
                    "XProtect took the event " + id + " and has not shown it within 10 s. Look at its event server.");
        }
    }

    private Optional<Read> read(String route, String what) throws IOException {
        try {
            return Optional.of(xprotect.ask(route, site));
        } catch (Later e) {
            findings.fail(what, e.getMessage());
            return Optional.empty();
        }
    }

    private void cameras(List<Camera> cameras) {
        if (cameras.isEmpty()) {
            findings.fail(
                    "cameras",
                    site.username() + " sees no cameras. " + grant("Read on the cameras that U-Alarm watches"));
            return;
        }
        Set<UUID> known = cameras.stream().map(Camera::id).collect(Collectors.toSet());
        String unknown = site.aliases().entrySet().stream()
                .filter(alias -> !known.contains(alias.getValue()))
                .map(alias -> at + "camera." + alias.getKey())
                .collect(Collectors.joining(", "));
        String sees = site.username() + " sees " + cameras.size();
        if (unknown.isEmpty()) {
            findings.ok("cameras", sees + ".");
        } else {
            findings.warning(
                    "cameras",
                    sees + ", but not the GUID of " + unknown
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

    private Optional<Edition> licence(Read answer) {
        Optional<Edition> read = answer.get("licences", Licences.class).flatMap(Licences::edition);
        if (read.isPresent() && site.edition().isPresent() && !read.equals(site.edition())) {
            findings.warning(
                    "edition",
                    "the licence says " + read.get().label() + ", but " + at + "edition says "
                            + site.edition().get().label() + ", and that counts. Set it to auto.");
        }
        return edition(site.edition().or(() -> read), "it cannot be read from the licence (" + answer.said() + ")");
    }

    /**
     * Tells the edition, and whether anybody sees its alarms.
     *
     * @param edition the edition, if it is known
     * @param unread why it is not
     * @return the same
     */
    Optional<Edition> edition(Optional<Edition> edition, String unread) {
        if (edition.isEmpty()) {
            findings.warning("edition", unread + ". Write it in " + at + "edition.");
            return edition;
        }
        String label = edition.get().label();
        boolean isMailed = !site.mail().to().isEmpty() && site.mail().when() != Site.Mail.When.NEVER;
        if (edition.get().hasAlarmManager()) {
            findings.ok("edition", label + ".");
        } else if (isMailed) {
            findings.ok("edition", label + ", which has no Alarm Manager: every alarm is mailed.");
        } else {
            findings.fail(
                    "edition",
                    label + " has no Alarm Manager, and nobody gets mail: nobody would see an alarm. Set " + at
                            + "mail.to and mail.host"
                            + (site.mail().to().isEmpty() ? "" : ", and " + at + "mail.when=auto") + ".");
        }
        return edition;
    }

    private Optional<UUID> event(Map<String, String> events) {
        if (events.containsKey(site.event())) {
            findings.ok("event", "the analytics event " + site.event() + " exists.");
            return Optional.of(UUID.fromString(events.get(site.event())));
        }
        String misses = events.keySet().stream()
                .filter(name -> bare(name).equals(bare(site.event())))
                .map(name -> '"' + Text.clean(name).replace("\"", "") + (name.endsWith(" ") ? " " : "") + '"')
                .collect(Collectors.joining(", "));
        findings.fail(
                "event",
                "there is no analytics event named exactly \"" + site.event() + "\""
                        + (misses.isEmpty()
                                ? ". Add it in Management Client under Rules and Events, Analytics Events, or have setup do it."
                                : ", but there is " + misses
                                        + ", which differs in case, blanks or dots. Rename it in Management Client under Rules and Events,"
                                        + " Analytics Events, or write its name in " + at + "event."));
        return Optional.empty();
    }

    /** What is left of a name when what people mistype is taken away. */
    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Whether alarm definitions trigger on the event (milestone-api.md 8.2), so that operators see the alarm once, twice or never. */
    private void definition(Read answer, Optional<UUID> event, boolean byXml) {
        Optional<Definitions> read =
                answer.get("definitions", AlarmDefinitions.class).flatMap(all -> all.of(event));
        boolean exists = read.filter(Definitions::exist).isPresent();
        boolean isRaised = !byXml && site.raiseAlarm() != Site.Choice.OFF;
        if (read.isEmpty() && (byXml || site.raiseAlarm() == Site.Choice.AUTO)) {
            findings.warning(
                    "alarm definition",
                    "the alarm definitions cannot be read (" + answer.said() + "). "
                            + (byXml
                                    ? "See in Management Client, under Alarms, Alarm Definitions, that one has the triggering event "
                                            + site.event() + "."
                                    : grant("Read on Alarm Definitions") + " Or set " + at
                                            + "raise-alarm: off where a definition shows the alarms, on where none does."));
        } else if (exists && !byXml && site.raiseAlarm() == Site.Choice.ON) {
            findings.warning(
                    "alarm definition",
                    "an alarm definition triggers on " + site.event()
                            + ", and the connector raises the alarm itself: operators see it twice. Set " + at
                            + "raise-alarm=auto.");
        } else if (exists) {
            findings.ok("alarm definition", "one triggers on " + site.event() + ".");
        } else if (read.isPresent() && isRaised) {
            findings.ok(
                    "alarm definition",
                    "none triggers on " + site.event() + "; the connector raises the alarm itself, under its name.");
        } else if (read.isPresent()) {
            findings.warning(
                    "alarm definition",
                    "none triggers on " + site.event()
                            + ", so operators see no alarm. Add one in Management Client under Alarms, Alarm Definitions, with the"
                            + " triggering event " + site.event()
                            + (byXml ? "." : ", or set " + at + "raise-alarm=auto."));
        }
    }
}
