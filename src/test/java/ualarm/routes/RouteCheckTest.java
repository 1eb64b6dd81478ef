package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.command.OfflineRooms;

/** Which mistakes in files of routes are found before they take effect, and that right ones are none. */
class RouteCheckTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "mail.every", "60",
            "mail.relay", "smtp://relay:25",
            "mail.login", "http://localhost?connectTimeout=3000",
            "my.category", "1",
            "my.siren", "http://siren",
            "my.proxy-key", "x",
            "camel.beans.own", "#class:java.util.ArrayList");

    @TempDir
    private Path folder;

    /** An edit of a shipped file, and what is told about it. */
    private record Mistake(String file, String right, String wrong, String told) {
        @Override
        public String toString() {
            return told;
        }
    }

    private static Mistake mistake(String file, String right, String wrong, String told) {
        return new Mistake(file + ".camel.yaml", right, wrong, told);
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                // Addresses
                mistake("match-camera", "breaker: false", "braker: false", "?"),
                mistake("match-camera", "breaker: false", "breaker: no", "?"),
                mistake("match-camera", "whenLate: direct:mail-late", "whenLate: direct:mail-lat", "?"),
                mistake("send-mail", "every: \"{{mail.every}}\"", "every: often", "?"),
                mistake("refresh-token", "durableJob: \"true\"", "durableJobs: \"true\"", "?"),
                mistake("refresh-site", "triggerStartDelay: \"0\"", "triggerStartDelay: soon", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: direct:store-alarm?blok=true", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: direct:store-alarm?timeout=long", "?"),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: journal:event.main?exchangePattern=InOnli",
                        "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: ftpp:host/x", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: ftp:host/x", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: zzzzzzzz:host/x", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: store-alarm", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: \"\"", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: direct:store-alram", "?"),
                mistake("match-camera", "- to: direct:store-alarm", "- to: journal:evnt.*", "?"),
                mistake("receive-alarm", "uri: platform-http:/\n", "uri: platform-http:/alarms\n", "?"),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to:\n            uri: timer\n            parameters:\n              period: 5s",
                        "?"),
                mistake(
                        "receive-alarm",
                        "uri: bean:cameraFinder?method=owned",
                        "uri: bean:cameraFindr?method=owned",
                        "?"),
                mistake(
                        "receive-alarm",
                        "uri: bean:cameraFinder?method=owned",
                        "uri: bean:cameraFinder?method=ownd",
                        "?"),
                mistake(
                        "receive-alarm",
                        "uri: bean:cameraFinder?method=owned",
                        "uri: bean:cameraFinder?methd=owned",
                        "?"),
                mistake("refresh-site", "executorService: \"#siteThreads\"", "executorService: \"#siteThread\"", "?"),
                // Beans and classes
                mistake("store-alarm", "ref: alarmMail", "ref: alarmMial", "?"),
                mistake("store-alarm", "method: decide", "method: decid", "?"),
                mistake(
                        "raise-alarm",
                        "ref: raisedAlarm\n              method: needed",
                        "ref: raisedAlarms\n              method: needed",
                        "?"),
                mistake("raise-alarm", "method: needed", "method: need", "?"),
                mistake("trigger-event", "objectMapper: \"#xprotectJson\"", "objectMapper: \"#xprotectJsn\"", "?"),
                mistake("receive-alarm", "aggregationStrategy: duplicates", "aggregationStrategy: duplicate", "?"),
                mistake(
                        "receive-webhook",
                        "idempotentRepository: webhooksTaken",
                        "idempotentRepository: webhookTaken",
                        "?"),
                mistake(
                        "refresh-token",
                        "unmarshalType: ualarm.milestone.Token",
                        "unmarshalType: ualarm.milestone.Tokn",
                        "?"),
                mistake("faults", "- ualarm.intake.Refused", "- ualarm.intake.Refusd", "?"),
                mistake("call-xprotect", "resultType: \"byte[]\"", "resultType: bytes", "?"),
                mistake(
                        "receive-alarm",
                        "${body} is 'ualarm.alarm.CameraAlarm'",
                        "${body} is 'ualarm.alarm.CameraAlarms'",
                        "?"),
                mistake(
                        "store-alarm",
                        "- to: journal",
                        "- to: class:ualarm.Nothing?method=x\n        - to: journal",
                        "?"),
                mistake(
                        "store-alarm",
                        "- to: journal",
                        "- process:\n            ref: nobody\n        - to: journal",
                        "?"),
                // Expressions
                mistake("call-xprotect", "${variable.status} == 401", "${variable.status} = 401", "?"),
                mistake("call-xprotect", "${variable.status} == 401", "${variable.status == 401", "?"),
                mistake("store-alarm", "${variable.isRaised}", "${variabel.isRaised}", "?"),
                mistake(
                        "trigger-event",
                        "message: \"${variable.alarm} triggered",
                        "message: \"${vriable.alarm} triggered",
                        "?"),
                mistake("fetch-picture", "constant: POST", "jsonpath: $.x", "?"),
                mistake("fetch-picture", "constant: POST", "constnt: POST", "?"),
                mistake("fetch-picture", "            constant: POST\n", "", "?"),
                mistake("refresh-site", "uri: \"direct:${body.route()}\"", "uri: \"direct:${bod.route()}\"", "?"),
                mistake("store-alarm", "${variable.isRaised}", "${bean:raisedAlarm.wnted}", "?"),
                mistake("store-alarm", "${variable.channels},alarm", "${variable.channels},{{my.channel}}", "?"),
                mistake(
                        "store-alarm",
                        "${variable.channels},alarm",
                        "${variable.channels},{{env:NO_SUCH_VARIABLE}}",
                        "?"),
                // Ids
                mistake("read-site", "id: find-site", "id: read-site", "?"),
                mistake("store-alarm", "id: store-alarm", "id: match-camera", "?"),
                mistake("read-site", "uri: direct:find-site", "uri: direct:read-site", "?"),
                mistake("trigger-event", "routeConfigurationId: delivery", "routeConfigurationId: delivry", "?"),
                mistake("supervise", "id: supervise", "id: supervision", "?"),
                mistake(
                        "supervise",
                        "uri: quartz:supervise\n      parameters:\n        trigger.repeatCount: \"0\"\n        durableJob: \"true\"",
                        "uri: timer:supervise",
                        "?"),
                // Steps
                mistake("fetch-picture", "- setHeader:", "- setHeadr:", "?"),
                mistake("trigger-event", "            message:", "            mesage:", "?"),
                mistake("fetch-picture", "            name: CamelHttpMethod\n", "", "?"),
                mistake(
                        "fetch-picture",
                        "            name: CamelHttpMethod\n            constant: POST",
                        "          name: CamelHttpMethod\n          constant: POST",
                        "?"),
                mistake("receive-alarm", "stopOnException: true", "stopOnException: yes please", "?"),
                mistake("refresh-site", "- wireTap:", "- wireTapp:", "?"),
                mistake("fetch-picture", "    from:", "    form:", "?"),
                mistake("fetch-picture", "      steps:", "      stps:", "?"),
                mistake("fetch-picture", "- route:", "- rote:", "?"),
                mistake("trigger-event", "json:", "jsn:", "?"),
                mistake("trigger-event", "json:\n              objectMapper: \"#xprotectJson\"", "csv: {}", "?"),
                mistake("receive-alarm", "otherwise:", "otherwis:", "?"),
                // YAML
                mistake("fetch-picture", "        - setHeader:", "\t- setHeader:", "?"),
                mistake("fetch-picture", "        - setHeader:", "       - setHeader:", "?"),
                mistake(
                        "fetch-picture",
                        "constant: '{\"width\":1280,\"height\":720}'",
                        "constant: '{\"width\":1280,\"height\":720}",
                        "?"),
                mistake(
                        "call-xprotect",
                        "simple: \"${variable.status} == 401\"",
                        "simple: \"${variable.status} == 401",
                        "?"),
                mistake("call-xprotect", "uri: \"${variable.xprotect}\"", "uri: ${variable.xprotect}: 1", "?"),
                mistake("call-xprotect", "    id: call-xprotect", "    id: [call-xprotect", "?"));
    }

    private static List<RouteFile> shipped() {
        return new ArrayList<>(new RouteFolder(Path.of("none")).packed());
    }

    private List<RouteFault> faults(List<RouteFile> files) {
        return new RouteCheck(new OfflineRooms(Optional.of(SETTINGS)), List.of("main"), new RouteFolder(folder))
                .faults(files);
    }

    private static void edit(List<RouteFile> files, Mistake mistake) {
        files.replaceAll(file -> {
            if (!file.name().equals(mistake.file())) {
                return file;
            }
            assertThat(file.text()).contains(mistake.right());
            int at = file.text().indexOf(mistake.right());
            return new RouteFile(
                    file.name(),
                    file.text().substring(0, at)
                            + mistake.wrong()
                            + file.text().substring(at + mistake.right().length()));
        });
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isNamedWithItsLine(Mistake mistake) {
        List<RouteFile> files = shipped();
        edit(files, mistake);
        System.out.println("### " + mistake.file() + "  |" + mistake.wrong().replace("\n", "\\n") + "|");
        long t = System.nanoTime();
        faults(files).forEach(f -> System.out.println("      " + f));
        System.out.println("      " + (System.nanoTime() - t) / 1000000);
    }
}
