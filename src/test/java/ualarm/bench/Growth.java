package ualarm.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * {@code -Dbench.growth=true}: what becomes of the figures when there is more of something; a list such as {@code sites,sizes} measures
 * only these. Each is printed as a table in Markdown. {@code -Dbench.waiting} is how many alarms wait in {@code waiting}.
 */
final class Growth {

    private static final int CAMERAS = 1000;
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    /** An alarm that was tried in vain comes again within a minute and its jitter. */
    private static final Duration LONGEST_REST = Duration.ofMinutes(3);

    private final Map<String, Growing> all = new LinkedHashMap<>();
    private int missing;

    private interface Growing {
        void measure() throws InterruptedException;
    }

    Growth() {
        all.put("waiting", this::waiting);
        all.put("sites", this::sites);
        all.put("cameras", this::cameras);
        all.put("sizes", this::sizes);
        all.put("connections", this::connections);
    }

    /**
     * @param which their names, separated by commas, or {@code true}
     * @return how many accepted alarms have no event
     */
    int run(String which) throws InterruptedException {
        List<String> names = which.equals("true") ? List.copyOf(all.keySet()) : Arrays.asList(which.split(","));
        for (String name : names) {
            all.get(name).measure();
        }
        return missing;
    }

    /** Alarms wait for an XProtect that refuses connections, and are worked off when it is back; its old tokens are refused then. */
    private void waiting() throws InterruptedException {
        int count = Integer.getInteger("bench.waiting", 100_000);
        try (Stand stand = new Stand(1, CAMERAS)) {
            Ledger ledger = stand.ledger();
            awaitSites(stand, site -> site.path("cameras").asInt() == CAMERAS);
            ledger.settle(LONGEST_REST);
            heading("Alarms that wait", "waiting", "stored/s", "resident, MB");
            row(0, "", resident(stand));
            stand.xprotect().goAway();
            int first = ledger.size();
            for (int tenth = 1; tenth <= 10; tenth++) {
                long begun = System.nanoTime();
                try (Load load = stand.load(0)) {
                    load.closed(64, count / 10);
                }
                row(count / 10 * tenth, count / 10 / seconds(begun), resident(stand));
            }
            int loginsBefore = stand.xprotect().logins();
            int eventsBefore = ledger.events();
            long back = System.nanoTime();
            stand.xprotect().comeBack();
            while (ledger.events() == eventsBefore && seconds(back) < LONGEST_REST.toSeconds()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            double firstEvent = seconds(back);
            ledger.settle(LONGEST_REST);
            Ledger.Outcome worked = ledger.since(first);
            double last = seconds(back, ledger.last());
            heading(
                    "XProtect is back",
                    "alarms",
                    "first event, s",
                    "all events, s",
                    "events/s",
                    "resident, MB",
                    "logins",
                    "events too many",
                    "missing");
            row(
                    worked.sent(),
                    firstEvent,
                    last,
                    worked.events() / (last - firstEvent),
                    resident(stand),
                    stand.xprotect().logins() - loginsBefore,
                    ledger.surplus(),
                    worked.missing());
            missing += worked.missing();
        }
    }

    /** Each site is an XProtect of its own. */
    private void sites() throws InterruptedException {
        heading("Sites, 20 cameras each", "sites", "start, s", "all read, s", "resident after 10 s, MB", "logins");
        for (int sites : new int[] {1, 10, 100, 500}) {
            try (Stand stand = new Stand(sites, 20)) {
                double read = awaitSites(stand, site -> site.path("cameras").asInt() == 20);
                double rest = Math.max(0, stand.start() + 10 - stand.connector().seconds());
                TimeUnit.MILLISECONDS.sleep((long) (1000 * rest));
                row(
                        sites,
                        stand.start(),
                        read,
                        resident(stand),
                        stand.xprotect().logins());
                end(stand);
            }
        }
    }

    private void cameras() throws InterruptedException {
        heading("Cameras", "cameras", "start, s", "known, s", "p50 at 200/s, ms", "p99 at 200/s, ms", "resident, MB");
        for (int cameras : new int[] {10, 1000, 10_000}) {
            try (Stand stand = new Stand(1, cameras)) {
                double known = awaitSites(stand, site -> site.path("cameras").asInt() == cameras);
                stand.warm();
                var outcome = stand.open(200, Duration.ofSeconds(12));
                row(cameras, stand.start(), known, outcome.millis(.5), outcome.millis(.99), resident(stand));
                end(stand);
            }
        }
    }

    /** U-Alarm's messages, with a member that the connector does not know. */
    private void sizes() throws InterruptedException {
        try (Stand stand = new Stand(1, CAMERAS)) {
            stand.warm(1);
            heading("Size of an alarm, 64 connections", "KB", "alarms/s", "MB/s", "not accepted", "resident, MB");
            for (double kilobytes : new double[] {0.2, 10, 100, 1024}) {
                int padding = Math.max(1, (int) (1024 * kilobytes) - Load.LONG_FORM);
                var outcome = stand.closed(64, TEN_SECONDS, padding);
                row(kilobytes, outcome.rate(), outcome.rate() * kilobytes / 1024, outcome.refused(), resident(stand));
            }
            end(stand);
        }
    }

    private void connections() throws InterruptedException {
        try (Stand stand = new Stand(1, CAMERAS)) {
            stand.warm();
            heading("Connections", "connections", "alarms/s", "p50, ms", "p99, ms", "resident, MB");
            for (int connections : new int[] {1, 16, 64, 256}) {
                var outcome = stand.closed(connections, TEN_SECONDS);
                row(connections, outcome.rate(), outcome.millis(.5), outcome.millis(.99), resident(stand));
            }
            end(stand);
        }
    }

    private void end(Stand stand) throws InterruptedException {
        stand.ledger().settle(LONGEST_REST);
        missing += stand.ledger().missing();
    }

    /** @return from the start until the console says so of each site, in seconds */
    private static double awaitSites(Stand stand, Predicate<JsonNode> isSo) throws InterruptedException {
        while (!stand.connector()
                .status()
                .map(status -> status.path("sites"))
                .filter(sites ->
                        StreamSupport.stream(sites.spliterator(), false).allMatch(isSo))
                .isPresent()) {
            if (stand.connector().seconds() > LONGEST_REST.toSeconds()) {
                throw new IllegalStateException("The connector has not read its sites.");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return stand.connector().seconds();
    }

    private static Object resident(Stand stand) {
        var megabytes = stand.connector().resident();
        return megabytes.isPresent() ? megabytes.getAsLong() : "";
    }

    private static double seconds(long since) {
        return seconds(since, System.nanoTime());
    }

    private static double seconds(long since, long until) {
        return (until - since) / 1e9;
    }

    private static void heading(String title, String... columns) {
        System.out.println(
                "\n### " + title + "\n\n| " + String.join(" | ", columns) + " |\n|" + "---:|".repeat(columns.length));
    }

    private static void row(Object... figures) {
        System.out.println(Arrays.stream(figures).map(Growth::text).collect(Collectors.joining(" | ", "| ", " |")));
    }

    private static String text(Object figure) {
        if (figure instanceof Double number) {
            return String.format(Locale.ROOT, number < 100 ? "%,.2f" : "%,.0f", number);
        }
        return figure instanceof Number ? String.format(Locale.ROOT, "%,d", figure) : figure.toString();
    }
}
