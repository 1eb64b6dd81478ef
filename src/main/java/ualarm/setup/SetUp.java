package ualarm.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.Finding;
import ualarm.command.Finding.Level;
import ualarm.command.LiveChecks;
import ualarm.command.XProtectRoutes;
import ualarm.milestone.Triggers;
import ualarm.milestone.Version;
import ualarm.site.Edition;
import ualarm.site.Settings;
import ualarm.site.SettingsDraft;
import ualarm.site.SettingsException;
import ualarm.site.Site;

/**
 * Sets up a site: looks at settings while they are typed, finds out what is missing, and brings it about when it is told to. Used by the
 * command and by the page alike.
 */
public final class SetUp implements AutoCloseable {

    private final SettingsDraft draft;
    private final String name;
    private Optional<ShownCertificate> pinned = Optional.empty();
    private Optional<Path> pem = Optional.empty();

    /**
     * @param draft the settings, to which answers are added
     * @param name the name of the site
     */
    public SetUp(SettingsDraft draft, String name) {
        this.draft = draft;
        this.name = name;
    }

    /** @return the key of a setting of this site */
    public String key(String end) {
        return "site." + name + "." + end;
    }

    /**
     * Takes an answer.
     *
     * @param key the setting's key
     * @param typed the value as somebody types it: an address without {@code https://}, a relay with its port
     * @throws IllegalArgumentException when it cannot be set, saying why
     */
    public void set(String key, String typed) {
        String value = key.endsWith("password") ? typed : typed.strip();
        if (key.equals(key("url")) && !value.isEmpty() && !value.contains("://")) {
            value = "https://" + value;
        }
        if (key.equals("mail.host") && value.matches("[^:]+:\\d{1,5}")) {
            draft.set("mail.port", value.substring(value.indexOf(':') + 1));
            value = value.substring(0, value.indexOf(':'));
        }
        draft.set(key, value);
    }

    /** @return a setting's value as it would hold */
    public String value(String key) {
        return draft.value(key);
    }

    /** What is not typed yet does not matter to a look at a part. */
    private Map<String, String> untyped() {
        var instead = new HashMap<>(pins());
        Map.of("url", "https://localhost", "username", "-", "password", "-").forEach((end, any) -> {
            if (draft.value(key(end)).isEmpty()) {
                instead.put(key(end), any);
            }
        });
        return instead;
    }

    /** XProtect's part: what is wrong with mail is told when that is looked at. */
    private Settings part() {
        Map<String, String> instead = untyped();
        instead.put(key("mail.to"), "");
        return draft.settings(instead);
    }

    private Settings whole() {
        return draft.settings(pins());
    }

    private Map<String, String> pins() {
        return pem.map(file -> Map.of(key("trust"), file.toString())).orElse(Map.of());
    }

    /**
     * Looks whether XProtect is found at the address, and its certificate trusted.
     *
     * @return what was found
     */
    public List<Finding> address() {
        return look("address", () -> LiveChecks.address(part().sites().site(name)));
    }

    /**
     * @return the certificate that XProtect shows, if trusting it would make the address right
     */
    public Optional<ShownCertificate> certificate() {
        List<Finding> found = address();
        if (!isFailed(found) || found.stream().noneMatch(light -> light.what().equals("TLS"))) {
            return Optional.empty();
        }
        try {
            var shown = ShownCertificate.of(
                    LiveChecks.certificates(part().sites().site(name)).get(0));
            trust(Optional.of(shown));
            boolean helps = !isFailed(address());
            trust(Optional.empty());
            return Optional.of(shown).filter(certificate -> helps);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Trusts a certificate from now on.
     *
     * @param certificate one that somebody has looked at; nothing to trust none but those of the settings
     */
    public void trust(Optional<ShownCertificate> certificate) {
        close();
        pinned = certificate;
        pem = certificate.map(each -> {
            try {
                return Files.writeString(Files.createTempFile("xprotect", ".pem"), each.pem());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Looks whether XProtect lets the user in, and which version and edition it is.
     *
     * @return what was found
     */
    public List<Finding> login() {
        return look("login", () -> {
            Settings settings = part();
            Site site = settings.sites().site(name);
            try (var xprotect = new XProtectRoutes(settings, Found.ROUTES)) {
                return login(site, Found.glance(xprotect, site));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static List<Finding> login(Site site, Found found) {
        String version = "XProtect " + (found.version().isEmpty() ? "(version not told)" : found.version());
        if (!found.hasGateway()) {
            return List.of(new Finding(
                    Level.WARNING,
                    "",
                    "version",
                    version + " has no API Gateway: events go as XML to " + site.eventServer()
                            + ", but user and password cannot be checked, and nothing can be created in it."));
        }
        boolean byXml = Triggers.byXml(site, Version.hasEventsApi(found.version()));
        return List.of(
                new Finding(Level.OK, "", "login", site.username() + " is let in."),
                new Finding(
                        Level.OK,
                        "",
                        "version",
                        version + ", events go " + (byXml ? "as XML to " + site.eventServer() : "by REST") + "."),
                found.edition()
                        .map(edition -> new Finding(
                                Level.OK,
                                "",
                                "edition",
                                edition.label()
                                        + (edition.hasAlarmManager()
                                                ? "."
                                                : ", which has no Alarm Manager: every alarm is mailed.")))
                        .orElseGet(() -> new Finding(
                                Level.WARNING,
                                "",
                                "edition",
                                "it cannot be read from the licence. Write it in site." + site + ".edition.")));
    }

    /**
     * Looks whether the relay takes mail for the recipients; none is sent.
     *
     * @return what was found; nothing where there are no recipients
     */
    public List<Finding> relay() {
        if (draft.value(key("mail.to")).isEmpty()) {
            return List.of();
        }
        return look("mail", () -> {
            Settings settings = draft.settings(untyped());
            return LiveChecks.relay(settings, settings.sites().site(name));
        });
    }

    private interface Look {
        List<Finding> at();
    }

    private static List<Finding> look(String what, Look look) {
        try {
            return look.at();
        } catch (SettingsException e) {
            return e.faults().stream()
                    .map(fault -> new Finding(Level.FAIL, "", what, fault.replaceFirst("^(line \\d+|-D\\S+): ", "")))
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of(fail(what, e.getCause()));
        } catch (Later | IllegalStateException e) {
            return List.of(fail(what, e));
        }
    }

    private static Finding fail(String what, Throwable why) {
        return new Finding(Level.FAIL, "", what, words(why));
    }

    private static String words(Throwable why) {
        return Text.clean(String.valueOf(why.getMessage()).replaceAll("\\s+", " "));
    }

    /**
     * @param lights what was found
     * @return whether any of them is a failure
     */
    public static boolean isFailed(List<Finding> lights) {
        return lights.stream().anyMatch(light -> light.level() == Level.FAIL);
    }

    /**
     * What the installer still has to decide.
     *
     * @param shown how operators see alarms
     * @param rule whether alarms start recordings
     */
    public record Open(boolean shown, boolean rule) {}

    private <T> T asking(Supplier<Settings> settings, Asking<T> asking) throws IOException {
        Settings checked = settings.get();
        try (var xprotect = new XProtectRoutes(checked, Found.ROUTES)) {
            return asking.with(xprotect, checked.sites().site(name));
        }
    }

    private interface Asking<T> {
        T with(XProtectRoutes xprotect, Site site) throws IOException;
    }

    /**
     * @return what is still to be decided
     * @throws IOException when XProtect does not answer
     * @throws Later when it does not answer well
     */
    public Open open() throws IOException {
        return asking(this::whole, (xprotect, site) -> {
            var planner = new Planner(Found.read(xprotect, site), site, draft, Choices.NONE);
            return new Open(planner.isShownOpen(), planner.isRuleOpen());
        });
    }

    /**
     * Finds out what is missing; changes nothing.
     *
     * @param choices what the installer has decided
     * @return what is to be done
     * @throws IOException when XProtect does not answer
     * @throws Later when it does not answer well
     * @throws SettingsException when the settings are not right
     */
    public Plan plan(Choices choices) throws IOException {
        Plan inXProtect = asking(this::whole, (xprotect, site) -> {
            Found found = Found.read(xprotect, site);
            Plan plan = new Planner(found, site, draft, choices).plan();
            if (!found.hasAlarmManager() && site.mail().to().isEmpty()) {
                var lights = new ArrayList<>(plan.lights());
                lights.add(new Finding(
                        Level.FAIL,
                        "",
                        "mail",
                        found.edition().map(Edition::label).orElse("This edition")
                                + " has no Alarm Manager, and nobody gets mail: nobody would see an alarm. Set "
                                + key("mail.to") + ", mail.host and mail.from."));
                return new Plan(lights, plan.steps(), plan.byHand(), plan.event());
            }
            return plan;
        });
        List<Step> steps = own();
        steps.addAll(inXProtect.steps());
        return new Plan(inXProtect.lights(), steps, inXProtect.byHand(), inXProtect.event());
    }

    /**
     * Finds out what is to be written, where XProtect cannot be asked.
     *
     * @param lights why it cannot be
     * @return what is to be done
     * @throws SettingsException when the settings are not right
     */
    public Plan planSettings(List<Finding> lights) {
        whole();
        return new Plan(lights, own(), List.of(), Optional.empty());
    }

    /** @return whether the site was set up before, and nothing is changed by which its XProtect is reached */
    public boolean keepsXProtect() {
        return pinned.isEmpty()
                && !draft.value(key("url")).isEmpty()
                && Stream.of("url", "username", "password", "trust")
                        .map(this::key)
                        .noneMatch(draft.changes()::containsKey);
    }

    private List<Step> own() {
        var steps = new ArrayList<Step>();
        pinned.filter(this::isNew).ifPresent(certificate -> {
            draft.set(key("trust"), pemName());
            steps.add(new Step(
                    "trust XProtect's certificate from now on, and write it into " + pemName(),
                    pemName(),
                    on -> Files.writeString(draft.folder().resolve(pemName()), certificate.pem())));
        });
        Map<String, String> changes = draft.changes();
        if (!changes.isEmpty()) {
            steps.add(new Step(
                    "write into application.properties: " + String.join(", ", changes.keySet())
                            + "; only its owner can read it then",
                    "application.properties",
                    on -> draft.write()));
        }
        return steps;
    }

    private String pemName() {
        return "xprotect-" + name + ".pem";
    }

    private boolean isNew(ShownCertificate certificate) {
        Path file = draft.folder().resolve(pemName());
        try {
            return !Files.exists(file)
                    || !Files.readString(file).equals(certificate.pem())
                    || !draft.value(key("trust")).equals(pemName());
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Does what was planned. What XProtect refuses does not keep the rest from being done; what cannot be written does.
     *
     * @param plan the plan
     * @return what came of it
     */
    public Outcome apply(Plan plan) {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        Settings settings = whole();
        try (var on = new Worksite(
                () -> new XProtectRoutes(settings, Found.ROUTES),
                settings.sites().site(name),
                new CreatedFile(settings),
                plan.event())) {
            for (Step step : plan.steps()) {
                try {
                    step.work().run(on);
                    done.add("Done: " + step.what() + ".");
                } catch (FileSystemException e) {
                    failed.add("Failed: " + step.what() + ". " + e.getFile() + " cannot be written ("
                            + Optional.ofNullable(e.getReason())
                                    .orElse(e.getClass().getSimpleName())
                            + "). Run it as the user to whom the folder belongs. Nothing"
                            + " further was done.");
                    break;
                } catch (IOException | Later | IllegalStateException e) {
                    failed.add("Failed: " + step.what() + ". " + words(e));
                }
            }
        }
        return new Outcome(done, failed);
    }

    /** @return the settings as they stand in the draft, checked */
    public Settings settings() {
        return whole();
    }

    @Override
    public void close() {
        pem.ifPresent(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It holds nothing secret.
            }
        });
        pem = Optional.empty();
    }
}
