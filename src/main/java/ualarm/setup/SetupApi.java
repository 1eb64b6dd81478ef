package ualarm.setup;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.Finding;
import ualarm.console.Web;
import ualarm.intake.Refused;
import ualarm.intake.TargetUrls;
import ualarm.site.Settings;
import ualarm.site.SettingsDraft;
import ualarm.site.SettingsException;

/**
 * The set-up page of a site, and what it asks: {@code /api/setup}. It keeps nothing between two requests; each brings all that was typed.
 * Passwords go in and never come out: neither by an answer, nor to another address than the one they were typed for.
 */
public final class SetupApi {

    /** The site that is set up first. */
    private static final String FIRST = "main";

    /** A value that stands elsewhere: the page would show what is there to whoever may open it. */
    private static final String REFERENCE = "{{";

    /** Where a password goes, by what it belongs to. */
    private static final Map<String, List<String>> PLACES =
            Map.of("password", List.of("url"), "mailPassword", List.of("mailHost", "mailPort", "mailSecurity"));

    private final Path folder;
    private final Settings.Intake intake;
    private final Lock changing;
    private final Listener listener;

    /** Hears what becomes of the settings. */
    public interface Listener {

        /** Something is about to be written, and the connector must not start meanwhile. */
        default void hold() {}

        /** Somebody opens the page anew: what was about to be written is, or has failed, and the connector may start. */
        default void release() {}

        /**
         * Has the connector start with the settings as they are now.
         *
         * @throws SettingsException when they are not right
         * @throws IOException when they cannot be read
         */
        void start() throws IOException;

        /** @return why the connector does not run with the settings as they are; empty when it does */
        default String trouble() {
            return "";
        }

        /**
         * @param site the name of a site
         * @return how many alarms wait for it
         * @throws IOException when that cannot be told
         */
        default long waiting(String site) throws IOException {
            return 0;
        }
    }

    /**
     * @param folder where the settings lie
     * @param intake where alarms come in
     * @param changing held while settings are changed
     * @param listener hears what becomes of the settings
     */
    public SetupApi(Path folder, Settings.Intake intake, Lock changing, Listener listener) {
        this.folder = folder;
        this.intake = intake;
        this.changing = changing;
        this.listener = listener;
    }

    /** Member of a request to key of a setting. */
    private static Map<String, String> keys(String site) {
        var keys = new LinkedHashMap<String, String>();
        keys.put("url", "site." + site + ".url");
        keys.put("username", "site." + site + ".username");
        keys.put("password", "site." + site + ".password");
        keys.put("mailTo", "site." + site + ".mail.to");
        keys.put("timeOffset", "alarm.time-offset");
        // A port that is typed behind the host is the one that is meant.
        keys.put("mailPort", "mail.port");
        keys.put("mailHost", "mail.host");
        keys.put("mailFrom", "mail.from");
        keys.put("mailSecurity", "mail.security");
        keys.put("mailUsername", "mail.username");
        keys.put("mailPassword", "mail.password");
        return keys;
    }

    /**
     * Serves the page and answers what it asks.
     *
     * @param web serves it
     */
    public void open(Web web) {
        web.page("/setup.html", "setup.html");
        web.page("/setup.js", "setup.js");
        web.get("/api/setup", ctx -> known(named(ctx.request().getParam("site"))));
        web.change(HttpMethod.POST, "/api/setup/address", (ctx, body) -> at(body, SetupApi::address));
        web.change(HttpMethod.POST, "/api/setup/login", (ctx, body) -> at(body, setUp -> lights(setUp.login())));
        web.change(HttpMethod.POST, "/api/setup/mail", (ctx, body) -> at(body, setUp -> lights(setUp.relay())));
        web.change(HttpMethod.POST, "/api/setup/plan", (ctx, body) -> at(body, setUp -> plan(setUp, body)));
        web.change(
                HttpMethod.POST, "/api/setup/apply", (ctx, body) -> alone(() -> at(body, setUp -> apply(setUp, body))));
        web.change(HttpMethod.POST, "/api/setup/remove", (ctx, body) -> alone(() -> remove(site(body))));
        web.change(HttpMethod.POST, "/api/setup/start", (ctx, body) -> alone(this::start));
    }

    /** One change at a time: each begins with what the one before has written. */
    private Object alone(Supplier<Object> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }

    private static String named(String site) {
        String name = site == null || site.isBlank() ? FIRST : site.strip();
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new Refused(
                    400,
                    "wrong-name",
                    "A site's name has letters from A to Z, digits, - and _, 64 at most. Choose another one.");
        }
        return name;
    }

    private static String site(JsonNode body) {
        return named(body.path("site").textValue());
    }

    private Object known(String site) {
        if (changing.tryLock()) {
            try {
                listener.release();
            } finally {
                changing.unlock();
            }
        }
        var values = new LinkedHashMap<String, Object>();
        try {
            SettingsDraft draft = SettingsDraft.of(folder);
            keys(site).forEach((member, key) -> {
                if (isPassword(member)) {
                    values.put(member + "Set", !draft.value(key).isEmpty());
                } else {
                    values.put(member, draft.value(key));
                }
            });
            List<Map<String, String>> sites = draft.sites().stream()
                    .map(name -> Map.of(
                            "name", name,
                            "url", draft.value("site." + name + ".url"),
                            "mailTo", draft.value("site." + name + ".mail.to")))
                    .toList();
            return Map.of(
                    "site",
                    site,
                    "sites",
                    sites,
                    "values",
                    values,
                    "targetUrls",
                    TargetUrls.of(intake),
                    "trouble",
                    listener.trouble());
        } catch (IOException e) {
            throw new Refused(500, "not-read", e.getMessage());
        } catch (SettingsException e) {
            throw new Refused(409, "not-right", String.join(" ", e.faults()));
        }
    }

    private static boolean isPassword(String member) {
        return member.toLowerCase(Locale.ROOT).endsWith("password");
    }

    private interface Work {
        Object with(SetUp setUp) throws IOException;
    }

    private Object at(JsonNode body, Work work) {
        String site = site(body);
        try (var setUp = new SetUp(SettingsDraft.of(folder), site)) {
            take(setUp, body, keys(site));
            trust(setUp, body.path("trust").asText());
            return work.with(setUp);
        } catch (SettingsException e) {
            throw new Refused(400, "not-right", String.join(" ", e.faults()));
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "not-right", e.getMessage());
        } catch (IOException | Later | IllegalStateException e) {
            throw new Refused(502, "not-asked", String.valueOf(e.getMessage()));
        }
    }

    private static void take(SetUp setUp, JsonNode body, Map<String, String> keys) {
        var before = new LinkedHashMap<String, String>();
        keys.forEach((member, key) -> before.put(member, setUp.value(key)));
        keys.forEach((member, key) -> {
            if (isTyped(body, member)) {
                String typed = body.path(member).textValue();
                if (typed.contains(REFERENCE)) {
                    throw new IllegalArgumentException(
                            "A value that stands in a file or in the environment is written into application.properties by hand.");
                }
                if (!typed.isBlank() || !before.get(member).isEmpty()) {
                    setUp.set(key, typed);
                }
            }
        });
        PLACES.forEach((password, places) -> {
            boolean isMoved =
                    places.stream().anyMatch(place -> !before.get(place).equals(setUp.value(keys.get(place))));
            if (isMoved && !before.get(password).isEmpty() && !isTyped(body, password)) {
                throw new IllegalArgumentException("Another address is set: type the password for it, too.");
            }
        });
    }

    /** An empty password is one that was not typed again. */
    private static boolean isTyped(JsonNode body, String member) {
        JsonNode typed = body.path(member);
        return typed.isTextual() && !(isPassword(member) && typed.textValue().isEmpty());
    }

    /** Only the certificate that the installer has seen. */
    private static void trust(SetUp setUp, String sha256) {
        if (!sha256.isEmpty()) {
            setUp.trust(setUp.certificate().filter(shown -> shown.sha256().equals(sha256)));
        }
    }

    private static Object lights(List<Finding> found) {
        return Map.of("lights", found, "failed", SetUp.isFailed(found));
    }

    private static Object address(SetUp setUp) {
        List<Finding> found = setUp.address();
        Optional<ShownCertificate> certificate = SetUp.isFailed(found) ? setUp.certificate() : Optional.empty();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("lights", found);
        answer.put("failed", SetUp.isFailed(found));
        answer.put("certificate", certificate.orElse(null));
        return answer;
    }

    private static Choices choices(JsonNode body) {
        return new Choices(
                switch (body.path("shown").asText()) {
                    case "definition" -> Optional.of(Choices.Shown.DEFINITION);
                    case "raised" -> Optional.of(Choices.Shown.RAISED);
                    default -> Optional.empty();
                },
                Optional.of(body.path("ruleFrom").asText().strip()).filter(name -> !name.isEmpty()));
    }

    /**
     * What the parts look like.
     *
     * @param lights what was found
     * @param isReached whether XProtect is found and lets the user in
     * @param isFailed whether that, or anything else, must be mended first
     */
    private record Looked(List<Finding> lights, boolean isReached, boolean isFailed) {}

    /** The parts are looked at first: what is not right is told by a light, and there is no plan. */
    private static Looked look(SetUp setUp) {
        var lights = new ArrayList<>(setUp.address());
        if (!SetUp.isFailed(lights)) {
            lights.addAll(setUp.login());
        }
        boolean isReached = !SetUp.isFailed(lights);
        List<Finding> relay = setUp.relay();
        lights.addAll(relay);
        return new Looked(lights, isReached, SetUp.isFailed(relay) || !isReached && !setUp.keepsXProtect());
    }

    /** Recipients can be changed just when XProtect does not answer, and mails matter. */
    private static Plan planned(SetUp setUp, Looked looked, JsonNode body) throws IOException {
        return looked.isReached() ? setUp.plan(choices(body)) : setUp.planSettings(looked.lights());
    }

    private static Object plan(SetUp setUp, JsonNode body) throws IOException {
        Looked looked = look(setUp);
        if (looked.isFailed()) {
            return Map.of("lights", looked.lights(), "failed", true, "will", List.of(), "byHand", List.of());
        }
        Plan plan = planned(setUp, looked, body);
        return Map.of(
                "lights", plan.lights(),
                "failed", false,
                "will", plan.will(),
                "byHand", plan.byHand());
    }

    private Object apply(SetUp setUp, JsonNode body) throws IOException {
        Looked looked = look(setUp);
        if (looked.isFailed()) {
            throw new Refused(409, "not-right", "Something has changed: look at the lights again.");
        }
        Plan plan = planned(setUp, looked, body);
        listener.hold();
        Outcome outcome = setUp.apply(plan);
        var failed = new ArrayList<>(outcome.failed());
        if (failed.isEmpty()) {
            try {
                listener.start();
            } catch (SettingsException e) {
                failed.addAll(e.faults());
            }
        }
        return Map.of("done", outcome.done(), "failed", failed, "starts", failed.isEmpty());
    }

    private Object remove(String site) {
        try {
            SettingsDraft draft = SettingsDraft.of(folder);
            if (!draft.sites().contains(site)) {
                throw new Refused(404, "no-such-site", "There is no such site.");
            }
            if (draft.sites().size() == 1) {
                throw new Refused(
                        409, "last-site", "It is the only site. Set up another one first, or change this one.");
            }
            long waiting = listener.waiting(site);
            if (waiting > 0) {
                throw new Refused(
                        409,
                        "alarms-wait",
                        waiting
                                + " deliveries wait for this site, and nobody would see to them without it. Let them go out first.");
            }
            draft.remove(site);
            draft.settings(Map.of());
            draft.write();
            return start();
        } catch (SettingsException e) {
            throw new Refused(400, "not-right", String.join(" ", e.faults()));
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "not-right", e.getMessage());
        } catch (IOException e) {
            throw new Refused(500, "not-written", e.getMessage());
        }
    }

    private Object start() {
        try {
            listener.start();
            return Map.of("starts", true);
        } catch (SettingsException e) {
            throw new Refused(
                    409,
                    "not-right",
                    "With application.properties as it is it does not start. " + String.join(" ", e.faults()));
        } catch (IOException e) {
            throw new Refused(409, "not-read", "application.properties cannot be read: " + e);
        }
    }
}
