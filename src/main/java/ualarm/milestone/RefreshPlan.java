package ualarm.milestone;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Waits;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * When each site is read: at start, every ten minutes, and once when an alarm names something unknown; and when it is asked in between
 * whether it lives. The lock of a site's plan guards it.
 */
public final class RefreshPlan {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshPlan.class);
    private static final Duration EVERY = Duration.ofMinutes(10);
    private static final Duration FIRST_AFTER_A_MISS = Duration.ofSeconds(5);
    private static final Duration FASTEST_PROBE = Duration.ofSeconds(5);
    private static final Duration SLOWEST_PROBE = Duration.ofSeconds(60);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_WAIT = Duration.ofSeconds(15);

    /** Clocks that are set right little by little part by less between two readings. */
    private static final Duration JUMP = Duration.ofSeconds(2);

    /** A reading that takes longer has gone astray; the next one must not wait for it. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Map<String, Plan> bySite = new LinkedHashMap<>();
    private final Clock clock;
    private final InstantSource timeOfDay;
    private final Answers answers;
    private final Consumer<Instant> wake;
    private volatile Consumer<String> whenMended = site -> {};

    /**
     * @param sites all sites
     * @param clock tells when a site is due; nobody sets it
     * @param timeOfDay tells when alarms are received; somebody may set it
     * @param answers say why a site could not be read
     * @param wake has {@link #due} asked at a time
     */
    public RefreshPlan(Sites sites, Clock clock, InstantSource timeOfDay, Answers answers, Consumer<Instant> wake) {
        this.clock = clock;
        this.timeOfDay = timeOfDay;
        this.answers = answers;
        this.wake = wake;
        sites.all().forEach(site -> bySite.put(site.name(), new Plan(site)));
    }

    /** @param listener is told of a site that was read because something of it was missing, or somebody asked */
    public void whenMended(Consumer<String> listener) {
        whenMended = listener;
    }

    /** @return whether there is such a site */
    public boolean knows(String site) {
        return bySite.containsKey(site);
    }

    /**
     * Has a site read at once, because somebody may have mended it.
     *
     * @param site the site's name
     */
    public void now(String site) {
        bySite.get(site).now();
    }

    /**
     * A site and what to do with it.
     *
     * @param site the site's name
     * @param route {@code read-site} or {@code probe-site}
     */
    public record Due(String site, String route) {}

    /** @return which sites to read and to probe now; they count as under way */
    public List<Due> due() {
        var due = new ArrayList<Due>();
        for (Plan plan : bySite.values()) {
            plan.next().ifPresent(route -> due.add(new Due(plan.site.name(), route)));
        }
        return due;
    }

    /** @param site a site that was read */
    public void wasRead(@Variable("site") String site) {
        if (bySite.get(site).wasRead()) {
            whenMended.accept(site);
        }
    }

    /** @param site a site that lives */
    public void lives(@Variable("site") String site) {
        bySite.get(site).lives();
    }

    /**
     * Takes it that a site could not be read, or does not live.
     *
     * @param site the site's name
     * @param failure what it failed with
     */
    public void failed(@Variable("site") String site, Exception failure) {
        bySite.get(site).failed(answers.inWords(site, failure).getMessage());
    }

    /**
     * Has a site read again soon, because something it should have is not known; less and less often while that goes on.
     *
     * @param site the site's name
     */
    public void missed(String site) {
        bySite.get(site).missed();
    }

    /**
     * Has a site read again soon, unless it was asked since.
     *
     * @param site the site's name
     * @param since when something was missed first
     */
    void missed(String site, Instant since) {
        bySite.get(site).missed(since);
    }

    /**
     * @param site a site's name
     * @param received when an alarm was received, by the time of day
     * @return whether the site was not asked since then, as far as can be told; when the time of day was set since it was asked, it was not
     */
    public boolean isBehind(String site, Instant received) {
        return bySite.get(site).isBehind(received);
    }

    /**
     * @param site a site's name
     * @param since a moment, by the clock
     * @param until a later one
     * @return whether the site was asked since the one, and had answered before the other
     */
    boolean wasRead(String site, Instant since, Instant until) {
        return bySite.get(site).wasRead(since, until);
    }

    /**
     * How well a site can be read.
     *
     * @param isRead whether it was read since the start
     * @param trouble why it cannot be read, in words for an installer; empty when it can
     * @param unreadSince since when it cannot be read (UTC); nothing when it can
     */
    record State(boolean isRead, String trouble, Optional<Instant> unreadSince) {}

    State state(String site) {
        return bySite.get(site).state();
    }

    private final class Plan {
        private final Site site;
        private final Duration probeEvery;
        private Instant readAt = Instant.EPOCH;
        private Instant readAtTimeOfDay = Instant.EPOCH;
        private Instant answeredAt = Instant.EPOCH;
        private Instant probedAt = Instant.EPOCH;
        private Instant dueAt = Instant.EPOCH;
        private Instant notBefore = Instant.EPOCH;
        private Optional<Instant> reading = Optional.empty();
        private Instant readingTimeOfDay = Instant.EPOCH;
        private boolean probing;
        private int failures;
        private int misses;
        private boolean isMissed;
        private boolean isWanted;
        private String trouble = "";
        private Optional<Instant> unreadSince = Optional.empty();

        Plan(Site site) {
            this.site = site;
            // A site that has no alarms is to be known to be gone about as soon as its limit is over.
            this.probeEvery = Waits.within(FASTEST_PROBE, site.mail().fallbackAfter(), SLOWEST_PROBE);
        }

        synchronized State state() {
            return new State(readAt.isAfter(Instant.EPOCH), trouble, unreadSince);
        }

        synchronized boolean isBehind(Instant received) {
            Duration setForward = Duration.between(clock.instant(), timeOfDay.instant());
            Duration before = Duration.between(readAt, readAtTimeOfDay);
            return setForward.minus(before).abs().compareTo(JUMP) > 0 || readAtTimeOfDay.isBefore(received);
        }

        synchronized boolean wasRead(Instant since, Instant until) {
            return !readAt.isBefore(since) && answeredAt.isBefore(until);
        }

        synchronized Optional<String> next() {
            Instant now = clock.instant();
            Optional<Instant> astrayAt =
                    reading.map(since -> since.plus(LONGEST)).filter(now::isBefore);
            if (astrayAt.isPresent()) {
                wake.accept(astrayAt.get());
                return Optional.empty();
            }
            if (!now.isBefore(dueAt) && !now.isBefore(notBefore)) {
                reading = Optional.of(now);
                readingTimeOfDay = timeOfDay.instant();
                misses = isMissed ? misses + 1 : 0;
                isMissed = false;
                wake.accept(now.plus(LONGEST));
                return Optional.of("read-site");
            }
            if (isToBeProbed() && !now.isBefore(nextProbe())) {
                probing = true;
                probedAt = now;
                wakeForNext();
                return Optional.of("probe-site");
            }
            wakeForNext();
            return Optional.empty();
        }

        private boolean isToBeProbed() {
            boolean isKnownToLive = readAt.isAfter(Instant.EPOCH) && unreadSince.isEmpty();
            return isKnownToLive && !probing;
        }

        private Instant nextProbe() {
            return (probedAt.isAfter(readAt) ? probedAt : readAt).plus(probeEvery);
        }

        private void wakeForNext() {
            Instant read = dueAt.isAfter(notBefore) ? dueAt : notBefore;
            wake.accept(isToBeProbed() && nextProbe().isBefore(read) ? nextProbe() : read);
        }

        synchronized void now() {
            dueAt = clock.instant();
            notBefore = dueAt;
            isWanted = true;
            wakeForNext();
        }

        synchronized void missed() {
            Instant now = clock.instant();
            Instant soonest = readAt.plus(Waits.doubling(FIRST_AFTER_A_MISS, SLOWEST_PROBE, misses));
            if (soonest.isBefore(dueAt)) {
                dueAt = soonest.isBefore(now) ? now : soonest;
                isMissed = true;
                wakeForNext();
            }
        }

        synchronized void missed(Instant since) {
            boolean isAsked = reading.filter(asked -> !asked.isBefore(since)).isPresent();
            if (!isAsked && readAt.isBefore(since)) {
                missed();
            }
        }

        synchronized void lives() {
            if (probing) {
                probing = false;
                wakeForNext();
            }
        }

        /** @return whether it was read for a reason */
        synchronized boolean wasRead() {
            boolean isMended = misses > 0 || isWanted || !trouble.isEmpty();
            isWanted = false;
            Instant now = clock.instant();
            Instant asked = reading.orElse(now);
            readAtTimeOfDay = reading.isPresent() ? readingTimeOfDay : timeOfDay.instant();
            reading = Optional.empty();
            probing = false;
            failures = 0;
            unreadSince = Optional.empty();
            readAt = asked;
            answeredAt = now;
            dueAt = dueAt.isAfter(asked) ? dueAt : now.plus(EVERY);
            if (!trouble.isEmpty()) {
                LOG.info("XProtect of {} can be read again", site.name());
            }
            trouble = "";
            wakeForNext();
            return isMended;
        }

        synchronized void failed(String why) {
            Instant now = clock.instant();
            if (reading.isEmpty()) {
                probing = false;
                missed();
                return;
            }
            reading = Optional.empty();
            unreadSince = unreadSince.or(() -> Optional.of(now));
            notBefore = now.plus(Waits.doubling(FIRST_WAIT, LAST_WAIT, failures++));
            if (!why.equals(trouble)) {
                trouble = why;
                LOG.warn("The cameras of {} could not be read: {}", site.name(), trouble);
            }
            wakeForNext();
        }
    }
}
