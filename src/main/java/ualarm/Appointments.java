package ualarm;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.listeners.TriggerListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.SteadyClock;

/**
 * Has a route that is from {@code quartz:} run at the time when something is due for it. A route has one appointment, the earliest;
 * when it comes, the route makes the next.
 */
final class Appointments {

    private static final Logger LOG = LoggerFactory.getLogger(Appointments.class);

    private static final TimeZone UTC = TimeZone.getTimeZone(ZoneOffset.UTC);

    /** Camel passes over a run that comes a millisecond before its trigger's start, as Quartz' do; a cron's start is long over. */
    private static final DateTimeFormatter CRON =
            DateTimeFormatter.ofPattern("s m H d M '?' uuuu").withZone(ZoneOffset.UTC);

    /** Longer than any request that a route makes. */
    private static final Duration LONGEST_RUN = Duration.ofSeconds(90);

    private static final int MOST_TRIGGERS = 100;

    private record Appointment(TriggerKey trigger, Instant time) {}

    private final CamelContext camel;
    private final Map<String, Appointment> next = new HashMap<>();

    /** The routes that are being exchanged, by id. */
    private final Map<String, Route> leaving = new HashMap<>();

    /** The ids of those of them that had to run meanwhile. */
    private final Set<String> putOff = new HashSet<>();

    /** How many runs of a job are under way. */
    private final Map<JobKey, Integer> running = new HashMap<>();

    private final Set<String> known = new HashSet<>();
    private long count;

    /** @param camel has the routes, once it has started */
    Appointments(CamelContext camel) {
        this.camel = camel;
    }

    /**
     * Lets nothing run of a route that is being exchanged: for one that has gone, Camel would make an endpoint anew, which the one that comes would
     * share or find in its way; then nothing would ever run it.
     */
    private final class Watchman extends TriggerListenerSupport {

        @Override
        public String getName() {
            return "appointments";
        }

        @Override
        public boolean vetoJobExecution(Trigger trigger, JobExecutionContext run) {
            return !mayRun(trigger.getJobKey(), trigger.getKey());
        }

        @Override
        public void triggerComplete(
                Trigger trigger, JobExecutionContext run, Trigger.CompletedExecutionInstruction instruction) {
            hasRun(trigger.getJobKey());
        }
    }

    /** One that has come may run before all others have: an integrator's that runs once is not asked again. */
    private synchronized boolean mayRun(JobKey job, TriggerKey trigger) {
        // Quartz may keep it a moment before its time, which the next must not take for a time to come.
        next.values().removeIf(made -> made.trigger().equals(trigger));
        for (Route going : leaving.values()) {
            Route route = camel.getRoute(going.getRouteId());
            boolean hasCome = route != null && route != going;
            if (!hasCome && job((QuartzEndpoint) going.getEndpoint()).equals(job)) {
                putOff.add(going.getRouteId());
                return false;
            }
        }
        running.merge(job, 1, Integer::sum);
        return true;
    }

    private static JobKey job(QuartzEndpoint endpoint) {
        TriggerKey own = endpoint.getTriggerKey();
        return new JobKey(own.getName(), own.getGroup());
    }

    private synchronized void hasRun(JobKey job) {
        running.computeIfPresent(job, (key, count) -> count > 1 ? count - 1 : null);
        notifyAll();
    }

    /** Keeps appointments from now on, those that were made before, too. */
    void begin() {
        try {
            scheduler().getListenerManager().addTriggerListener(new Watchman());
            scheduler().start();
        } catch (SchedulerException e) {
            throw new IllegalStateException("The connector's clock cannot be started: " + e.getMessage(), e);
        }
    }

    private Scheduler scheduler() {
        return camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    }

    /**
     * @param id a route's id
     * @param steady when to run it, by the {@link SteadyClock}, to the second that follows; at once when it is over
     */
    synchronized void at(String id, Instant steady) {
        known.add(id);
        if (!leaving.containsKey(id)) {
            make(id, SteadyClock.PROCESS.timeOfDay(steady));
        }
    }

    private void make(String id, Instant time) {
        Route route = camel.getRoute(id);
        if (route == null || !(route.getEndpoint() instanceof QuartzEndpoint endpoint)) {
            return;
        }
        Instant start =
                time.isAfter(Instant.now()) ? time.plusSeconds(1).truncatedTo(ChronoUnit.SECONDS) : Instant.EPOCH;
        Appointment made = next.get(id);
        boolean isAhead = made != null && made.time().isAfter(Instant.now());
        if (isAhead && !made.time().isAfter(start)) {
            return;
        }
        try {
            Scheduler scheduler = scheduler();
            JobKey job = job(endpoint);
            if (start.equals(Instant.EPOCH)) {
                scheduler.triggerJob(job);
                return;
            }
            if (isAhead) {
                scheduler.unscheduleJob(made.trigger());
            }
            // One of the same name would be forgotten with the one that is just being kept.
            var key = new TriggerKey(id + "-" + count++, "appointments");
            scheduler.scheduleJob(TriggerBuilder.newTrigger()
                    .withIdentity(key)
                    .forJob(job)
                    .withSchedule(CronScheduleBuilder.cronSchedule(CRON.format(start))
                            .inTimeZone(UTC)
                            .withMisfireHandlingInstructionFireAndProceed())
                    .build());
            next.put(id, new Appointment(key, start));
        } catch (SchedulerException e) {
            // While it stops nothing is left to be done; else a route would sleep for ever.
            LOG.atLevel(camel.isStopping() || camel.isStopped() ? Level.DEBUG : Level.ERROR)
                    .log(
                            "{} cannot be run at {}: {}",
                            id,
                            start.equals(Instant.EPOCH) ? "once" : start,
                            e.getMessage());
        }
    }

    /**
     * Forgets when a route is to be run, as it is about to be exchanged, and waits until it does not run; {@link #renew} makes up for it.
     *
     * @param route a route that goes
     */
    synchronized void leaves(Route route) {
        if (route.getEndpoint() instanceof QuartzEndpoint endpoint) {
            JobKey job = job(endpoint);
            leaving.put(route.getRouteId(), route);
            next.remove(route.getRouteId());
            try {
                awaitEnd(job);
                delete(job);
            } catch (SchedulerException e) {
                LOG.error("{} cannot be exchanged: {}", route.getRouteId(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void awaitEnd(JobKey job) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_RUN.toNanos();
        for (long left = LONGEST_RUN.toNanos(); left > 0 && running.containsKey(job); left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Durable, it would be in the way of the new route's. */
    private void delete(JobKey job) throws SchedulerException {
        Scheduler scheduler = scheduler();
        for (int i = 1; scheduler.checkExists(job); i++) {
            try {
                scheduler.deleteJob(job);
            } catch (SchedulerException e) {
                // One of its triggers has just been done with, and cannot be found any more.
                if (i == MOST_TRIGGERS) {
                    throw e;
                }
            }
        }
    }

    /** Runs all routes, whatever is due for them, as the time of day by which Quartz runs them was set: each makes its next appointment itself. */
    synchronized void clockWasSet() {
        Set.copyOf(known).forEach(id -> {
            cancel(id);
            at(id, Instant.EPOCH);
        });
    }

    private void cancel(String id) {
        Appointment made = next.remove(id);
        try {
            if (made != null) {
                scheduler().unscheduleJob(made.trigger());
            }
        } catch (SchedulerException e) {
            LOG.error("{} may be run twice: {}", id, e.getMessage());
        }
    }

    /**
     * Runs the routes that were exchanged, whatever is due for them: each makes its next appointment itself. An integrator's, which nobody makes one
     * for, runs when it had to run meanwhile.
     */
    synchronized void renew() {
        var again = Set.copyOf(leaving.keySet());
        leaving.clear();
        again.stream().filter(id -> known.contains(id) || putOff.contains(id)).forEach(id -> make(id, Instant.EPOCH));
        putOff.clear();
    }
}
