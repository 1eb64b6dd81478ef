package ualarm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ualarm.mail.MailRelay;
import ualarm.site.Settings;

/** Camel's own settings, as the connector wants them; an installer's {@code camel.*} come last. */
final class CamelSettings {

    /** An endpoint for each gateway and event server of each site; above Camel's own limit they would be made anew each time. */
    private static final String MOST_ENDPOINTS = "10000";

    private CamelSettings() {}

    /**
     * @param settings the connector's settings
     * @return property to value
     */
    static Map<String, String> of(Settings settings) {
        var properties = new LinkedHashMap<String, String>();
        properties.put("camel.main.name", "ualarm-milestone-connector");
        properties.put("camel.main.shutdown-timeout", "20");
        properties.put("camel.main.jmx-enabled", "false");
        properties.put("camel.main.stream-caching-enabled", "false");
        properties.put("camel.main.global-options[CamelMaximumEndpointCacheSize]", MOST_ENDPOINTS);
        // Loggers below ualarm are written; a step log that names none is to be seen.
        properties.put("camel.main.log-name", "ualarm.${routeId}");
        // The routes are read when Camel has started.
        properties.put("camel.main.routes-collector-enabled", "false");
        // Several connectors in one process would share a scheduler of the usual name.
        properties.put(
                "camel.component.quartz.properties[org.quartz.scheduler.instanceName]",
                "ualarm-" + settings.console().port());
        properties.put("camel.component.quartz.properties[org.quartz.threadPool.threadCount]", "2");
        // The processors are the alarm port's first; XProtect is asked when it is open.
        properties.put("camel.component.quartz.auto-start-scheduler", "false");
        // Its routes have stopped by then; else it waits for its idle threads, which look up twice a second.
        properties.put("camel.component.quartz.interrupt-jobs-on-shutdown", "true");
        // Camel would wait for minutes, or for ever: a far end that does not answer must not keep what calls it.
        for (String component : List.of("http", "https")) {
            properties.put("camel.component." + component + ".connect-timeout", "3000");
            properties.put("camel.component." + component + ".response-timeout", "10000");
        }
        properties.put("mail.relay", MailRelay.endpoint(settings.relay()));
        properties.put("mail.every", String.valueOf(settings.mailStyle().every()));
        properties.put("mail.login", loginService(settings.relay().oauth()));
        properties.put("camel.management.enabled", "true");
        properties.put("camel.management.host", settings.console().host());
        properties.put(
                "camel.management.port", String.valueOf(settings.console().port()));
        properties.put("camel.management.health-check-enabled", "true");
        properties.put("camel.management.metrics-enabled", "true");
        properties.put("camel.health.exposure-level", "full");
        // Camel's own counts of each exchange would cost more than the deliveries; ours say what matters.
        properties.put("camel.metrics.enabled", "true");
        properties.put("camel.metrics.enable-route-policy", "false");
        properties.put("camel.metrics.enable-message-history", "false");
        properties.put("camel.metrics.enable-exchange-event-notifier", "false");
        properties.put("camel.metrics.enable-route-event-notifier", "false");
        properties.putAll(settings.others());
        properties.values().removeIf(String::isEmpty);
        return properties;
    }

    private static String loginService(Settings.OAuth oauth) {
        return (oauth.tokenUrl().isEmpty() ? "http://localhost" : oauth.tokenUrl())
                + "?connectTimeout=3000&responseTimeout=10000&throwExceptionOnFailure=false&copyHeaders=false"
                + "&httpClientConfigurer=#httpLimits";
    }
}
