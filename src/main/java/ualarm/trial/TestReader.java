package ualarm.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import ualarm.routes.RouteFile;
import ualarm.simulator.Bodies;
import ualarm.simulator.Fault;
import ualarm.simulator.Release;
import ualarm.simulator.RequestLine;
import ualarm.site.Edition;
import ualarm.trial.TestCase.Edit;
import ualarm.trial.TestCase.Expectation;
import ualarm.trial.TestCase.Expected;
import ualarm.trial.TestCase.Ground;
import ualarm.trial.TestCase.Post;
import ualarm.trial.TestCase.Troubles;

/** Reads a test file, strictly: what it does not know is a fault, with its line. */
final class TestReader {

    /** What the command sets itself, so that no test reaches a real system. */
    private static final Pattern NOT_FOR_TESTS = Pattern.compile(
            "site\\.(?!main\\.).*|site\\.main\\.(url|username|password|event-server|trust)|mail\\.(host|port|security|trust|username|password|oauth\\..*)"
                    + "|alarm\\.(host|port|tls\\..*)|console\\..*|journal\\..*|routes\\..*|log\\..*");

    private static final Release USUAL = new Release(2025, 1);

    private final TestSource source;

    TestReader(TestSource source) {
        this.source = source;
    }

    /**
     * @return the test
     * @throws TestFileException when the file cannot be read
     */
    TestCase read() {
        Map<String, Value> test = Value.document(source.name(), source.text()).members("name", "given", "when", "then");
        for (String must : List.of("name", "when", "then")) {
            if (!test.containsKey(must)) {
                throw new TestFileException(source.name(), 1, must + " is missing", "Write " + must + ": …");
            }
        }
        Map<String, Value> given = test.containsKey("given")
                ? test.get("given").members("xprotect", "settings", "routes", "edits", "server")
                : Map.of();
        Optional<Value> xprotect = Optional.ofNullable(given.get("xprotect"));
        return new TestCase(
                source.name(),
                test.get("name").text(),
                ground(given, xprotect),
                troubles(given, xprotect),
                test.get("when").list().stream().map(this::post).toList(),
                expected(test.get("then")));
    }

    /** What is given of XProtect; {@code xprotect: down} says all in one word. */
    private static Map<String, Value> members(Optional<Value> xprotect) {
        return xprotect.filter(value -> !isDownInAWord(value))
                .map(value -> value.members(
                        "version", "edition", "events", "alarm-definition", "down", "expired-token", "faults"))
                .orElse(Map.of());
    }

    private static boolean isDownInAWord(Value xprotect) {
        return xprotect.isText() && xprotect.oneOf("down").equals("down");
    }

    private Ground ground(Map<String, Value> given, Optional<Value> xprotect) {
        Map<String, Value> members = members(xprotect);
        var settings = new LinkedHashMap<String, String>();
        if (given.containsKey("settings")) {
            given.get("settings").members().forEach((key, value) -> {
                if (NOT_FOR_TESTS.matcher(key).matches()) {
                    throw value.fault(
                            key + " is set by the command itself, so that a test reaches no real system",
                            "Take it out. The site of tests is main.");
                }
                settings.put(key, value.text());
            });
        }
        return new Ground(
                members.containsKey("version") ? release(members.get("version")) : USUAL,
                members.containsKey("edition") ? edition(members.get("edition")) : Edition.CORPORATE,
                texts(members.get("events")),
                members.containsKey("alarm-definition")
                        && members.get("alarm-definition").truth(),
                settings,
                given.containsKey("settings") ? given.get("settings").line() : 1,
                given.containsKey("routes")
                        ? given.get("routes").list().stream().map(this::route).toList()
                        : List.of(),
                given.containsKey("edits")
                        ? given.get("edits").list().stream()
                                .map(TestReader::edit)
                                .toList()
                        : List.of());
    }

    private static Edit edit(Value value) {
        Map<String, Value> members = value.members("file", "before", "write");
        for (String must : List.of("file", "before", "write")) {
            if (!members.containsKey(must)) {
                throw value.fault(
                        "an edit needs a file, the line before which it writes, and what",
                        "Write for example { file: store-alarm.camel.yaml, before: \"- to: journal:event\", write: \"- to: direct:mine\" }.");
            }
        }
        return new Edit(
                members.get("file").text(),
                members.get("before").text(),
                members.get("write").text(),
                value.line());
    }

    private static List<String> texts(Value list) {
        return list == null ? List.of() : list.list().stream().map(Value::text).toList();
    }

    private static Release release(Value value) {
        return Release.of(value.text())
                .orElseThrow(() -> value.fault("'" + value.text() + "' is no version", "Write for example 2025 R1."));
    }

    private static Edition edition(Value value) {
        return Edition.of(value.text())
                .orElseThrow(() -> value.fault(
                        "'" + value.text() + "' is no edition",
                        "Write Essential+, Express+, Professional+, Expert or Corporate."));
    }

    private RouteFile route(Value value) {
        String name = value.text();
        byte[] text = source.routes()
                .apply(name)
                .orElseThrow(() -> value.fault(
                        "there is no file " + name + " in the folder of routes",
                        "Write its path below that folder, such as recipes/webhook.camel.yaml."));
        String base = name.substring(name.lastIndexOf('/') + 1);
        return new RouteFile(
                (base.endsWith(RouteFile.KAMELET) ? "kamelets/" : "") + base, new String(text, StandardCharsets.UTF_8));
    }

    private static Troubles troubles(Map<String, Value> given, Optional<Value> xprotect) {
        Map<String, Value> members = members(xprotect);
        boolean isDown = xprotect.filter(TestReader::isDownInAWord).isPresent();
        return new Troubles(
                isDown || members.containsKey("down") && members.get("down").truth(),
                members.containsKey("expired-token")
                        && members.get("expired-token").truth(),
                faults(members.get("faults")),
                given.containsKey("server")
                        ? faults(given.get("server").members("faults").get("faults"))
                        : List.of());
    }

    private static List<Fault> faults(Value list) {
        return list == null
                ? List.of()
                : list.list().stream().map(TestReader::fault).toList();
    }

    private static Fault fault(Value value) {
        Map<String, Value> members = value.members("request", "times", "status", "hang", "reset", "headers", "body");
        boolean hangs = members.containsKey("hang") && members.get("hang").truth();
        boolean resets = members.containsKey("reset") && members.get("reset").truth();
        if (!members.containsKey("request") || !(hangs || resets || members.containsKey("status"))) {
            throw value.fault(
                    "a fault needs a request, and a status, hang or reset",
                    "Write for example { request: POST /api/rest/v1/events, status: 503, times: 2 }.");
        }
        Value body = members.get("body");
        return new Fault(
                requests(members.get("request")),
                members.containsKey("times") ? members.get("times").number(1, 1000) : Fault.ALWAYS,
                hangs ? Fault.Kind.HANG : resets ? Fault.Kind.RESET : Fault.Kind.ANSWER,
                members.containsKey("status") ? members.get("status").number(200, 599) : 200,
                headers(members.get("headers")),
                body == null ? "" : body.isText() ? body.text() : body.json().toString());
    }

    private static RequestLine requests(Value value) {
        return RequestLine.of(value.text())
                .orElseThrow(() -> value.fault(
                        "'" + value.text() + "' is no request", "Write method and path: POST /api/rest/v1/events."));
    }

    private static Map<String, String> headers(Value value) {
        var headers = new LinkedHashMap<String, String>();
        if (value != null) {
            value.members().forEach((name, each) -> headers.put(name, each.text()));
        }
        return headers;
    }

    private Post post(Value value) {
        Map<String, Value> members = value.members("post", "file", "to", "headers", "sign");
        if (members.containsKey("post") == members.containsKey("file")) {
            throw value.fault(
                    "a message is either written in post or read from a file",
                    "Write for example post: { alarm: Gate, camera: North gate }.");
        }
        byte[] body = members.containsKey("file") ? file(members.get("file")) : body(members.get("post"));
        Map<String, String> headers = headers(members.get("headers"));
        if (members.containsKey("sign")) {
            headers.put("X-Hub-Signature-256", Signature.of(members.get("sign").text(), body));
        }
        String path = members.containsKey("to") ? members.get("to").text() : "/";
        return new Post(path, headers, body, key(path, body));
    }

    private byte[] file(Value value) {
        return source.neighbours()
                .apply(value.text())
                .orElseThrow(() -> value.fault(
                        "there is no file " + value.text() + " beside the test", "Write its path from the test on."));
    }

    private static byte[] body(Value value) {
        return (value.isText() ? value.text() : value.json().toString()).getBytes(StandardCharsets.UTF_8);
    }

    /** Within ten minutes the connector takes two messages of one id for one (design.md 2.3). */
    private static String key(String path, byte[] body) {
        JsonNode id = Bodies.tree("", body).path("id");
        return path + " " + (id.isValueNode() ? id.asText() : new String(body, StandardCharsets.UTF_8));
    }

    private Expected expected(Value value) {
        Map<String, Value> then = value.members(
                "answer", "xprotect", "ordered", "mails", "server", "dead-letters", "nothing-else", "within");
        return new Expected(
                Optional.ofNullable(then.get("answer")).map(this::answer),
                list(then.get("xprotect")).stream().map(this::request).toList(),
                then.containsKey("ordered") && then.get("ordered").truth(),
                list(then.get("mails")).stream()
                        .map(each -> thing(each, "mail", "to", "from", "subject", "text", "html", "attachments"))
                        .toList(),
                list(then.get("server")).stream().map(this::request).toList(),
                list(then.get("dead-letters")).stream()
                        .map(each -> thing(each, "dead letter", "reason", "queue", "alarm", "camera"))
                        .toList(),
                !then.containsKey("nothing-else") || then.get("nothing-else").truth(),
                Optional.ofNullable(then.get("within")).map(within -> Duration.ofSeconds(within.number(1, 600))));
    }

    private static List<Value> list(Value value) {
        return value == null ? List.of() : value.list();
    }

    private Expectation answer(Value value) {
        value.members("status", "body", "headers");
        return new Expectation(value.line(), "answer", Optional.empty(), pattern(value), 1);
    }

    private Expectation request(Value value) {
        Map<String, Value> members = value.members("request", "times", "status", "body", "headers");
        if (!members.containsKey("request")) {
            throw value.fault("it does not say which request", "Write request: POST /api/rest/v1/events.");
        }
        Value request = members.get("request");
        return new Expectation(
                value.line(), request.text(), Optional.of(requests(request)), pattern(value), times(members));
    }

    private Expectation thing(Value value, String title, String... known) {
        var all = new ArrayList<>(List.of(known));
        all.add("times");
        Map<String, Value> members = value.members(all.toArray(String[]::new));
        return new Expectation(value.line(), title, Optional.empty(), pattern(value), times(members));
    }

    private static int times(Map<String, Value> members) {
        return members.containsKey("times") ? members.get("times").number(0, 1000) : 1;
    }

    /** The members that are compared. Header names are in lower case there. */
    private static ObjectNode pattern(Value value) {
        var members = (ObjectNode) value.json();
        members.remove(List.of("request", "times"));
        if (members.path("headers").isObject()) {
            ObjectNode headers = members.putObject("headers");
            value.members()
                    .get("headers")
                    .members()
                    .forEach((name, each) -> headers.set(name.toLowerCase(Locale.ROOT), each.json()));
        }
        check(value, members);
        return members;
    }

    private static void check(Value place, JsonNode pattern) {
        if (pattern.isTextual() && pattern.asText().startsWith(Comparison.REGEX)) {
            try {
                Pattern.compile(pattern.asText().substring(1));
            } catch (PatternSyntaxException e) {
                throw place.fault(
                        "'" + pattern.asText() + "' is no regular expression (" + e.getDescription() + ")",
                        "Write \\ before a character that stands for itself.");
            }
        }
        pattern.forEach(each -> check(place, each));
    }
}
