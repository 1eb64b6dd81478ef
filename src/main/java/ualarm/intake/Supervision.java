package ualarm.intake;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Watches whether U-Alarm still speaks: when a site's has said nothing for as long as {@code site.<name>.supervision}, that is an alarm
 * of its own, once, and so is its return. A message that names no camera that is known, as a heartbeat does, counts for every site. What one of several connectors hears,
 * all know; each watches, so that any may take over, and the one that leads raises the alarms.
 */
public final class Supervision {

    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

    /** In so many parts of the longest silence others are told once at most. */
    private static final int PARTS = 50;

    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Clock clock;
    private final Consumer<Instant> wake;
    private final Companions companions;
    private final Function<Alarm, Set<String>> sitesOf;
    private final Map<String, Watch> bySite = new LinkedHashMap<>();
    private final Queue<CameraAlarm> reported = new ConcurrentLinkedQueue<>();

    private static final class Watch {
        private final Site site;
        private final Duration longest;
        private Instant heardAt;
        private Instant toldAt = Instant.EPOCH;
        private boolean isSilent;

        Watch(Site site, Duration longest, Instant now) {
            this.site = site;
            this.longest = longest;
            this.heardAt = now;
        }

        /** @return so often the others are told at most; they take it that it was heard until then */
        Duration toldEvery() {
            return longest.dividedBy(PARTS);
        }
    }

    /**
     * @param sites all sites, some of which are supervised; silence counts from now
     * @param clock tells how long it lasts
     * @param wake has {@link #due} asked at a time
     * @param companions the other connectors
     * @param sitesOf tells the sites of those of a message's cameras that are known
     */
    public Supervision(
            Sites sites,
            Clock clock,
            Consumer<Instant> wake,
            Companions companions,
            Function<Alarm, Set<String>> sitesOf) {
        this.clock = clock;
        this.wake = wake;
        this.companions = companions;
        this.sitesOf = sitesOf;
        sites.all()
                .forEach(site -> site.supervision()
                        .ifPresent(longest -> bySite.put(site.name(), new Watch(site, longest, clock.instant()))));
    }

    /** Silence counts from now, because from now on alarms are taken. */
    public void begin() {
        bySite.values().forEach(watch -> {
            synchronized (watch) {
                watch.heardAt = clock.instant();
            }
        });
    }

    /**
     * Takes it that U-Alarm lives: a message of it came. (What the journal stores says nothing: a fallback mail is stored half a minute
     * after its alarm came, and one whose camera is found late, or that is replayed, after hours.)
     *
     * @param alarm what came, a heartbeat, the end of an alarm and a duplicate as well
     */
    void heard(Alarm alarm) {
        if (!bySite.isEmpty()) {
            Set<String> sites = sitesOf.apply(alarm);
            (sites.isEmpty() ? bySite.keySet() : sites).forEach(this::heard);
        }
    }

    private void heard(String site) {
        Watch watch = bySite.get(site);
        if (watch == null) {
            return;
        }
        boolean isNews;
        synchronized (watch) {
            Instant now = clock.instant();
            isNews = watch.isSilent || !watch.toldAt.plus(watch.toldEvery()).isAfter(now);
            if (isNews) {
                watch.toldAt = now;
            }
            heard(watch, now);
        }
        if (isNews) {
            companions.heard(site);
        }
    }

    private void heard(Watch watch, Instant time) {
        watch.heardAt = time;
        if (watch.isSilent) {
            wake.accept(clock.instant());
        }
    }

    /**
     * Takes it that another connector has heard a site's U-Alarm.
     *
     * @param site the site's name
     */
    public void heardElsewhere(String site) {
        Watch watch = bySite.get(site);
        if (watch != null) {
            synchronized (watch) {
                heard(watch, clock.instant().plus(watch.toldEvery()));
            }
        }
    }

    /**
     * Raises an alarm of supervision.
     *
     * @param site the site's name
     * @param what what people are to be told
     */
    public void report(String site, String what) {
        reported.add(alarm(site, what));
        wake.accept(clock.instant());
    }

    /**
     * Takes back an alarm of supervision that could not be stored; it is due again in a moment.
     *
     * @param alarm one that was due
     */
    public void takeBack(CameraAlarm alarm) {
        reported.add(alarm);
        wake.accept(clock.instant().plus(AGAIN));
    }

    /**
     * @return an alarm for each site whose U-Alarm has just fallen silent or has just come back, and for each that was reported; none where
     *     another connector leads, which sees the same
     */
    public List<CameraAlarm> due() {
        Instant now = clock.instant();
        boolean leads = companions.areLed();
        var due = new ArrayList<CameraAlarm>();
        for (CameraAlarm next = reported.poll(); next != null; next = reported.poll()) {
            if (leads) {
                due.add(next);
            }
        }
        for (Watch watch : bySite.values()) {
            synchronized (watch) {
                Instant end = watch.heardAt.plus(watch.longest);
                boolean isSilent = !end.isAfter(now);
                if (isSilent != watch.isSilent) {
                    watch.isSilent = isSilent;
                    if (leads) {
                        due.add(alarm(watch));
                    }
                }
                if (!isSilent) {
                    wake.accept(end);
                }
            }
        }
        return due;
    }

    private static CameraAlarm alarm(Watch watch) {
        String name = watch.isSilent
                ? "U-Alarm is silent: nothing heard for " + text(watch.longest)
                : "U-Alarm is heard again";
        LOG.warn("{}: {}{}", watch.site, name, watch.isSilent ? ". Look whether it runs, and at its Target url" : "");
        return alarm(watch.site.name(), name);
    }

    /** Its times are read by people and by XProtect. */
    private static CameraAlarm alarm(String site, String name) {
        Instant now = Instant.now();
        String id = "supervision-" + site + "-" + now.toEpochMilli();
        return new CameraAlarm(
                id,
                name,
                CameraAlarm.SUPERVISION,
                now,
                now,
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)),
                site,
                Optional.empty(),
                new Sighting("U-Alarm", "", 0, 0, List.of(), ""),
                true,
                "");
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
