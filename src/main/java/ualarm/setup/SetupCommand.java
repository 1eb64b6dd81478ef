package ualarm.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.Finding;
import ualarm.command.RunningConnector;
import ualarm.intake.TargetUrls;
import ualarm.site.Settings;
import ualarm.site.SettingsDraft;

/** {@code setup}: from nothing to the first alarm (design.md 2.8). */
@Command(
        name = "setup",
        description = {
            "Asks for a site's settings, and creates in XProtect what is missing.",
            "Each answer is looked at at once. It shows what it will write and create, asks once, and does it. What is there",
            "already is left alone: a second run changes nothing."
        },
        footer =
                "Exit codes: 0 done, or nothing to do; 1 something failed; 2 the command line or the settings are not right.",
        mixinStandardHelpOptions = true)
public final class SetupCommand implements Callable<Integer> {

    private static final int OK = 200;
    private static final int FINE = 0;
    private static final int FAIL = 1;
    private static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--yes",
            description =
                    "Asks nothing: takes the settings that are there and those of -D, accepts the certificate that"
                            + " XProtect shows, and does what is planned.")
    private boolean yes;

    @Option(
            names = "--undo",
            description = "Removes from XProtect what an earlier set-up created there, and nothing else.")
    private boolean undo;

    @ArgGroup
    private Shown shown;

    @Option(
            names = "--rule-from",
            paramLabel = "NAME",
            description = "Makes the rule that records on alarm, as a copy of the rule of this name.")
    private String ruleFrom;

    @Option(
            names = "-D",
            paramLabel = "SETTING=VALUE",
            description = "A setting to write, for example -Dsite.main.url=https://xprotect.example.com.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** How operators see alarms. */
    private static final class Shown {
        @Option(names = "--alarm-definition", description = "Has XProtect raise alarms, by an alarm definition.")
        private boolean definition;

        @Option(names = "--raise-alarm", description = "Has the connector raise each alarm itself.")
        private boolean raised;
    }

    private final Path folder;
    private final Questions questions;

    /**
     * @param folder where the settings lie
     * @param questions asks the installer
     */
    public SetupCommand(Path folder, Questions questions) {
        this.folder = folder;
        this.questions = questions;
    }

    /** Nobody answers. */
    private static final class Unanswered extends RuntimeException {
        Unanswered() {
            super(null, null, false, false);
        }
    }

    @Override
    public Integer call() throws IOException {
        SettingsDraft draft = SettingsDraft.of(folder);
        try {
            if (undo) {
                return undo(draft.settings(Map.of()));
            }
            try (var setUp = new SetUp(draft, site(draft))) {
                settings.forEach(setUp::set);
                return setUp(setUp);
            }
        } catch (Unanswered e) {
            complain("No answer came, so nothing was changed. Run it in a terminal, or with --yes and"
                    + " -D<setting>=<value> for each setting.");
            return USAGE;
        }
    }

    /** The site that is meant: the one of -D, else the only one there is, else {@code main}. */
    private String site(SettingsDraft draft) {
        List<String> named = settings.keySet().stream()
                .filter(key -> key.matches("site\\.[^.]+\\..+"))
                .map(key -> key.split("\\.")[1])
                .distinct()
                .toList();
        List<String> there = draft.sites();
        if (named.size() > 1 || named.isEmpty() && there.size() > 1) {
            throw new IllegalArgumentException(
                    "There are several sites (" + String.join(", ", named.isEmpty() ? there : named)
                            + "), and one is set up at a time. Name it by a setting of it: -Dsite."
                            + (named.isEmpty() ? there : named).get(0) + ".url=https://…");
        }
        return Stream.concat(named.stream(), there.stream()).findFirst().orElse("main");
    }

    private int setUp(SetUp setUp) throws IOException {
        boolean isRight = yes ? take(setUp) : ask(setUp);
        if (!isRight) {
            complain("Nothing was changed.");
            return FAIL;
        }
        try {
            Plan plan = setUp.plan(choices(setUp));
            show(plan.lights());
            plan.byHand().forEach(this::print);
            if (plan.steps().isEmpty()) {
                print("Nothing to do.");
                return plan.isLacking() ? FAIL : FINE;
            }
            plan.will().forEach(this::print);
            if (!yes && !agreed("Do this?")) {
                print("Nothing was changed.");
                return FINE;
            }
            Outcome outcome = setUp.apply(plan);
            outcome.done().forEach(this::print);
            outcome.failed().forEach(this::complain);
            next(setUp.settings());
            return outcome.failed().isEmpty() && !plan.isLacking() ? FINE : FAIL;
        } catch (Later e) {
            complain(e.getMessage() + " Nothing was changed.");
            return FAIL;
        }
    }

    private void next(Settings set) {
        print("Target url to enter in U-Alarm: " + String.join(" or ", TargetUrls.of(set.intake())));
        print((isTakenUp(set) ? "The running connector begins anew with it" : "Start the connector")
                + "; its page http://" + set.console().host() + ":"
                + set.console().port()
                + "/ then shows a light for the site, the cameras' GUIDs, and raises a test alarm.");
    }

    /** One that runs with these settings takes them up; where there is none, or another program, nothing happens. */
    private static boolean isTakenUp(Settings set) {
        try {
            return new RunningConnector(set.console())
                            .post("/api/setup/start", "{}")
                            .statusCode()
                    == OK;
        } catch (IOException e) {
            return false;
        }
    }

    // ---------------------------------------------------------------- without questions

    private boolean take(SetUp setUp) {
        List<String> missing = Stream.of("url", "username", "password")
                .map(setUp::key)
                .filter(key -> setUp.value(key).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("With --yes nothing is asked, and this is not set: "
                    + missing.stream().map(key -> "-D" + key + "=…").collect(Collectors.joining(" ")));
        }
        setUp.settings();
        List<Finding> address = setUp.address();
        if (SetUp.isFailed(address)) {
            Optional<ShownCertificate> certificate = setUp.certificate();
            certificate.ifPresent(this::show);
            setUp.trust(certificate);
            address = certificate.isPresent() ? setUp.address() : address;
        }
        show(address);
        if (SetUp.isFailed(address)) {
            return false;
        }
        List<Finding> login = setUp.login();
        List<Finding> relay = setUp.relay();
        show(login);
        show(relay);
        return !SetUp.isFailed(login) && !SetUp.isFailed(relay);
    }

    private Choices choices(SetUp setUp) throws IOException {
        Optional<Choices.Shown> how = Optional.ofNullable(shown)
                .map(each -> each.definition ? Choices.Shown.DEFINITION : Choices.Shown.RAISED);
        Optional<String> rule = Optional.ofNullable(ruleFrom);
        if (yes || how.isPresent() && rule.isPresent()) {
            return new Choices(how, rule);
        }
        SetUp.Open open = setUp.open();
        if (how.isEmpty() && open.shown()) {
            how = Optional.of(askShown());
        }
        if (rule.isEmpty() && open.rule()) {
            rule = Optional.of(
                            answer(
                                    "Rule to copy for recording on alarm: its name (empty = none; the steps by hand are told)."))
                    .map(String::strip)
                    .filter(name -> !name.isEmpty());
        }
        return new Choices(how, rule);
    }

    // ---------------------------------------------------------------- with questions

    private boolean ask(SetUp setUp) {
        print(
                "Each answer is looked at once; nothing is changed before you agree to the plan. Enter keeps what stands in [ ].");
        askAddress(setUp);
        while (true) {
            askFor(setUp, setUp.key("username"), "XProtect basic user");
            askPassword(setUp);
            List<Finding> login = setUp.login();
            show(login);
            if (!SetUp.isFailed(login)) {
                break;
            }
        }
        askMail(setUp);
        return true;
    }

    private void askAddress(SetUp setUp) {
        while (true) {
            askFor(setUp, setUp.key("url"), "Address of XProtect");
            List<Finding> address = setUp.address();
            if (SetUp.isFailed(address)) {
                Optional<ShownCertificate> certificate = setUp.certificate();
                if (certificate.isPresent()) {
                    show(certificate.get());
                    if (agreed("Nobody whom this machine knows vouches for it. Trust exactly this certificate?")) {
                        setUp.trust(certificate);
                        address = setUp.address();
                    }
                }
            }
            show(address);
            if (!SetUp.isFailed(address)) {
                return;
            }
        }
    }

    private void askMail(SetUp setUp) {
        while (true) {
            askFor(setUp, setUp.key("mail.to"), "Recipients of mail, separated by ; (- = none)");
            if (setUp.value(setUp.key("mail.to")).isEmpty()) {
                return;
            }
            askFor(setUp, "mail.host", "Mail relay (host or host:port)");
            askFor(setUp, "mail.from", "Sender of the mails");
            List<Finding> relay = setUp.relay();
            show(relay);
            if (!SetUp.isFailed(relay)
                    || agreed("Keep it so all the same? (mail.username, mail.password, mail.port and"
                            + " mail.security can be given by -D)")) {
                return;
            }
        }
    }

    private void askFor(SetUp setUp, String key, String question) {
        while (true) {
            String now = setUp.value(key);
            String typed =
                    answer(question + (now.isEmpty() ? ":" : " [" + now + "]:")).strip();
            if (typed.isEmpty() && now.isEmpty()) {
                print("It is needed.");
                continue;
            }
            try {
                if (!typed.isEmpty()) {
                    setUp.set(key, typed.equals("-") ? "" : typed);
                }
                return;
            } catch (IllegalArgumentException e) {
                print(e.getMessage());
                return;
            }
        }
    }

    private void askPassword(SetUp setUp) {
        String key = setUp.key("password");
        boolean isSet = !setUp.value(key).isEmpty();
        String typed = questions
                .askSecretly("Its password" + (isSet ? " [as it is]:" : ":"))
                .orElseThrow(Unanswered::new);
        if (!typed.isEmpty()) {
            setUp.set(key, typed);
        }
    }

    private Choices.Shown askShown() {
        print("How are operators to see alarms?");
        print(
                "  1  The connector raises each alarm: it bears its name in U-Alarm. Nothing is to be kept up in XProtect.");
        print(
                "  2  An alarm definition in XProtect: sound, category and instructions can be set there, but every alarm bears the"
                        + " definition's name.");
        return answer("1 or 2 [1]:").strip().equals("2") ? Choices.Shown.DEFINITION : Choices.Shown.RAISED;
    }

    private String answer(String question) {
        return questions.ask(question).orElseThrow(Unanswered::new);
    }

    private boolean agreed(String question) {
        return answer(question + " [y/N]").strip().matches("(?i)y(es)?");
    }

    // ---------------------------------------------------------------- undo

    private int undo(Settings set) throws IOException {
        var undoing = new Undo(set);
        List<String> will = undoing.will();
        if (will.isEmpty()) {
            print("Nothing to do.");
            return FINE;
        }
        will.forEach(this::print);
        if (!yes && !agreed("Do this?")) {
            print("Nothing was changed.");
            return FINE;
        }
        Outcome outcome = undoing.apply();
        outcome.done().forEach(this::print);
        outcome.failed().forEach(this::complain);
        print("application.properties stays as it is.");
        return outcome.failed().isEmpty() ? FINE : FAIL;
    }

    // ---------------------------------------------------------------- what is shown

    private void show(List<Finding> lights) {
        lights.forEach(light -> print(light.toString()));
    }

    private void show(ShownCertificate certificate) {
        print("XProtect shows this certificate:");
        print("  made out to " + certificate.subject());
        print("  issued by   " + certificate.issuer());
        print("  SHA-256     " + certificate.sha256());
        print("  valid until " + certificate.until());
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private void complain(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
