package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import ualarm.console.StateLog;

/** What docs/monitoring gives to monitoring stations: alert rules, dashboard, and the log's lines for each change of a state. */
class MonitoringTest {

    private static final Path MONITORING = Path.of("docs/monitoring").toAbsolutePath();
    private static final Pattern METRIC = Pattern.compile("\\bualarm_[a-z_]+");
    private static final Duration SOON = Duration.ofSeconds(30);

    private static String promtool(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command)
                    .directory(MONITORING.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() + " " + said;
        } catch (java.io.IOException e) {
            assumeTrue(false, "Debian's prometheus, which has promtool, is not installed");
            return "";
        }
    }

    @Test
    void eachAlertRuleFiresWhenItShouldAndNotBefore() throws Exception {
        assertThat(promtool("check", "rules", "alerts.yml")).startsWith("0");
        assertThat(promtool("test", "rules", "alerts.test.yml")).startsWith("0");
        String tested = Files.readString(MONITORING.resolve("alerts.test.yml"));
        assertThat(Files.readString(MONITORING.resolve("alerts.yml")).lines())
                .filteredOn(line -> line.contains("- alert:"))
                .allSatisfy(line -> assertThat(tested).contains("alertname: " + line.split(": ")[1]));
    }

    private static JsonNode dashboard() throws Exception {
        return new ObjectMapper().readTree(MONITORING.resolve("dashboard.json").toFile());
    }

    private static List<String> questions() throws Exception {
        return dashboard().findValuesAsText("expr");
    }

    @Test
    void theDashboardsQuestionsCanBeAsked(@TempDir Path folder) throws Exception {
        String rules = questions().stream()
                .map(question -> "  - record: a:b\n    expr: '" + question + "'\n")
                .collect(Collectors.joining("", "groups:\n- name: a\n  rules:\n", ""));
        Path file = Files.writeString(folder.resolve("rules.yml"), rules);
        assertThat(promtool("check", "rules", "--lint=none", file.toString())).startsWith("0");
    }

    /** What Grafana asks of a dashboard's file: a Grafana itself could not be had. */
    @Test
    void theDashboardIsOneForManyConnectors() throws Exception {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.path("uid").asText()).isNotEmpty();
        assertThat(dashboard.path("schemaVersion").asInt()).isPositive();
        assertThat(dashboard.path("templating").path("list").findValuesAsText("name"))
                .contains("datasource", "instance", "site");
        assertThat(dashboard.path("panels")).allSatisfy(panel -> {
            assertThat(panel.path("type").asText()).isIn("timeseries", "stat");
            assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.path("gridPos").path("x").asInt()
                            + panel.path("gridPos").path("w").asInt())
                    .isBetween(1, 24);
        });
        assertThat(dashboard.path("panels").findValuesAsText("id")).doesNotHaveDuplicates();
        assertThat(questions()).allSatisfy(question -> assertThat(question).contains("instance=~\"$instance\""));
    }

    private static String metrics(Rig rig) {
        return rig.send(rig.console("/observe/metrics").GET()).body();
    }

    @Test
    void theConnectorHasEachMetricThatRulesAndDashboardAskFor() throws Exception {
        try (var rig = Rig.corporate()) {
            rig.alarm("1", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> metrics(rig).contains("ualarm_site_running{site=\"main\"} 1"));
            // Some have a reason, and are there when there was one.
            rig.post("{");
            rig.xprotect().breakDown(503);
            rig.alarm("2", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> metrics(rig).contains("ualarm_retries_total{"));
            String metrics = metrics(rig);
            String asked = questions() + Files.readString(MONITORING.resolve("alerts.yml"));
            assertThat(METRIC.matcher(asked)
                            .results()
                            .map(found -> found.group().replaceFirst("_bucket$", "")))
                    .allSatisfy(metric -> assertThat(metrics).contains("# TYPE " + metric + " "));
        }
    }

    @Test
    void eachChangeOfAStateIsALineThatAProgramCanRead() throws Exception {
        Queue<JsonNode> lines = new ConcurrentLinkedQueue<>();
        var json = new JsonEncoder();
        json.start();
        var appender = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(ILoggingEvent event) {
                try {
                    lines.add(new ObjectMapper().readTree(json.encode(event)));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        };
        appender.start();
        var logger = (Logger) LoggerFactory.getLogger("ualarm.state");
        logger.addAppender(appender);
        try (var rig = Rig.corporate()) {
            await().atMost(SOON).until(() -> rig.log().contains("site main: pending -> running"));
            rig.change("POST", "/api/sites/main/stop", "");
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(lines)
                                    .anySatisfy(
                                            line -> assertThat(
                                                            line.path("kvpList").toString())
                                                    .isEqualTo(
                                                            "[{\"subject\":\"site\"},{\"name\":\"main\"},{\"from\":\"running\"},{\"to\":\"stopped\"},"
                                                                    + "{\"reason\":\"Its delivery was stopped by hand. Alarms are kept until it is started again.\"}]")));
            assertThat(rig.log()).contains("site main: running -> stopped: Its delivery was stopped by hand.");
            rig.change("POST", "/api/sites/main/start", "");
            await().atMost(SOON).until(() -> rig.log().contains("site main: stopped -> running"));
            assertThat(rig.log()).contains("connector connector: stopped -> running");
            StateLog.changed("running", new StateLog.Standing("routes", "a.camel.yaml", "rejected", "why"));
            assertThat(rig.log()).contains("routes a.camel.yaml: running -> rejected: why");
        } finally {
            logger.detachAppender(appender);
        }
    }
}
