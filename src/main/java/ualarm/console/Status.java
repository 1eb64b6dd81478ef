package ualarm.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import ualarm.intake.IntakeCounts;
import ualarm.intake.TargetUrls;
import ualarm.journal.Journal;
import ualarm.journal.JournalComponent;
import ualarm.journal.Waiting;
import ualarm.milestone.Arrivals;
import ualarm.milestone.Inventories;
import ualarm.milestone.SiteStates;
import ualarm.milestone.Tokens;
import ualarm.site.Edition;
import ualarm.site.Settings;
import ualarm.site.Site;

/** What the connector knows of itself and of each site, in words for an installer (design.md 2.5). */
public final class Status {

    private static final String RUNNING = "running";
    private static final String PENDING = "pending";
    private static final String STOPPED = "stopped";
    private static final List<String> CHANNELS = List.of("event", "alarm", "mail");
    private static final Duration COUNTED_EVERY = Duration.ofSeconds(2);
    private static final int MOST_LETTERS_COUNTED = 100_000;

    private final Settings settings;
    private final SiteStates states;
    private final Inventories inventories;
    private final Tokens tokens;
    private final Arrivals arrivals;
    private final Journal journal;
    private final JournalComponent delivery;
    private final Meters meters;
    private final IntakeCounts counts;
    private final String version;
    private final long begun = System.nanoTime();
    private Map<String, Long> letters = Map.of();
    private long countedAt = System.nanoTime() - COUNTED_EVERY.toNanos() - 1;

    /**
     * @param settings the settings
     * @param states know how the sites stand
     * @param inventories know their editions
     * @param tokens know the logins
     * @param arrivals know whether XProtect shows what it took
     * @param journal knows what waits
     * @param delivery knows which sites are stopped by hand
     * @param meters know what was delivered
     * @param counts know what came in
     * @param version the connector's own
     */
    public Status(
            Settings settings,
            SiteStates states,
            Inventories inventories,
            Tokens tokens,
            Arrivals arrivals,
            Journal journal,
            JournalComponent delivery,
            Meters meters,
            IntakeCounts counts,
            String version) {
        this.settings = settings;
        this.states = states;
        this.inventories = inventories;
        this.tokens = tokens;
        this.arrivals = arrivals;
        this.journal = journal;
        this.delivery = delivery;
        this.meters = meters;
        this.counts = counts;
        this.version = version;
    }

    /** @return all of it, as {@code GET /api/status} answers */
    public Map<String, Object> all() {
        var status = new LinkedHashMap<String, Object>();
        status.put("version", version);
        status.put("uptimeSeconds", Duration.ofNanos(System.nanoTime() - begun).toSeconds());
        Map<String, Long> letters = letters();
        status.put(
                "sites",
                settings.sites().all().stream()
                        .map(site -> site(site, letters.getOrDefault(site.name(), 0L)))
                        .toList());
        status.put("unmatched", journal.waiting("unmatched").count());
        status.put("deadLetters", journal.waiting(Journal.DEAD_LETTERS).count());
        var intake = new LinkedHashMap<String, Object>();
        intake.put("targetUrls", TargetUrls.of(settings.intake()));
        intake.put("accepted", counts.acceptedCount());
        intake.put("rejected", counts.rejectedCount());
        intake.put("duplicates", counts.duplicateCount());
        intake.put("lastAlarmAt", counts.lastAlarmAt().orElse(null));
        intake.put("lastHeartbeatAt", counts.lastHeartbeatAt().orElse(null));
        status.put("intake", intake);
        return status;
    }

    /** Counting reads them all, so it is not done for every look at the page. */
    private synchronized Map<String, Long> letters() {
        if (System.nanoTime() - countedAt > COUNTED_EVERY.toNanos()) {
            letters = journal.deadLetters().bySite(MOST_LETTERS_COUNTED);
            countedAt = System.nanoTime();
        }
        return letters;
    }

    /** @return how the sites and the journal stand */
    List<StateLog.Standing> standings() {
        var all = new ArrayList<StateLog.Standing>();
        all.add(
                journal.isWritable()
                        ? new StateLog.Standing("journal", "journal", RUNNING, "")
                        : new StateLog.Standing(
                                "journal",
                                "journal",
                                STOPPED,
                                "Alarms cannot be stored: the disk is full, or the journal has stopped."));
        settings.sites().all().forEach(site -> all.add(standing(site, states.of(site))));
        return all;
    }

    /**
     * @param site a site
     * @return whether its alarms go through, as far as is known
     */
    boolean isRunning(Site site) {
        return standing(site, states.of(site)).state().equals(RUNNING);
    }

    private StateLog.Standing standing(Site site, SiteStates.State known) {
        String trouble = trouble(site, known);
        String state = !trouble.isEmpty() ? STOPPED : known.isRead() ? RUNNING : PENDING;
        return new StateLog.Standing("site", site.name(), state, trouble);
    }

    private Map<String, Object> site(Site site, long deadLetters) {
        SiteStates.State known = states.of(site);
        StateLog.Standing standing = standing(site, known);
        var waiting = CHANNELS.stream()
                .map(channel -> journal.waiting(channel + "." + site.name()))
                .toList();
        var facts = new LinkedHashMap<String, Object>();
        facts.put("name", site.name());
        facts.put("url", site.url());
        facts.put("state", standing.state());
        facts.put("reason", standing.state().equals(PENDING) ? "XProtect is being asked." : standing.reason());
        facts.put("stoppedByHand", delivery.isStopped(site.name()));
        facts.put("edition", inventories.edition(site).map(Edition::label).orElse(""));
        facts.put("productVersion", known.productVersion());
        facts.put("trigger", known.trigger());
        facts.put("cameras", known.cameras());
        facts.put("tokenExpiresAt", tokens.keeper(site.name()).expiresAt().orElse(null));
        facts.put("waiting", waiting.stream().mapToLong(Waiting::count).sum());
        facts.put(
                "oldestWaitingSeconds",
                waiting.stream()
                        .map(Waiting::oldest)
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO)
                        .toSeconds());
        facts.put("deadLetters", deadLetters);
        facts.put(
                "lastDeliveredAt",
                CHANNELS.stream()
                        .map(channel -> meters.lastDelivered(channel + "." + site.name()))
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null));
        return facts;
    }

    private String trouble(Site site, SiteStates.State known) {
        if (delivery.isStopped(site.name())) {
            return "Its delivery was stopped by hand. Alarms are kept until it is started again.";
        }
        return Stream.concat(
                        Stream.of(known.trouble(), tokens.keeper(site.name()).trouble(), arrivals.trouble(site.name())),
                        CHANNELS.stream().map(channel -> journal.trouble(channel + "." + site.name())))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }
}
