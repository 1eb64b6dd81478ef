package ualarm.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import ualarm.alarm.SteadyClock;
import ualarm.journal.Journal;
import ualarm.milestone.SiteStates;
import ualarm.routes.RouteFault;
import ualarm.routes.RouteState;
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
     * Down when a route does not run: readiness, because alarms may not come to where they should.
     *
     * @param states how each file of routes stands
     * @return the check
     */
    public static AbstractHealthCheck stoppedRoutes(Supplier<List<RouteState>> states) {
        return new AbstractHealthCheck("ualarm", "stopped-routes") {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                List<String> stopped = states.get().stream()
                        .filter(state -> state.state() == RouteState.State.STOPPED)
                        .map(state -> "routes/" + state.file())
                        .toList();
                if (stopped.isEmpty()) {
                    builder.up();
                } else {
                    builder.message("Routes of these files do not run: " + String.join(", ", stopped)
                                    + ". Restart the connector.")
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
     * Down when an edit of a file of routes is refused, or one of its routes does not run. Neither readiness nor liveness: what ran before
     * goes on, and a restart would not help.
     *
     * @param states how each file of routes stands
     * @return the check
     */
    public static AbstractHealthCheck routes(Supplier<List<RouteState>> states) {
        return new AbstractHealthCheck("ualarm", "routes") {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                builder.up();
                states.get().stream()
                        .filter(state -> state.state() != RouteState.State.RUNNING)
                        .forEach(state -> {
                            String why = state.error()
                                    .map(RouteFault::toString)
                                    .orElse("routes/" + state.file() + ": a route of it does not run.");
                            builder.detail(state.file(), why).message(why).down();
                        });
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
                            .filter(since -> since.plus(limit).isBefore(SteadyClock.PROCESS.instant()))
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
