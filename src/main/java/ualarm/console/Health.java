package ualarm.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import ualarm.journal.Journal;
import ualarm.milestone.SiteStates;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Health checks for monitoring: the journal, the routes, the sites (docs/monitoring). */
public final class Health {

    private Health() {}

    /**
     * Down when alarms cannot be stored: readiness, because a sender is then told to try again.
     *
     * @param journal the journal, once it is open
     * @return the check
     */
    public static AbstractHealthCheck journal(Supplier<Journal> journal) {
        return new AbstractHealthCheck("ualarm", "journal") {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                if (journal.get().isWritable()) {
                    builder.up();
                } else {
                    builder.message("The journal cannot store alarms: the disk is full, or the journal has stopped.")
                            .down();
                }
            }

            @Override
            public boolean isLiveness() {
                return false;
            }
        };
    }

    /**
     * Down when a route that was there at the start does not run.
     *
     * @param camel where the routes are
     * @param expected the ids of the routes that were there at the start
     * @return the check
     */
    public static AbstractHealthCheck routes(CamelContext camel, Supplier<List<String>> expected) {
        return new AbstractHealthCheck("ualarm", "expected-routes") {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                List<String> stopped = expected.get().stream()
                        .filter(id -> !isRunning(camel, id))
                        .toList();
                if (stopped.isEmpty()) {
                    builder.up();
                } else {
                    builder.message("These routes do not run: " + stopped + ". Restart the connector.")
                            .down();
                }
            }

            @Override
            public boolean isLiveness() {
                return false;
            }
        };
    }

    private static boolean isRunning(CamelContext camel, String id) {
        Route route = camel.getRoute(id);
        return route != null && camel.getRouteController().getRouteStatus(id) == ServiceStatus.Started;
    }

    /**
     * Down when a site's XProtect cannot be reached for longer than its alarms may wait before they are mailed. Neither readiness nor
     * liveness: alarms are taken all the same, and a restart would not help.
     *
     * @param sites all sites
     * @param states know which cannot be reached
     * @return the check
     */
    public static AbstractHealthCheck sites(Sites sites, SiteStates states) {
        return new AbstractHealthCheck("ualarm", "sites") {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                builder.up();
                for (Site site : sites.all()) {
                    SiteStates.State state = states.of(site);
                    Duration limit = site.mail().fallbackAfter();
                    boolean isOut = state.unreadSince()
                            .filter(since -> since.plus(limit).isBefore(Instant.now()))
                            .isPresent();
                    if (isOut) {
                        builder.detail(site.name(), state.trouble())
                                .message(site.name() + ": " + state.trouble())
                                .down();
                    }
                }
            }

            @Override
            public boolean isLiveness() {
                return false;
            }

            @Override
            public boolean isReadiness() {
                return false;
            }
        };
    }
}
