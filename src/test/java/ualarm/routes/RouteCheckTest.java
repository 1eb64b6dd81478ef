package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                          sslContextParameters: "#own"
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
        List<RouteFile> files = shipped();
        files.add(new RouteFile("right.camel.yaml", RIGHT));
        files.add(ACTION);
        files.add(SOURCE);
        files.add(SINK);
        assertThat(faults(files)).isEmpty();
    }
}
