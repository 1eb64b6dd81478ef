package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
            "camel.beans.own", "#class:java.util.ArrayList",
            "camel.beans.foreign", "#class:not.Here");

    private static final String VERSION = new DefaultCamelContext().getVersion();

    @TempDir
    private Path folder;

    /** An edit of a shipped file, and what is told about it. */
    private record Mistake(String file, String right, String wrong, List<String> told) {
        @Override
        public String toString() {
            return told.get(0);
        }
    }

    private static Mistake mistake(String file, String right, String wrong, String... told) {
        return new Mistake(file + ".camel.yaml", right, wrong, List.of(told));
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                // Addresses
                mistake(
                        "match-camera",
                        "breaker: false",
                        "braker: false",
                        "match-camera.camel.yaml:7: the component journal has no option braker. Write breaker."),
                mistake(
                        "match-camera",
                        "breaker: false",
                        "breaker: no",
                        "match-camera.camel.yaml:7: breaker of journal cannot be no. Write true or false."),
                mistake(
                        "match-camera",
                        "whenLate: direct:mail-late",
                        "whenLate: direct:mail-lat",
                        "match-camera.camel.yaml:8: it calls direct:mail-lat, and no route is from there. Write direct:mail-late, or a route for it."),
                mistake(
                        "send-mail",
                        "every: \"{{mail.every}}\"",
                        "every: often",
                        "send-mail.camel.yaml:8: every of journal cannot be often. Write a number."),
                mistake(
                        "refresh-token",
                        "durableJob: \"true\"",
                        "durableJobs: \"true\"",
                        "refresh-token.camel.yaml:8: the component quartz has no option durableJobs. Write durableJob."),
                mistake(
                        "refresh-site",
                        "triggerStartDelay: \"0\"",
                        "triggerStartDelay: soon",
                        "refresh-site.camel.yaml:8: triggerStartDelay of quartz cannot be soon. Write a time, such as 5s or 500."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: direct:store-alarm?blok=true",
                        "match-camera.camel.yaml:13: the component direct has no option blok. Write block."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: direct:store-alarm?timeout=long",
                        "match-camera.camel.yaml:13: timeout of direct cannot be long. Write a number."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: journal:event.main?exchangePattern=InOnli",
                        "match-camera.camel.yaml:13: exchangePattern of journal cannot be InOnli. Write InOnly."),
                mistake(
                        "store-alarm",
                        "        - to: journal:event.*,alarm.*,mail.*",
                        "        - to: { uri: 'journal:event.*,alarm.*,mail.*', disabled: true }",
                        "store-alarm.camel.yaml: no step stores alarms in journal:event.*; they would be answered with 200, and be gone. Write - to: journal:event.*,alarm.*,mail.* as the last step of store-alarm."),
                mistake(
                        "receive-alarm",
                        "        - to: direct:alarm",
                        "        - log: taken",
                        "receive-alarm.camel.yaml: no step stores alarms in journal:unmatched; they would be answered with 200, and be gone. Write - to: journal:unmatched as the last step of keep-alarm.",
                        "store-alarm.camel.yaml: no step stores alarms in journal:event.*; they would be answered with 200, and be gone. Write - to: journal:event.*,alarm.*,mail.* as the last step of store-alarm."),
                mistake(
                        "receive-alarm",
                        "                - to: journal:unmatched",
                        "                - to: { uri: journal:unmatched, disabled: \"true\" }",
                        "receive-alarm.camel.yaml: no step stores alarms in journal:unmatched; they would be answered with 200, and be gone. Write - to: journal:unmatched as the last step of keep-alarm."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: { uri: direct, parameters: { name: store-alarms } }",
                        "match-camera.camel.yaml:13: it calls direct:store-alarms, and no route is from there. Write direct:store-alarm, or a route for it."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: { uri: journal, parameters: { queue: nowhere } }",
                        "match-camera.camel.yaml:13: the address names no queue. Write journal:<queue>."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: ftpp:host/x",
                        "match-camera.camel.yaml:13: there is no component ftpp. Write ftp, and put the jar of camel-ftp <version>, and of what it needs, into lib/."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: ftp:host/x",
                        "match-camera.camel.yaml:13: there is no component ftp. It is one of Camel's: put the jar of camel-ftp <version>, and of what it needs, into lib/."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: store-alarm",
                        "match-camera.camel.yaml:13: store-alarm is no address. Write one with its component, such as direct:store-alarm."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: \"\"",
                        "match-camera.camel.yaml:13: the address is empty. Write one, such as direct:store-alarm."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: direct:store-alram",
                        "match-camera.camel.yaml:13: it calls direct:store-alram, and no route is from there. Write direct:store-alarm, or a route for it."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to: journal:evnt.*",
                        "match-camera.camel.yaml:13: it puts alarms into journal:evnt.*, which no route works off. Write journal:event.*, or a route for it."),
                mistake(
                        "receive-alarm",
                        "uri: platform-http:/\n",
                        "uri: platform-http:/alarms\n",
                        "receive-alarm.camel.yaml: no route receives alarms: none is from platform-http:/. As shipped, routes/receive-alarm.camel.yaml has it: write it there again."),
                mistake(
                        "match-camera",
                        "- to: direct:store-alarm",
                        "- to:\n            uri: timer\n            parameters:\n              period: 5s",
                        "match-camera.camel.yaml:14: the address names no timerName. Write timer:<timerName>."),
                mistake(
                        "receive-alarm",
                        "uri: bean:cameraFinder?method=owned",
                        "uri: bean:cameraFindr?method=owned",
                        "receive-alarm.camel.yaml:64: there is no bean cameraFindr. Write cameraFinder."),
                mistake(
                        "receive-alarm",
                        "uri: bean:cameraFinder?method=owned",
                        "uri: bean:cameraFinder?method=ownd",
                        "receive-alarm.camel.yaml:64: the bean cameraFinder has no method ownd. Write owned."),
                mistake(
                        "receive-alarm",
                        "uri: bean:cameraFinder?method=owned",
                        "uri: bean:cameraFinder?methd=owned",
                        "receive-alarm.camel.yaml:64: the component bean has no option methd. Write method."),
                mistake(
                        "refresh-site",
                        "executorService: \"#siteThreads\"",
                        "executorService: \"#siteThread\"",
                        "refresh-site.camel.yaml:22: there is no bean siteThread. Write siteThreads."),
                // Beans and classes
                mistake(
                        "store-alarm",
                        "ref: alarmMail",
                        "ref: alarmMial",
                        "store-alarm.camel.yaml:8: there is no bean alarmMial. Write alarmMail."),
                mistake(
                        "store-alarm",
                        "method: decide",
                        "method: decid",
                        "store-alarm.camel.yaml:9: the bean alarmMail has no method decid. Write decide."),
                mistake(
                        "raise-alarm",
                        "ref: raisedAlarm\n              method: needed",
                        "ref: raisedAlarms\n              method: needed",
                        "raise-alarm.camel.yaml:15: there is no bean raisedAlarms. Write raisedAlarm."),
                mistake(
                        "raise-alarm",
                        "method: needed",
                        "method: need",
                        "raise-alarm.camel.yaml:16: the bean raisedAlarm has no method need. Write needed."),
                mistake(
                        "trigger-event",
                        "objectMapper: \"#xprotectJson\"",
                        "objectMapper: \"#xprotectJsn\"",
                        "trigger-event.camel.yaml:88: there is no bean xprotectJsn. Write xprotectJson."),
                mistake(
                        "receive-alarm",
                        "aggregationStrategy: duplicates",
                        "aggregationStrategy: duplicate",
                        "receive-alarm.camel.yaml:52: there is no bean duplicate. Write duplicates."),
                mistake(
                        "receive-webhook",
                        "idempotentRepository: webhooksTaken",
                        "idempotentRepository: webhookTaken",
                        "receive-webhook.camel.yaml:36: there is no bean webhookTaken. Write webhooksTaken."),
                mistake(
                        "refresh-token",
                        "unmarshalType: ualarm.milestone.Token",
                        "unmarshalType: ualarm.milestone.Tokn",
                        "refresh-token.camel.yaml:44: there is no class ualarm.milestone.Tokn. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "faults",
                        "- ualarm.intake.Refused",
                        "- ualarm.intake.Refusd",
                        "faults.camel.yaml:16: there is no class ualarm.intake.Refusd. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "call-xprotect",
                        "resultType: \"byte[]\"",
                        "resultType: bytes",
                        "call-xprotect.camel.yaml:45: there is no class bytes. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "receive-alarm",
                        "${body} is 'ualarm.alarm.CameraAlarm'",
                        "${body} is 'ualarm.alarm.CameraAlarms'",
                        "receive-alarm.camel.yaml:45: there is no class ualarm.alarm.CameraAlarms. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "store-alarm",
                        "- to: journal",
                        "- to: class:ualarm.Nothing?method=x\n        - to: journal",
                        "store-alarm.camel.yaml:31: there is no class ualarm.Nothing. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "store-alarm",
                        "- to: journal",
                        "- process:\n            ref: nobody\n        - to: journal",
                        "store-alarm.camel.yaml:32: there is no bean nobody. Declare it below - beans:, or name one that there is."),
                // Expressions
                mistake(
                        "call-xprotect",
                        "${variable.status} == 401",
                        "${variable.status} = 401",
                        "call-xprotect.camel.yaml:15: the Simple expression ${variable.status} = 401 cannot be read: Unexpected token =. Close each ${ and quote, and write comparisons as ${variable.status} == 200."),
                mistake(
                        "call-xprotect",
                        "${variable.status} == 401",
                        "${variable.status == 401",
                        "call-xprotect.camel.yaml:15: the Simple expression ${variable.status == 401 cannot be read: a } is missing. Close each ${ and quote, and write comparisons as ${variable.status} == 200."),
                mistake(
                        "store-alarm",
                        "${variable.isRaised}",
                        "${variabel.isRaised}",
                        "store-alarm.camel.yaml:17: Simple has no function ${variabel.isRaised}. Write ${variable.isRaised}."),
                mistake(
                        "trigger-event",
                        "message: \"${variable.alarm} triggered",
                        "message: \"${vriable.alarm} triggered",
                        "trigger-event.camel.yaml:29: Simple has no function ${vriable.alarm}. Write ${variable.alarm}."),
                mistake(
                        "fetch-picture",
                        "constant: POST",
                        "jsonpath: $.x",
                        "fetch-picture.camel.yaml:9: there is no language jsonpath. It is one of Camel's: put the jar of camel-jsonpath <version>, and of what it needs, into lib/."),
                mistake(
                        "fetch-picture",
                        "constant: POST",
                        "constnt: POST",
                        "fetch-picture.camel.yaml:9: setHeader has no member constnt. Write constant."),
                mistake(
                        "fetch-picture",
                        "            constant: POST\n",
                        "",
                        "fetch-picture.camel.yaml:7: setHeader has no expression. Write simple:, constant: or method: below it."),
                mistake(
                        "refresh-site",
                        "uri: \"direct:${body.route()}\"",
                        "uri: \"direct:${bod.route()}\"",
                        "refresh-site.camel.yaml:21: Simple has no function ${bod.route()}. Write ${body.route()}."),
                mistake(
                        "store-alarm",
                        "${variable.isRaised}",
                        "${bean:raisedAlarm.wnted}",
                        "store-alarm.camel.yaml:17: the bean raisedAlarm has no method wnted. Write wanted."),
                mistake(
                        "store-alarm",
                        "${variable.channels},alarm",
                        "${variable.channels},{{my.channel}}",
                        "store-alarm.camel.yaml:21: {{my.channel}} is set nowhere. Write my.channel= with its value into application.properties."),
                mistake(
                        "store-alarm",
                        "${variable.channels},alarm",
                        "${variable.channels},{{env:NO_SUCH_VARIABLE}}",
                        "store-alarm.camel.yaml:21: {{env:NO_SUCH_VARIABLE}} is set nowhere. Set the environment variable NO_SUCH_VARIABLE, or write {{env:NO_SUCH_VARIABLE:<value>}}."),
                // Ids
                mistake(
                        "read-site",
                        "id: find-site",
                        "id: read-site",
                        "read-site.camel.yaml:24: the id read-site is taken by the route at routes/read-site.camel.yaml:2. Give one of them another id."),
                mistake(
                        "store-alarm",
                        "id: store-alarm",
                        "id: match-camera",
                        "store-alarm.camel.yaml:2: the id match-camera is taken by the route at routes/match-camera.camel.yaml:2. Give one of them another id."),
                mistake(
                        "read-site",
                        "uri: direct:find-site",
                        "uri: direct:read-site",
                        "read-site.camel.yaml:8: it calls direct:find-site, and no route is from there. As shipped, routes/read-site.camel.yaml has it: write it there again.",
                        "read-site.camel.yaml:27: the route is from direct:read-site, as the one at routes/read-site.camel.yaml:6. Give one of them another address, or take it away."),
                mistake(
                        "trigger-event",
                        "routeConfigurationId: delivery",
                        "routeConfigurationId: delivry",
                        "trigger-event.camel.yaml:4: there is no routeConfiguration delivry. Write delivery."),
                mistake(
                        "supervise",
                        "id: supervise",
                        "id: supervision",
                        "supervise.camel.yaml:2: the connector itself runs the route supervise, and none has this id. Write id: supervise."),
                mistake(
                        "supervise",
                        "uri: quartz:supervise\n      parameters:\n        trigger.repeatCount: \"0\"\n        durableJob: \"true\"",
                        "uri: timer:supervise",
                        "supervise.camel.yaml:6: the connector itself runs the route supervise, which cannot be from timer:supervise. Write quartz:supervise."),
                // Steps
                mistake(
                        "fetch-picture",
                        "- setHeader:",
                        "- setHeadr:",
                        "fetch-picture.camel.yaml:7: there is no step setHeadr. Write setHeader."),
                mistake(
                        "trigger-event",
                        "            message:",
                        "            mesage:",
                        "trigger-event.camel.yaml:29: log has no member mesage. Write message."),
                mistake(
                        "fetch-picture",
                        "            name: CamelHttpMethod\n",
                        "",
                        "fetch-picture.camel.yaml:7: setHeader has no name. Write name: below it."),
                mistake(
                        "fetch-picture",
                        "            name: CamelHttpMethod\n            constant: POST",
                        "          name: CamelHttpMethod\n          constant: POST",
                        "fetch-picture.camel.yaml:8: name belongs to setHeader. Indent it more, as a member of setHeader.",
                        "fetch-picture.camel.yaml:9: constant belongs to setHeader. Indent it more, as a member of setHeader."),
                mistake(
                        "receive-alarm",
                        "stopOnException: true",
                        "stopOnException: yes please",
                        "receive-alarm.camel.yaml:53: stopOnException of split cannot be yes please. Write true or false."),
                mistake(
                        "refresh-site",
                        "- wireTap:",
                        "- wireTapp:",
                        "refresh-site.camel.yaml:20: there is no step wireTapp. Write wireTap."),
                mistake(
                        "fetch-picture",
                        "    from:",
                        "    form:",
                        "fetch-picture.camel.yaml:4: route has no member form. Write from."),
                mistake(
                        "fetch-picture",
                        "      steps:",
                        "      stps:",
                        "fetch-picture.camel.yaml:6: from has no member stps. Write steps."),
                mistake(
                        "fetch-picture",
                        "- route:",
                        "- rote:",
                        "fetch-picture.camel.yaml:1: there is no rote at the top of a file. Write route."),
                mistake(
                        "trigger-event",
                        "json:",
                        "jsn:",
                        "trigger-event.camel.yaml:87: marshal has no member jsn. Write json."),
                mistake(
                        "trigger-event",
                        "json:\n              objectMapper: \"#xprotectJson\"",
                        "csv: {}",
                        "trigger-event.camel.yaml:87: there is no data format csv. It is one of Camel's: put the jar of camel-csv <version>, and of what it needs, into lib/."),
                mistake(
                        "receive-alarm",
                        "otherwise:",
                        "otherwis:",
                        "receive-alarm.camel.yaml:48: choice has no member otherwis. Write otherwise."),
                // YAML
                mistake(
                        "fetch-picture",
                        "        - setHeader:",
                        "\t- setHeader:",
                        "fetch-picture.camel.yaml:7: a tab stands where only blanks may. Indent with blanks."),
                mistake(
                        "fetch-picture",
                        "        - setHeader:",
                        "       - setHeader:",
                        "fetch-picture.camel.yaml:10: the line is not indented as those it belongs to. Let it begin exactly below them, each list item with - and a blank."),
                mistake(
                        "fetch-picture",
                        "constant: '{\"width\":1280,\"height\":720}'",
                        "constant: '{\"width\":1280,\"height\":720}",
                        "fetch-picture.camel.yaml:20: the quote that begins here is not closed. Close it with the same quote."),
                mistake(
                        "call-xprotect",
                        "simple: \"${variable.status} == 401\"",
                        "simple: \"${variable.status} == 401",
                        "call-xprotect.camel.yaml:15: the quote that begins here is not closed. Close it with the same quote."),
                mistake(
                        "call-xprotect",
                        "uri: \"${variable.xprotect}\"",
                        "uri: ${variable.xprotect}: 1",
                        "call-xprotect.camel.yaml:37: a colon stands where none may. Indent the line as those of its kind, or put a text with a colon into quotes."),
                mistake(
                        "call-xprotect",
                        "    id: call-xprotect",
                        "    id: [call-xprotect",
                        "call-xprotect.camel.yaml:2: the [ that begins here is not closed. Close it, or put the text into quotes."));
    }

    private static List<RouteFile> shipped() {
        return new ArrayList<>(new RouteFolder(Path.of("none")).packed());
    }

    private List<RouteFault> faults(List<RouteFile> files) {
        return check(new RouteFolder(folder)).faults(files);
    }

    static RouteCheck check(RouteFolder folder) {
        return new RouteCheck(new OfflineRooms(Optional.of(SETTINGS), List.of("main")), List.of("main"), folder);
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
        told(mistake, faults(files));
    }

    static void told(Mistake mistake, List<RouteFault> faults) {
        assertThat(faults)
                .extracting(RouteFault::toString)
                .containsExactlyElementsOf(mistake.told().stream()
                        .map(told -> "routes/" + told.replace("<version>", VERSION))
                        .toList());
    }

    /** A mistake in what is right otherwise, and what is told about it. */
    static Stream<Mistake> mistakesOfOnesOwn() {
        return Stream.of(
                mistake(
                        "right",
                        "type: java.util.concurrent.atomic.AtomicLong",
                        "type: java.util.concurrent.atomic.AtomicLog",
                        "right.camel.yaml:3: there is no class java.util.concurrent.atomic.AtomicLog. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "right",
                        "bean:counter?method=incrementAndGet",
                        "bean:counter?method=incrementAndGt",
                        "right.camel.yaml:112: the bean counter has no method incrementAndGt. Write incrementAndGet."),
                mistake(
                        "right",
                        "method: counter.get\n",
                        "method: countr.get\n",
                        "right.camel.yaml:127: there is no bean countr. Write counter."),
                mistake(
                        "right",
                        "routeTemplateRef: target",
                        "routeTemplateRef: targt",
                        "right.camel.yaml:56: there is no template targt. Write target."),
                mistake(
                        "right",
                        "      - name: place\n        value: north\n",
                        "",
                        "right.camel.yaml:56: the template target needs the parameter place. Write - name: place with its value: below parameters:."),
                mistake(
                        "right",
                        "    parameters:\n      - name: place\n      - name: every",
                        "    parameters:\n      - name: place\n      - name: must\n      - name: every",
                        "right.camel.yaml:57: the template target needs the parameter must. Write - name: must with its value: below parameters:."),
                mistake(
                        "right",
                        "aggregate.UseLatestAggregationStrategy",
                        "aggregate.UseLatestAggregationStrateg",
                        "right.camel.yaml:178: there is no class org.apache.camel.processor.aggregate.UseLatestAggregationStrateg. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "right",
                        "uri: kamelet:tick-source",
                        "uri: kamelet:tik-source",
                        "right.camel.yaml:251: there is no building block tik-source. Write tick-source."),
                mistake(
                        "right",
                        "name: call-action",
                        "name: call-actin",
                        "right.camel.yaml:239: there is no building block call-actin. Write call-action."),
                mistake(
                        "right",
                        "camera: \"${header.camera}\"",
                        "camra: x",
                        "right.camel.yaml:239: the building block call-action needs the parameter camera. Write camera: below parameters:.",
                        "right.camel.yaml:241: the building block call-action has no parameter camra. Write camera."),
                mistake(
                        "right",
                        "colour: red",
                        "color: red",
                        "right.camel.yaml:247: the building block call-action has no parameter color. Write colour."),
                mistake(
                        "right",
                        "exceptionType: java.lang.IllegalStateException",
                        "exceptionType: IllegalStateException",
                        "right.camel.yaml:226: there is no class IllegalStateException. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "right",
                        "maximumRedeliveries: 3",
                        "maximumRedeliveries: often",
                        "right.camel.yaml:17: maximumRedeliveries of redeliveryPolicy cannot be often. Write a number."),
                mistake(
                        "right",
                        "maximumRedeliveries: 3",
                        "maximumRedelivery: 3",
                        "right.camel.yaml:17: redeliveryPolicy has no member maximumRedelivery. Write maximumRedeliveries."),
                mistake(
                        "right",
                        "loggingLevel: warn",
                        "loggingLevel: wrn",
                        "right.camel.yaml:154: loggingLevel of log cannot be wrn. Write WARN."),
                mistake(
                        "right",
                        "convertBodyTo: byte[]",
                        "convertBodyTo: bytes",
                        "right.camel.yaml:230: there is no class bytes. Write its name with the package, or put its jar into lib/."),
                mistake(
                        "right",
                        "library: jackson",
                        "library: jakson",
                        "right.camel.yaml:215: library of json cannot be jakson. Write Jackson."),
                mistake(
                        "right",
                        "library: jackson",
                        "library: gson",
                        "right.camel.yaml:214: there is no data format json. It is one of Camel's: put the jar of camel-gson <version>, and of what it needs, into lib/."),
                mistake(
                        "right",
                        "toD: \"{{my.siren}}/",
                        "toD: \"{{my.sirn}}/",
                        "right.camel.yaml:100: {{my.sirn}} is set nowhere. Write my.sirn= with its value into application.properties."),
                mistake(
                        "right",
                        "id: a-step",
                        "id: right",
                        "right.camel.yaml:235: the id right is taken by the route at routes/right.camel.yaml:77. Give one of them another id."),
                mistake(
                        "right",
                        "uri: quartz\n    parameters:",
                        "uri: quartz:x?cron=1\n    parameters:",
                        "right.camel.yaml:69: options stand behind the address and below parameters:. Write all of them below parameters:."),
                mistake("right", "when:\n", "wen:\n", "right.camel.yaml:142: choice has no member wen. Write when."),
                mistake(
                        "right",
                        "        steps: []",
                        "        steps: {}",
                        "right.camel.yaml:149: steps must be a list. Begin each of its items with - ."),
                mistake(
                        "right",
                        "onFallback:",
                        "onFalback:",
                        "right.camel.yaml:159: circuitBreaker has no member onFalback. Write onFallback."),
                mistake(
                        "right",
                        "completionPredicate:\n              simple: \"${body} == 'end'\"",
                        "completionPredicate:\n              simple: \"${body} = 'end'\"",
                        "right.camel.yaml:182: the Simple expression ${body} = 'end' cannot be read: Unexpected token =. Close each ${ and quote, and write comparisons as ${variable.status} == 200."),
                mistake(
                        "right",
                        "precondition: \"'a' == 'a'\"",
                        "precondition: \"'a' ==\"",
                        "right.camel.yaml:81: the Simple expression 'a' == cannot be read: Unexpected token =. Close each ${ and quote, and write comparisons as ${variable.status} == 200."),
                mistake(
                        "right",
                        "- onException:\n    exception",
                        "- route:\n    from:\n      uri: timer:x\n      steps: []\n- onException:\n    exception",
                        "right.camel.yaml:15: onException stands after a route. Move it before the first - route: of the file."),
                mistake(
                        "right",
                        "pollEnrich:\n            simple:",
                        "pollEnrich:\n            cacheSize: x\n            simple:",
                        "right.camel.yaml:208: cacheSize of pollEnrich cannot be x. Write a number."),
                mistake(
                        "right",
                        "toD: \"${header.to}\"",
                        "toD: \"${haeder.to}\"",
                        "right.camel.yaml:99: Simple has no function ${haeder.to}. Write ${header.to}."),
                mistake(
                        "right",
                        "bean: counter",
                        "bean: contr",
                        "right.camel.yaml:123: there is no bean contr. Write counter."),
                mistake(
                        "right",
                        "constant: direct:north-in",
                        "constant: direct:nowhere",
                        "right.camel.yaml:205: it calls direct:nowhere, and no route is from there. Correct the address, or write a route for it."),
                mistake(
                        "right",
                        "routeConfigurationId: mi*,delivery",
                        "routeConfigurationId: mi*,delivery,nin",
                        "right.camel.yaml:79: there is no routeConfiguration nin. Write a routeConfiguration with this id, or name one of delivery, event-server, intake, mail, mine, reading, supervision."),
                mistake(
                        "right",
                        "removeHeader: one",
                        "removeHeadr: one",
                        "right.camel.yaml:228: there is no step removeHeadr. Write removeHeader."),
                mistake(
                        "right",
                        "    - stop: {}",
                        "    - stop: {}\n              - ",
                        "right.camel.yaml:47: a step is missing after the -. Write one, such as to: or setBody:, or take the - away."),
                mistake(
                        "right",
                        "id: a-step\n",
                        "id: a-step\n            id: b-step\n",
                        "right.camel.yaml:236: step has id twice. Keep one."),
                mistake(
                        "right",
                        "    - to: \"direct:{{place}}-in\"",
                        "    - to: \"direct:{{place}}-out\"",
                        "right.camel.yaml:42: it calls direct:north-out, and no route is from there. Write direct:north-in, or a route for it."),
                mistake(
                        "right",
                        "value: north-in",
                        "value: south-in",
                        "right.camel.yaml:42: it calls direct:north-in, and no route is from there. Write direct:south-in, or a route for it."));
    }

    @ParameterizedTest
    @MethodSource("mistakesOfOnesOwn")
    void isNamedInFilesOfOnesOwn(Mistake mistake) {
        List<RouteFile> files = right();
        edit(files, mistake);
        told(mistake, faults(files));
    }

    /** What is right, in one file; and building blocks that it uses. */
    private static final String RIGHT = """
            - beans:
                - name: counter
                  type: java.util.concurrent.atomic.AtomicLong
                - name: clock
                  type: java.time.Clock
                  factoryMethod: systemUTC
                - name: scripted
                  type: "#class:java.lang.Object"
                  scriptLanguage: groovy
                  script: "new Object()"
            - onException:
                exception:
                  - java.lang.IllegalStateException
                handled:
                  simple: "${exception.message} contains 'x'"
                redeliveryPolicy:
                  maximumRedeliveries: 3
                  redeliveryDelay: "{{my.delay:1000}}"
                steps:
                  - log: "${exception.message}"
            - routeConfiguration:
                id: mine
                onException:
                  - onException:
                      exception:
                        - java.net.ConnectException
                      continued:
                        constant: "true"
            - routeTemplate:
                id: target
                parameters:
                  - name: place
                  - name: every
                    defaultValue: 5s
                  - name: note
                    required: false
                from:
                  uri: "timer:{{place}}?period={{every}}"
                  steps:
                    - setBody:
                        simple: "{{place}} {{extra}} ${body}"
                    - to: "direct:{{place}}-in"
                    - filter:
                        simple: "{{place}}"
                        steps:
                          - stop: {}
            - routeTemplate:
                id: listener
                parameters:
                  - name: place
                from:
                  uri: "direct:{{place}}"
                  steps:
                    - to: log:x
            - templatedRoute:
                routeTemplateRef: target
                routeId: north
                parameters:
                  - name: place
                    value: north
                  - name: extra
                    value: more
            - templatedRoute:
                routeTemplateRef: listener
                parameters:
                  - name: place
                    value: north-in
            - from:
                uri: quartz
                parameters:
                  trigger-name: x
                  trigger.timeZone: UTC
                  cron: 0/5 * * * * ?
                steps:
                  - to: direct:north-in
            - route:
                id: right
                description: "Says {{nothing}} of import: ${nor.here}."
                routeConfigurationId: mi*,delivery
                autoStartup: "{{my.on:true}}"
                precondition: "'a' == 'a'"
                from:
                  uri: timer:right
                  parameters:
                    period: "{{my.period:5000}}"
                    repeat-count: "{{?my.count}}"
                    delay: "{{env:NO_SUCH_VARIABLE:10}}"
                    bridgeErrorHandler: "{{my.bridge:true}}"
                  steps:
                    - setHeaders:
                        headers:
                          - name: one
                            constant: "1"
                          - name: "${header.two}"
                            expression:
                              simple:
                                expression: "${header.one}"
                                resultType: int
                    - toD: "${header.to}"
                    - toD: "{{my.siren}}/${body}?a=${header.b}&c=d"
                    - toD:
                        uri: "http://{{my.host:localhost}}/x"
                        parameters:
                          any: "${header.y}"
                          throwExceptionOnFailure: "false"
                          httpMethod: POST
                          sslContextParameters: "#trust-main"
                    - to: "{{my.siren}}?whatever=1"
                    - to: "file:out?fileName=${date:now:yyyyMMdd}.txt&fileExist=Append"
                    - to: "log:right?showAll=true&level=debug"
                    - to: "bean:own?method=add(${body})"
                    - to: bean:counter?method=incrementAndGet
                    - to: bean:scripted?method=whatever
                    - to: bean:clock?method=millis
                    - to: bean:java.util.ArrayList?method=size
                    - to: class:java.util.ArrayList?method=size
                    - bean:
                        beanType: java.util.ArrayList
                        method: size
                    - bean:
                        ref: counter
                        method: addAndGet(${header.one})
                    - bean: counter
                    - setBody:
                        method: counter?method=get
                    - setBody:
                        method: counter.get
                    - setBody:
                        language:
                          language: simple
                          expression: "${body}"
                    - setBody:
                        tokenize: ","
                    - setBody:
                        simple: |
                          { "a": { "b": "${body}" },
                            "c": "${properties:my.siren}" }
                    - setBody:
                        constant:
                          expression: '{"a":{"b":1}}'
                    - choice:
                        when:
                          - simple: "${body} == null && ${header.a} > 5 || ${body} regex '\\\\d+'"
                            steps:
                              - stop: {}
                          - method:
                              ref: counter
                              method: get
                            steps: []
                        otherwise:
                          steps:
                            - log:
                                message: "text"
                                loggingLevel: warn
                                logger: "#own"
                    - circuitBreaker:
                        steps:
                          - to: direct:alarm
                        onFallback:
                          steps:
                            - log: fallen
                    - doTry:
                        steps:
                          - to: direct:north-in
                        doCatch:
                          - exception:
                              - java.io.IOException
                            onWhen:
                              simple: "${exception.message} contains 'x'"
                            steps:
                              - log: caught
                        doFinally:
                          steps:
                            - log: at last
                    - aggregate:
                        correlationExpression:
                          constant: "true"
                        aggregationStrategy: "#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy"
                        completionSize: 5
                        completionTimeout: "500"
                        completionPredicate:
                          simple: "${body} == 'end'"
                        steps:
                          - log: all
                    - split:
                        tokenize:
                          token: ","
                        parallelProcessing: true
                        executorService: "#siteThreads"
                        steps:
                          - log: one
                    - loop:
                        constant: "3"
                        steps:
                          - delay:
                              constant: "10"
                    - multicast:
                        aggregationStrategy: own
                        steps:
                          - to: direct:north-in
                    - recipientList:
                        simple: "direct:north-in,${header.more}"
                        delimiter: ","
                    - enrich:
                        constant: direct:north-in
                        aggregationStrategy: "#own"
                    - pollEnrich:
                        simple: "file:in?fileName=${body}"
                        timeout: "100"
                    - throttle:
                        constant: "3"
                        timePeriodMillis: "1000"
                    - marshal:
                        json:
                          library: jackson
                          prettyPrint: "true"
                    - unmarshal:
                        json: {}
                    - sort:
                        simple: "${body}"
                    - transform:
                        simple: "${body}"
                    - validate:
                        simple: "${body} != null"
                    - throwException:
                        exceptionType: java.lang.IllegalStateException
                        message: "no ${body}"
                    - removeHeader: one
                    - removeHeaders: "Camel*"
                    - convertBodyTo: byte[]
                    - convertBodyTo:
                        type: String
                    - setExchangePattern: InOnly
                    - step:
                        id: a-step
                        steps:
                          - log: x
                    - kamelet:
                        name: call-action
                        parameters:
                          camera: "${header.camera}"
                    - kamelet: call-action?camera=x
                    - to:
                        uri: kamelet:call-action/some-id
                        parameters:
                          camera: x
                          colour: red
            - route:
                id: blocks
                from:
                  uri: kamelet:tick-source
                  steps:
                    - to: kamelet:wide-sink
                    - to: bean:foreign?method=whatever
            """;

    private static final RouteFile ACTION = new RouteFile("kamelets/call-action.kamelet.yaml", """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: call-action
              labels:
                camel.apache.org/kamelet.type: action
            spec:
              definition:
                title: "Calls {{anything}}"
                type: object
                required:
                  - camera
                  - verb
                properties:
                  camera:
                    title: Camera
                    type: string
                  verb:
                    type: string
                    default: POST
                  colour:
                    type: string
              dependencies:
                - camel:http
              template:
                beans:
                  - name: list
                    type: "#class:java.util.ArrayList"
                from:
                  uri: kamelet:source
                  steps:
                    - setHeader:
                        name: CamelHttpMethod
                        constant: "{{verb}}"
                    - setHeader:
                        name: colour
                        constant: "{{?colour}}"
                    - setHeader:
                        name: siren
                        constant: "{{my.siren}}"
                    - toD: "http://x/{{camera}}/${body}"
                    - bean:
                        ref: "{{list}}"
                        method: size
            """);

    private static final RouteFile SOURCE = new RouteFile("kamelets/tick-source.kamelet.yaml", """
            metadata:
              name: tick-source
            spec:
              definition:
                properties:
                  period:
                    default: 1000
              template:
                from:
                  uri: timer:tick
                  parameters:
                    period: "{{period}}"
                  steps:
                    - to: kamelet:sink
            """);

    private static final RouteFile SINK = new RouteFile("kamelets/wide-sink.kamelet.yaml", """
            metadata:
              name: wide-sink
            spec:
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - to: log:sink
            """);

    @Test
    void whatIsRightIsNotRefused() {
        assertThat(faults(right())).isEmpty();
    }

    private static List<RouteFile> right() {
        List<RouteFile> files = shipped();
        files.add(new RouteFile("right.camel.yaml", RIGHT));
        files.add(ACTION);
        files.add(SOURCE);
        files.add(SINK);
        return files;
    }

    private static List<String> places(List<RouteFault> faults) {
        return faults.stream().map(fault -> fault.file() + ":" + fault.line()).toList();
    }

    @Test
    void whatTheIntegratorsJarsBringIsThere() throws Exception {
        Path service = folder.resolve("META-INF/services/org/apache/camel/component/siren");
        Files.createDirectories(service.getParent());
        Files.writeString(service, "class=org.apache.camel.component.direct.DirectComponent");
        List<RouteFile> files = shipped();
        edit(files, mistake("store-alarm", "- to: journal", "- to: siren:loud?any=1\n        - to: journal"));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (var jar = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(jar);
            assertThat(faults(files)).isEmpty();
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(faults(files)).hasSize(1);
    }

    @Test
    void severalMistakesInSeveralFilesAreAllNamed() {
        List<RouteFile> files = shipped();
        edit(files, mistake("store-alarm", "ref: alarmMail", "ref: alarmMial"));
        edit(files, mistake("store-alarm", "constant: event", "constnt: event"));
        edit(files, mistake("store-alarm", "${variable.isRaised}", "${variabel.isRaised}"));
        edit(files, mistake("store-alarm", "uri: bean:alarmMail?method=wanted", "uri: bean:alarmMail?method=wnted"));
        edit(files, mistake("fetch-picture", "- setHeader:", "- setHeadr:"));
        edit(files, mistake("fetch-picture", "ref: pictures", "ref: picture"));
        edit(files, mistake("send-mail", "uri: journal:mail.*", "uri: \"journal:mail.*"));
        edit(files, mistake("match-camera", "breaker: false", "breaker: maybe"));
        edit(files, mistake("match-camera", "whenLate: direct", "whenLat: direct"));
        assertThat(places(faults(files)))
                .containsExactly(
                        "fetch-picture.camel.yaml:7",
                        "fetch-picture.camel.yaml:23",
                        "match-camera.camel.yaml:7",
                        "match-camera.camel.yaml:8",
                        "send-mail.camel.yaml:6",
                        "store-alarm.camel.yaml:8",
                        "store-alarm.camel.yaml:12",
                        "store-alarm.camel.yaml:17",
                        "store-alarm.camel.yaml:23");
    }

    @Test
    void whatAnUnreadableFileDeclaresIsNobodyElsesFault() {
        for (String name : List.of("faults", "read-site", "refresh-site", "receive-alarm")) {
            List<RouteFile> files = shipped();
            edit(files, mistake(name, "\n- route", "\n\t- route"));
            assertThat(faults(files)).hasSize(1).extracting(RouteFault::file).containsExactly(name + ".camel.yaml");
        }
    }

    @Test
    void anEmptyFileAndOneThatIsNoListAreNamed() {
        List<RouteFile> files = shipped();
        files.add(new RouteFile("empty.camel.yaml", "# nothing yet\n"));
        files.add(new RouteFile("none.camel.yaml", ""));
        files.add(new RouteFile("odd.camel.yaml", "route:\n  id: odd\n"));
        files.add(new RouteFile("latin.camel.yaml", "- route:\n    id: T\uFFFDr\n"));
        assertThat(faults(files))
                .extracting(RouteFault::toString)
                .containsExactly(
                        "routes/empty.camel.yaml:1: the file is empty. Write a route that begins with - route:, or take the file away.",
                        "routes/latin.camel.yaml:2: a letter on this line is not in UTF-8. Write it anew and save the file as UTF-8.",
                        "routes/none.camel.yaml:1: the file is empty. Write a route that begins with - route:, or take the file away.",
                        "routes/odd.camel.yaml:1: the file is no list of routes. Begin each with - as in - route:.");
    }

    @Test
    void aFileThatIsGoneIsNamedWhereItIsCalled() {
        List<RouteFile> files = shipped();
        files.removeIf(file ->
                file.name().equals("store-alarm.camel.yaml") || file.name().startsWith("supervise"));
        assertThat(faults(files))
                .extracting(RouteFault::toString)
                .containsExactly(
                        "routes/match-camera.camel.yaml:13: it calls direct:store-alarm, and no route is from there. Bring back routes/store-alarm.camel.yaml, which has it.",
                        "routes/supervise.camel.yaml: the connector itself runs the route supervise, and none has this id. Bring back routes/supervise.camel.yaml, which has it.");
    }

    @Test
    void idsAndAddressesAreThereOnceInAllFiles() {
        List<RouteFile> files = shipped();
        files.add(
                new RouteFile(
                        "twin.camel.yaml",
                        "- route:\n    id: find-site\n    from:\n      uri: direct:store-alarm\n      steps:\n        - stop: {}\n"));
        assertThat(faults(files))
                .extracting(RouteFault::toString)
                .containsExactly(
                        "routes/twin.camel.yaml:2: the id find-site is taken by the route at routes/read-site.camel.yaml:24. Give one of them another id.",
                        "routes/twin.camel.yaml:4: the route is from direct:store-alarm, as the one at routes/store-alarm.camel.yaml:5. Give one of them another address, or take it away.");
    }

    /** Two readers of a queue would share its alarms. */
    @Test
    void aQueueHasOneRouteHoweverItIsNamed() {
        List<RouteFile> files = shipped();
        files.add(
                new RouteFile(
                        "siren.camel.yaml",
                        "- route:\n    id: siren\n    from:\n      uri: journal:event.main\n      steps:\n        - stop: {}\n"));
        files.add(new RouteFile("made.camel.yaml", """
                        - routeTemplate:
                            id: made
                            parameters:
                              - name: queue
                            from:
                              uri: "journal:{{queue}}.*"
                              steps:
                                - stop: {}
                        - templatedRoute:
                            routeTemplateRef: made
                            routeId: one
                            parameters:
                              - name: queue
                                value: mail
                        """));
        assertThat(faults(files))
                .extracting(RouteFault::toString)
                .containsExactly(
                        "routes/made.camel.yaml:6: the route is from journal:mail.*, as the one at routes/send-mail.camel.yaml:6. Give one of them another address, or take it away.",
                        "routes/siren.camel.yaml:4: the route is from journal:event.main, as the one at routes/trigger-event.camel.yaml:6, which is from journal:event.*. Give one of them another address, or take it away.");
    }

    @Test
    void whatCannotBeTakenBackOrServedIsRefused() {
        List<RouteFile> files = shipped();
        files.add(new RouteFile("odd.camel.yaml", """
                - interceptSendToEndpoint:
                    uri: direct:store-alarm
                    steps:
                      - log: "sent"
                - rest:
                    path: /door
                    post:
                      - to: direct:store-alarm
                """));
        assertThat(faults(files))
                .extracting(RouteFault::toString)
                .containsExactly(
                        "routes/odd.camel.yaml:1: interceptSendToEndpoint cannot be taken back while the connector runs. Write its steps before the to: that it is for.",
                        "routes/odd.camel.yaml:5: nothing here serves rest:. Write a route from platform-http:/ and the path.");
    }

    /** What is stored otherwise than as shipped, or where only an alarm shows where it goes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "- to: journal:held.*",
                "- to: kamelet:alarm-store-action?queue=event.*",
                "- toD: \"journal:${variable.channels}.*\"",
                "- toD: \"direct:${variable.channels}\"",
                "- recipientList: { simple: \"direct:keep-it,direct:alarm\" }",
                "- enrich: { simple: \"direct:${variable.channels}\" }"
            })
    void alarmsMayBeStoredInAnotherWay(String step) {
        List<RouteFile> files = shipped();
        edit(files, mistake("store-alarm", "- to: journal:event.*,alarm.*,mail.*", step));
        files.add(new RouteFile(
                "held.camel.yaml",
                "- route:\n    id: held\n    from:\n      uri: journal:held.*\n      steps:\n        - stop: {}\n"));
        assertThat(faults(files)).extracting(RouteFault::toString).noneMatch(fault -> fault.contains("no step stores"));
    }

    @Test
    void aPathWithAStarIsNoQueue() {
        List<RouteFile> files = shipped();
        for (String path : List.of("*", "axis")) {
            String id = path.equals("*") ? "all" : path;
            files.add(new RouteFile(
                    id + ".camel.yaml",
                    "- route:\n    id: " + id + "\n    from:\n      uri: platform-http:/hooks/" + path
                            + "\n      steps:\n        - stop: {}\n"));
        }
        assertThat(faults(files)).isEmpty();
    }

    /** Visual editors write the name of an address below its parameters. */
    @Test
    void anAddressInPartsIsTheSame() {
        List<RouteFile> files = shipped();
        files.replaceAll(file -> file.name().equals("store-alarm.camel.yaml")
                ? new RouteFile(
                        file.name(),
                        file.text()
                                .replace(
                                        "      uri: direct:store-alarm\n",
                                        "      uri: direct\n      parameters:\n        name: store-alarm\n"))
                : file);
        assertThat(faults(files)).isEmpty();
    }

    @Test
    void mistakesInBuildingBlocksAreNamed() {
        List<RouteFile> files = right();
        files.replaceAll(file -> new RouteFile(
                file.name(),
                file.text()
                        .replace("name: call-action\n  labels", "name: call-actions\n  labels")
                        .replace("constant: \"{{verb}}\"", "constant: \"{{vreb}}\"")
                        .replace("uri: timer:tick\n", "uri: timr:tick\n")
                        .replace("- to: log:sink", "- too: log:sink")));
        files.add(new RouteFile("kamelets/none.kamelet.yaml", "metadata:\n  name: none\n"));
        assertThat(faults(files))
                .extracting(RouteFault::toString)
                .containsExactly(
                        "routes/kamelets/call-action.kamelet.yaml:4: the building block calls itself call-actions, not as its file is called. Write call-action below metadata:, at name:.",
                        "routes/kamelets/call-action.kamelet.yaml:34: {{vreb}} is set nowhere. Write vreb= with its value into application.properties.",
                        "routes/kamelets/none.kamelet.yaml:1: the building block has no route. Write it below spec: and template:, beginning with from:.",
                        "routes/kamelets/tick-source.kamelet.yaml:10: there is no component timr. Write timer.",
                        "routes/kamelets/wide-sink.kamelet.yaml:8: there is no step too. Write to.");
    }

    @Test
    void withoutSettingsTheRoutesAreCheckedAllTheSame() {
        List<RouteFile> files = shipped();
        edit(files, mistake("store-alarm", "journal:event.*", "journal:event.gate"));
        edit(files, mistake("store-alarm", "constant: event", "constant: \"{{my.channel}}\""));
        edit(files, mistake("fetch-picture", "ref: pictures", "ref: picture"));
        var check = new RouteCheck(new OfflineRooms(Optional.empty(), List.of()), List.of(), new RouteFolder(folder));
        assertThat(places(check.faults(files))).containsExactly("fetch-picture.camel.yaml:23");
    }

    /** Told in a schema of its own, since Camel makes none for it. */
    @Test
    void theQueuesOptionsAreThoseThatCanBeSet() throws Exception {
        var told = new HashSet<String>();
        try (var schema = RouteCheckTest.class.getResourceAsStream("/META-INF/ualarm/journal/journal.json")) {
            new ObjectMapper().readTree(schema).path("properties").fieldNames().forEachRemaining(told::add);
        }
        told.remove("queue");
        assertThat(Stream.of(Class.forName("ualarm.journal.JournalEndpoint").getDeclaredMethods())
                        .map(Method::getName)
                        .filter(name -> name.startsWith("set"))
                        .map(name -> name.substring(3, 4).toLowerCase() + name.substring(4)))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(told).contains(option));
        assertThat(told).hasSize(10);
    }
}
