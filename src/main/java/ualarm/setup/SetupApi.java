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
 * What the set-up page asks: {@code /api/setup}. It keeps nothing between two requests; each brings all that was typed. Passwords go in and
 * never come out.
 */
final class SetupApi {

    private static final String SITE = "main";

    /** Member of a request to key of a setting. */
    private static final Map<String, String> KEYS = keys();

    private final Path folder;
    private final Settings none;
    private final Listener listener;

    /** Hears what becomes of the settings. */
    interface Listener {

        /** Something is about to be written, and the connector must not start meanwhile. */
        void hold();

        /** @return whether the settings are right, so that the connector starts */
        boolean start();
    }

    /** @param none the settings without a site */
    SetupApi(Path folder, Settings none, Listener listener) {
        this.folder = folder;
        this.none = none;
        this.listener = listener;
    }

    private static Map<String, String> keys() {
        var keys = new LinkedHashMap<String, String>();
        keys.put("url", "site.main.url");
        keys.put("username", "site.main.username");
        keys.put("password", "site.main.password");
        keys.put("mailTo", "site.main.mail.to");
        keys.put("mailHost", "mail.host");
        keys.put("mailFrom", "mail.from");
        keys.put("mailPort", "mail.port");
        keys.put("mailSecurity", "mail.security");
        keys.put("mailUsername", "mail.username");
        keys.put("mailPassword", "mail.password");
        return keys;
    }

    void open(Web web) {
        web.get("/api/setup", ctx -> known());
        web.change(HttpMethod.POST, "/api/setup/address", (ctx, body) -> at(body, SetupApi::address));
        web.change(HttpMethod.POST, "/api/setup/login", (ctx, body) -> at(body, setUp -> lights(setUp.login())));
        web.change(HttpMethod.POST, "/api/setup/mail", (ctx, body) -> at(body, setUp -> lights(setUp.relay())));
        web.change(HttpMethod.POST, "/api/setup/plan", (ctx, body) -> at(body, setUp -> plan(setUp, body)));
        web.change(HttpMethod.POST, "/api/setup/apply", (ctx, body) -> at(body, setUp -> apply(setUp, body)));
        web.change(HttpMethod.POST, "/api/setup/start", (ctx, body) -> start());
    }

    private Object known() {
        var values = new LinkedHashMap<String, Object>();
        try {
            SettingsDraft draft = SettingsDraft.of(folder);
            KEYS.forEach((member, key) -> {
                if (member.toLowerCase(Locale.ROOT).endsWith("password")) {
                    values.put(member + "Set", !draft.value(key).isEmpty());
                } else {
                    values.put(member, draft.value(key));
                }
            });
        } catch (IOException e) {
            throw new Refused(500, "not-read", e.getMessage());
        }
        return Map.of("site", SITE, "values", values, "targetUrls", TargetUrls.of(none.intake()));
    }

    private interface Work {
        Object with(SetUp setUp) throws IOException;
    }

    private Object at(JsonNode body, Work work) {
        try (var setUp = new SetUp(SettingsDraft.of(folder), SITE)) {
            KEYS.forEach((member, key) -> {
                JsonNode typed = body.path(member);
                // An empty password is one that was not typed again.
                boolean isTyped = typed.isTextual()
                        && !(member.toLowerCase(Locale.ROOT).endsWith("password")
                                && typed.textValue().isEmpty());
                if (isTyped && !(typed.textValue().isBlank() && setUp.value(key).isEmpty())) {
                    setUp.set(key, typed.textValue());
                }
            });
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

    private Object start() {
        if (!listener.start()) {
            throw new Refused(409, "not-right", "The settings are not written yet. Do what is planned first.");
        }
        return Map.of("starts", true);
    }
}
