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
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Watches whether U-Alarm still speaks: when a site's has said nothing for as long as {@code site.<name>.supervision}, that is an alarm
 * of its own, once, and so is its return. A heartbeat names no camera, so it counts for every site.
 */
public final class Supervision {

    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

    private final Clock clock;
    private final Map<String, Watch> bySite = new LinkedHashMap<>();

    private static final class Watch {
        private final Site site;
        private final Duration longest;
        private Instant heardAt;
        private boolean isSilent;

        Watch(Site site, Duration longest, Instant now) {
            this.site = site;
            this.longest = longest;
            this.heardAt = now;
        }
    }

    /**
     * @param sites all sites, some of which are supervised; silence counts from now
     * @param clock tells how long it lasts
     */
    public Supervision(Sites sites, Clock clock) {
        this.clock = clock;
        sites.all()
                .forEach(site -> site.supervision()
                        .ifPresent(longest -> bySite.put(site.name(), new Watch(site, longest, clock.instant()))));
    }

    /** @param site a site whose U-Alarm has sent an alarm */
    public void heard(String site) {
        Watch watch = bySite.get(site);
        if (watch != null) {
            synchronized (watch) {
                watch.heardAt = clock.instant();
            }
        }
    }

    /** A heartbeat came. */
    void heardHeartbeat() {
        bySite.keySet().forEach(this::heard);
    }

    /** @return an alarm for each site whose U-Alarm has just fallen silent or has just come back */
    public List<CameraAlarm> due() {
        Instant now = clock.instant();
        var due = new ArrayList<CameraAlarm>();
        for (Watch watch : bySite.values()) {
            synchronized (watch) {
                boolean isSilent = watch.heardAt.plus(watch.longest).isBefore(now);
                if (isSilent != watch.isSilent) {
                    watch.isSilent = isSilent;
                    due.add(alarm(watch, now));
                }
            }
        }
        return due;
    }

    private static CameraAlarm alarm(Watch watch, Instant now) {
        String name = watch.isSilent
                ? "U-Alarm is silent: nothing heard for " + text(watch.longest)
                : "U-Alarm is heard again";
        LOG.warn("{}: {}{}", watch.site, name, watch.isSilent ? ". Look whether it runs, and at its Target url" : "");
        String id = "supervision-" + watch.site + "-" + now.toEpochMilli();
        return new CameraAlarm(
                id,
                name,
                CameraAlarm.SUPERVISION,
                now,
                now,
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)),
                watch.site.name(),
                Optional.empty(),
                new Sighting("U-Alarm", "", 0, 0, List.of(), ""),
                true,
                "");
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
