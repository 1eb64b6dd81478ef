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
    private final Listener listener;

    /** Hears what becomes of the settings. */
    public interface Listener {

        /** Something is about to be written, and the connector must not start meanwhile. */
        default void hold() {}

        /** @return whether the settings are right, so that the connector starts with them */
        boolean start();

        /**
         * @param site the name of a site
         * @return how many alarms wait for it
         */
        default long waiting(String site) {
            return 0;
        }
    }

    /**
     * @param folder where the settings lie
     * @param intake where alarms come in
     * @param listener hears what becomes of the settings
     */
    public SetupApi(Path folder, Settings.Intake intake, Listener listener) {
        this.folder = folder;
        this.intake = intake;
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
        keys.put("mailHost", "mail.host");
        keys.put("mailFrom", "mail.from");
        keys.put("mailPort", "mail.port");
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
        web.change(HttpMethod.POST, "/api/setup/apply", (ctx, body) -> at(body, setUp -> apply(setUp, body)));
        web.change(HttpMethod.POST, "/api/setup/remove", (ctx, body) -> remove(site(body)));
        web.change(HttpMethod.POST, "/api/setup/start", (ctx, body) -> start());
    }

    private static String named(String site) {
        return site == null || site.isBlank() ? FIRST : site.strip();
    }

    private static String site(JsonNode body) {
        return named(body.path("site").textValue());
    }

    private Object known(String site) {
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
            return Map.of("site", site, "sites", sites, "values", values, "targetUrls", TargetUrls.of(intake));
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

    /** The parts are looked at first: what is not right is told by a light, and there is no plan. */
    private static List<Finding> parts(SetUp setUp) {
        var lights = new ArrayList<>(setUp.address());
        if (!SetUp.isFailed(lights)) {
            lights.addAll(setUp.login());
        }
        lights.addAll(setUp.relay());
        return lights;
    }

    private static Object plan(SetUp setUp, JsonNode body) throws IOException {
        List<Finding> parts = parts(setUp);
        if (SetUp.isFailed(parts)) {
            return Map.of("lights", parts, "failed", true, "will", List.of(), "byHand", List.of());
        }
        Plan plan = setUp.plan(choices(body));
        return Map.of(
                "lights", plan.lights(),
                "failed", false,
                "will", plan.will(),
                "byHand", plan.byHand());
    }

    private Object apply(SetUp setUp, JsonNode body) throws IOException {
        List<Finding> parts = parts(setUp);
        if (SetUp.isFailed(parts)) {
            throw new Refused(409, "not-right", "Something has changed: look at the lights again.");
        }
        Plan plan = setUp.plan(choices(body));
        listener.hold();
        Outcome outcome = setUp.apply(plan);
        boolean starts = outcome.failed().isEmpty() && listener.start();
        return Map.of("done", outcome.done(), "failed", outcome.failed(), "starts", starts);
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
                                + " alarms wait for this site, and nobody would deliver them without it. Let them go out first.");
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
        if (!listener.start()) {
            throw new Refused(409, "not-right", "The settings are not written yet. Do what is planned first.");
        }
        return Map.of("starts", true);
    }
}
