package ualarm.setup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.Finding;
import ualarm.command.Finding.Level;
import ualarm.milestone.NewDefinition;
import ualarm.milestone.NewEvent;
import ualarm.site.Edition;
import ualarm.site.SettingsDraft;
import ualarm.site.Site;

/** Finds out what a site is missing before alarms arrive in it, and how to bring that about. It changes nothing. */
final class Planner {

    private static final String BY = "Created by the set-up of the U-Alarm - Milestone connector.";

    private final Found found;
    private final Site site;
    private final SettingsDraft draft;
    private final Choices choices;
    private final List<Finding> lights = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> byHand = new ArrayList<>();
    private final Optional<String> event;

    /**
     * @param found what XProtect has
     * @param site the site as it will be set
     * @param draft its settings, where raise-alarm may still be set
     * @param choices what the installer has decided
     */
    Planner(Found found, Site site, SettingsDraft draft, Choices choices) {
        this.found = found;
        this.site = site;
        this.draft = draft;
        this.choices = choices;
        this.event = Optional.ofNullable(found.events().get(site.event()));
    }

    /** @return whether the installer has to decide how operators see alarms */
    boolean isShownOpen() {
        return found.hasGateway()
                && found.hasAlarmManager()
                && found.definitions().isPresent()
                && found.definitionsOn(event).isEmpty()
                && !(raiseAlarm().equals("on") && !found.byXml());
    }

    /** @return whether a recording rule is missing */
    boolean isRuleOpen() {
        return found.rules().isPresent() && recordingRule().isEmpty();
    }

    /** @return the steps in XProtect; that the settings are written comes before them */
    Plan plan() {
        if (!found.hasGateway()) {
            byHand.add("Nothing can be created in an XProtect without API Gateway. " + addEvent());
            byHand.add(xml());
            byHand.add(addDefinition());
            byHand.add(addRule());
            return new Plan(lights, steps, byHand, event);
        }
        event();
        shown();
        rule();
        if (found.byXml()) {
            byHand.add(xml());
        }
        boolean creates = !steps.isEmpty();
        if (creates && found.isAdministrator().filter(is -> !is).isPresent()) {
            light(
                    Level.WARNING,
                    "rights",
                    site.username() + " is no administrator of XProtect, so it may refuse what is to be created."
                            + " In Management Client, under Security, Roles, put " + site.username()
                            + " in the role Administrators for the set-up.");
        }
        return new Plan(lights, steps, byHand, event);
    }

    private void light(Level level, String what, String words) {
        lights.add(new Finding(level, "", what, words));
    }

    private void event() {
        if (event.isPresent()) {
            light(Level.OK, "event", "the analytics event " + site.event() + " exists.");
            return;
        }
        found.events().keySet().stream()
                .filter(name -> bare(name).equals(bare(site.event())))
                .forEach(name -> light(
                        Level.WARNING,
                        "event",
                        "there is an analytics event \"" + name + "\", which is not exactly \"" + site.event()
                                + "\". The connector needs the exact name."));
        steps.add(new Step(
                "create the analytics event \"" + site.event() + "\" in XProtect, which each alarm triggers",
                "analytics event \"" + site.event() + "\"",
                on -> on.createEvent(new NewEvent(site.event(), BY), site.event())));
    }

    /** What is left of a name when what people mistype is taken away. */
    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    private String raiseAlarm() {
        return draft.value("site." + site + ".raise-alarm").toLowerCase(Locale.ROOT);
    }

    private void raiseAlarm(String value) {
        draft.set("site." + site + ".raise-alarm", value);
    }

    private void shown() {
        List<JsonNode> existing = found.definitionsOn(event);
        if (!found.hasAlarmManager()) {
            light(
                    choices.shown().isPresent() ? Level.WARNING : Level.OK,
                    "alarm manager",
                    found.edition().map(Edition::label).orElse("This edition")
                            + " has no Alarm Manager, so there is nothing to create for operators: every alarm is mailed.");
        } else if (found.definitions().isEmpty()) {
            light(
                    choices.shown().isPresent() ? Level.FAIL : Level.WARNING,
                    "alarm definition",
                    site.username() + " may not read the alarm definitions, so it is not known whether one triggers on "
                            + site.event() + ". Give its role the right Read on Alarm Definitions.");
        } else if (!existing.isEmpty()) {
            existing(Found.name(existing.get(0)));
        } else if (choices.shown().equals(Optional.of(Choices.Shown.DEFINITION))) {
            define();
        } else if (found.byXml()) {
            light(
                    choices.shown().isPresent() ? Level.FAIL : Level.WARNING,
                    "alarm definition",
                    "events go as XML here, so only an alarm definition shows alarms to operators. Choose the alarm definition"
                            + " (--alarm-definition).");
            byHand.add(addDefinition());
        } else if (choices.shown().isPresent()) {
            raiseAlarm("on");
            light(Level.OK, "alarm", "the connector raises each alarm itself, under its name.");
        } else {
            light(
                    raiseAlarm().equals("off") ? Level.WARNING : Level.OK,
                    "alarm",
                    raiseAlarm().equals("off")
                            ? "site." + site + ".raise-alarm is off and no alarm definition triggers on " + site.event()
                                    + ": operators see no alarm. Choose --alarm-definition or --raise-alarm."
                            : "no alarm definition triggers on " + site.event()
                                    + "; the connector raises each alarm itself, under its name.");
        }
    }

    private void existing(String name) {
        if (choices.shown().equals(Optional.of(Choices.Shown.RAISED))
                && !raiseAlarm().equals("on")) {
            light(
                    Level.WARNING,
                    "alarm definition",
                    "\"" + name + "\" triggers on " + site.event()
                            + " already; if the connector raised the alarm as well, operators would see it twice. It stays as it is.");
            return;
        }
        if (raiseAlarm().equals("on") && choices.shown().equals(Optional.of(Choices.Shown.DEFINITION))) {
            raiseAlarm("auto");
        }
        light(
                raiseAlarm().equals("on") ? Level.WARNING : Level.OK,
                "alarm definition",
                "\"" + name + "\" triggers on " + site.event()
                        + (raiseAlarm().equals("on")
                                ? ", and the connector raises the alarm itself: operators see it twice. Set site."
                                        + site + ".raise-alarm=auto."
                                : "."));
    }

    private void define() {
        if (raiseAlarm().equals("on")) {
            raiseAlarm("auto");
        }
        Sources sources = Sources.of(found);
        if (sources.list().isEmpty()) {
            light(
                    Level.FAIL,
                    "alarm definition",
                    site.username()
                            + " sees no cameras, so the alarm definition would be for none. Give its role the right"
                            + " Read on the cameras, and run the set-up again.");
            return;
        }
        steps.add(new Step(
                "create the alarm definition \"" + site.event() + "\" in XProtect on that event, for " + sources.words()
                        + ". How XProtect wants the cameras written is inferred from documents: if it refuses, nothing is created,"
                        + " and the steps by hand are told",
                "alarm definition \"" + site.event() + "\"",
                on -> define(on, sources)));
    }

    private void define(Worksite on, Sources sources) throws IOException {
        try {
            on.create(
                    "create-definition",
                    "alarmDefinitions",
                    new NewDefinition(site.event(), sources.group(), on.event(), sources.list()),
                    site.event());
        } catch (Later e) {
            throw new Later(e.getMessage() + " By hand: " + addDefinition());
        }
    }

    private Optional<JsonNode> recordingRule() {
        return found.rules().orElse(List.of()).stream()
                .filter(rule -> Found.name(rule).equals(RecordingRule.name(site.event()))
                        || event.filter(id -> RecordingRule.mentions(rule, id)).isPresent())
                .findFirst();
    }

    private void rule() {
        Optional<JsonNode> existing = recordingRule();
        if (existing.isPresent()) {
            light(
                    Level.OK,
                    "rule",
                    "the rule \"" + Found.name(existing.get()) + "\" is there for " + site.event() + ".");
        } else if (choices.ruleFrom().isEmpty()) {
            byHand.add(addRule());
        } else if (found.rules().isEmpty()) {
            light(Level.FAIL, "rule", site.username() + " may not read the rules, so none can be copied. " + addRule());
        } else {
            String wanted = choices.ruleFrom().get();
            found.rules().get().stream()
                    .filter(rule -> Found.name(rule).equalsIgnoreCase(wanted))
                    .findFirst()
                    .ifPresentOrElse(this::copy, () -> light(Level.FAIL, "rule", noSuchRule(wanted)));
        }
    }

    private String noSuchRule(String wanted) {
        String names = found.rules().orElse(List.of()).stream()
                .map(rule -> "\"" + Found.name(rule) + "\"")
                .collect(Collectors.joining(", "));
        return "XProtect has no rule named \"" + wanted + "\". "
                + (names.isEmpty() ? "It has none at all." : "It has " + names + ".");
    }

    private void copy(JsonNode original) {
        var rule = new RecordingRule(original, others());
        String name = RecordingRule.name(site.event());
        steps.add(new Step(
                "create the rule \"" + name + "\" in XProtect, a copy of \"" + Found.name(original) + "\""
                        + (rule.isOnEvent()
                                ? " on the event " + site.event()
                                        + " (where the event stands in a rule is inferred: look at it in Management Client afterwards)"
                                : ". It is switched off: no analytics event was found in that rule, so open the copy in Management"
                                        + " Client, choose the event " + site.event() + " and switch it on"),
                "rule \"" + name + "\"",
                on -> {
                    String event = on.event();
                    var whole = new RecordingRule(on.rule(original.path("id").asText()), others());
                    on.create("create-rule", "rules", whole.copy(site.event(), event), name);
                }));
    }

    private Map<String, String> others() {
        return found.events().entrySet().stream()
                .filter(each -> !each.getKey().equals(site.event()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String addEvent() {
        return "In Management Client, under Rules and Events, Analytics Events, add an event named exactly \""
                + site.event() + "\".";
    }

    private String addDefinition() {
        return "In Management Client, under Alarms, Alarm Definitions, add one: triggering event Analytics Events, "
                + site.event() + "; sources All cameras.";
    }

    private String addRule() {
        return "To record on alarm (not needed where XProtect records all the time): in Management Client, under Rules and Events,"
                + " Rules, add a rule: perform an action on the event Analytics Events, " + site.event()
                + " from All cameras; start recording on the devices from metadata; stop after the time you like.";
    }

    private String xml() {
        return "In Management Client, under Tools, Options, Analytics Events, enable analytics events on port "
                + site.eventServer().getPort() + " and allow the address of this machine.";
    }
}
