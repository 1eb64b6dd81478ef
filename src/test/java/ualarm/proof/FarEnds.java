package ualarm.proof;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import ualarm.Proxy;
import ualarm.bench.XProtect;
import ualarm.cluster.Book;
import ualarm.cluster.Mails;
import ualarm.cluster.Sending;

/**
 * One far end, or the network before it, misbehaves under a stream of alarms; then it is well again. A connector has four sites: {@code main}, whose
 * XProtect and identity provider do so; {@code xml}, whose event server does; {@code socket}, whose events WebSocket does; {@code well}, of which
 * nothing ever does. The relay misbehaves as well. Meanwhile the events of the other sites go on, and what a site's XProtect does not take is mailed.
 */
final class FarEnds implements AutoCloseable {

    /** Alarms a second, of all sites. */
    private static final int RATE = 40;

    /** The ladder's longest quick wait, the longest wait for an answer, and time for a slow machine. */
    private static final Duration LONGEST = Duration.ofSeconds(150);

    /** What goes on comes within milliseconds; who waits for a far end that keeps silent waits for 10 s. */
    private static final Duration LONGEST_OF_OTHERS = Duration.ofSeconds(8);

    /** Whether an alarm is to be mailed is looked at before and after each attempt, which may take 30 s. */
    private static final Duration LONGEST_TO_MAIL = Duration.ofSeconds(45);

    private static final List<String> SITES = List.of("main", "well", "xml", "socket");

    /** The first camera whose events are shown on a WebSocket. */
    private static final int SHOWN = 3 * Stand.CAMERAS;

    private static final String BODY = "<html><body>Please log in.</body></html>";
    private static final String HTML =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    private static final String HALF =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{\"dat";
    private static final String EMPTY = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final Stand stand;
    private final boolean isPatient;
    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private XProtect others;
    private ShowingXProtect showing;
    private Mails mails;
    private Proxy eventServer;
    private Proxy socket;
    private Proxy relay;

    /** Whose alarms are all mailed; those of the others are, when XProtect has not taken them after two seconds. */
    private static final List<String> MAILED = List.of("well", "socket");

    /**
     * A fault.
     *
     * @param site whose alarms need not arrive while it lasts; empty = all must
     * @param begin has it begin
     * @param over is done when all far ends are well again
     */
    private record Fault(String site, Runnable begin, Runnable over) {}

    /**
     * What became of alarms.
     *
     * @param sent how many were sent
     * @param sum what became of them
     * @param others the longest that alarms of the other sites waited for their events, about, while the fault lasted
     * @param fallbacks how many alarms of the site that suffers were mailed
     * @param unmailed how many alarms of sites that have all mailed were not
     * @param unseen how many events XProtect is said not to have shown, which it has
     */
    record Outcome(int sent, Book.Sum sum, Duration others, long fallbacks, long unmailed, int unseen) {

        /** What else was seen, for the table. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "other sites' events after %.1f s at most; mails: %d as fallback, %d too many, %d too few%s",
                    others.toMillis() / 1e3,
                    fallbacks,
                    sum.mailedTwice(),
                    unmailed,
                    unseen == 0 ? "" : "; " + unseen + " wrongly said not to be shown");
        }
    }

    /**
     * @param folder the connector's
     * @param isPatient whether what waits when all is well again is left to wait for its time; else its site is read anew, which has it tried at once
     */
    FarEnds(Path folder, boolean isPatient) {
        this.isPatient = isPatient;
        stand = new Stand(folder.resolve("connector"), SITES.size() * Stand.CAMERAS, this::settings);
        breaks("XProtect", "main", stand.proxy(), "");
        lies("XProtect", "main", stand.proxy(), "");
        refusals();
        breaks("identity provider", "main", stand.proxy(), "/idp/");
        lies("identity provider", "main", stand.proxy(), "/idp/");
        lives();
        breaks("event server", "xml", eventServer, "");
        lies("event server", "xml", eventServer, "");
        breaks("WebSocket", "", socket, "/api/ws/");
        lies("WebSocket", "", socket, "/api/ws/");
        breaks("mail relay", "", relay, "");
        add("mail relay", "HTML", "", () -> relay.answer(HTML, ""));
        add("mail relay", "an endless answer", "", () -> relay.flood("250-relay\r\n", "250-MORE\r\n", ""));
        stand.connector().start();
        stand.connector().awaitReady();
        for (int i = 0; i < SITES.size(); i++) {
            String cameras = "/sites/" + i + "/cameras";
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> stand.console("/api/status").at(cameras).asInt() >= Stand.CAMERAS);
        }
    }

    private String settings(Stand on) {
        others = new XProtect(2, Stand.CAMERAS, Stand.CAMERAS, on.book()::arrived);
        showing = new ShowingXProtect(on.book(), SHOWN, Stand.CAMERAS);
        mails = new Mails(on.book());
        eventServer = new Proxy(others.urls().get(1));
        socket = new Proxy(showing.url());
        relay = new Proxy("http://127.0.0.1:" + mails.port());
        var settings =
                new StringBuilder("mail.host=127.0.0.1\nmail.security=none\nmail.from=ualarm@example.com\nmail.port="
                        + port(relay)
                        + "\nmail.digest-seconds=1\nsite.xml.trigger=xml\nsite.xml.event-server=127.0.0.1:"
                        + port(eventServer) + "\n");
        for (String site : SITES) {
            String at = "site." + site + ".";
            settings.append(at + "mail.to=guard@example.com\n" + at + "mail.fallback-after=2\n" + at + "mail.when="
                    + (MAILED.contains(site) ? "always" : "auto") + "\n");
            if (!site.equals("main")) {
                String url = Map.of(
                                "well",
                                others.urls().get(0),
                                "xml",
                                others.urls().get(1),
                                "socket",
                                socket.url())
                        .get(site);
                settings.append(at + "url=" + url + "\n" + at + "username=ualarm\n" + at + "password=secret\n" + at
                        + "raise-alarm=off\n");
            }
        }
        return settings.toString();
    }

    private static String port(Proxy proxy) {
        return proxy.url().replaceFirst(".*:", "");
    }

    private void add(String farEnd, String fault, String site, Runnable begin) {
        add(farEnd, fault, site, begin, () -> {});
    }

    private void add(String farEnd, String fault, String site, Runnable begin, Runnable over) {
        faults.put(
                farEnd + ": " + fault,
                new Fault(
                        site,
                        () -> {
                            if (farEnd.equals("identity provider")) {
                                stand.xprotect().forgetTokens();
                            }
                            begin.run();
                        },
                        over));
    }

    private void breaks(String farEnd, String site, Proxy proxy, String path) {
        for (Proxy.Fault fault : Proxy.Fault.values()) {
            if (fault.compareTo(Proxy.Fault.ANSWER) < 0 && fault != Proxy.Fault.NONE) {
                add(farEnd, fault.name(), site, () -> proxy.fail(fault, path));
            }
        }
    }

    private void lies(String farEnd, String site, Proxy proxy, String path) {
        add(farEnd, "200 with HTML", site, () -> proxy.answer(HTML, path));
        add(farEnd, "JSON cut in half", site, () -> proxy.answer(HALF, path));
        add(farEnd, "endless headers", site, () -> proxy.flood(OK, "X-Filler: more of the same\r\n", path));
        add(farEnd, "an endless header", site, () -> proxy.flood(OK + "X-Filler: ", "more of the same ", path));
        add(farEnd, "an endless body", site, () -> proxy.flood(OK + "\r\n{\"data\":\"", "more of the same ", path));
    }

    private void refusals() {
        // The event is taken: only the answer is not what it should be.
        add("XProtect", "202 with an empty body", "main", () -> stand.xprotect().acknowledge(false));
        refuses("401", "401 Unauthorized");
        refuses("429 Retry-After: 8", "429 Too Many Requests\r\nRetry-After: 8");
        add("XProtect", "429 Retry-After: a date", "main", () -> {
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(8));
            stand.xprotect().refuse("429 Too Many Requests\r\nRetry-After: " + date);
        });
        add(
                "XProtect",
                "429 Retry-After: an hour",
                "main",
                () -> stand.xprotect().refuse("429 Too Many Requests\r\nRetry-After: 3600"),
                this::shortenTheHour);
    }

    /**
     * Nobody waits for the hour to end: who has XProtect read anew has what waits tried at once. What was under way just then may wait for the
     * hour nonetheless, so that it is done until all have arrived.
     */
    private void shortenTheHour() {
        await().atMost(LONGEST)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> {
                    readAnew("main");
                    return haveAllArrived();
                });
    }

    private boolean haveAllArrived() {
        showing.read();
        mails.read();
        return stand.book().sum().lost() == 0;
    }

    private void refuses(String name, String answer) {
        add("XProtect", name, "main", () -> stand.xprotect().refuse(answer));
    }

    /** Of tokens. */
    private void lives() {
        add(
                "identity provider",
                "202 with an empty body",
                "main",
                () -> stand.proxy().answer(EMPTY, "/idp/"));
        Map.of("1", "\"expires_in\":1,", "0", "\"expires_in\":0,", "-1", "\"expires_in\":-1,", "missing", "")
                .forEach((name, member) -> add(
                        "identity provider",
                        "expires_in " + name,
                        "main",
                        () -> stand.xprotect().grant(member)));
    }

    private void heal() {
        for (Proxy proxy : List.of(stand.proxy(), eventServer, socket, relay)) {
            proxy.fail(Proxy.Fault.NONE);
        }
        stand.xprotect().refuse("");
        stand.xprotect().acknowledge(true);
        stand.xprotect().grant("\"expires_in\":3600,");
    }

    /** @return the faults' names */
    Iterable<String> faults() {
        return faults.keySet();
    }

    /** The fault lasts for some time, while alarms come in and are answered with 200; then all are delivered. */
    Outcome during(String name, Duration time) {
        Fault fault = faults.get(name);
        IntPredicate sufferers = camera -> site(camera).equals(fault.site());
        Book.Sum before = stand.book().sum();
        int size = stand.book().size();
        long fallbacks = stand.book().mentioned(sufferers);
        Duration others;
        try (Sending sending = stand.send(RATE)) {
            fault.begin().run();
            others = watch(time, sufferers);
            if (sending.refused() > 0) {
                throw new IllegalStateException("Alarms are refused for a fault of a far end: " + name);
            }
            heal();
        }
        if (others.compareTo(LONGEST_OF_OTHERS) > 0) {
            throw new IllegalStateException("Alarms of other sites wait for " + name + ": " + others);
        }
        fault.over().run();
        if (!isPatient) {
            readAnew(fault.site());
        }
        settle();
        if (name.startsWith("WebSocket")) {
            awaitSeen();
        }
        return new Outcome(
                stand.book().size() - size,
                stand.book().sum().since(before),
                others,
                stand.book().mentioned(sufferers) - fallbacks,
                unmailed(),
                unseen());
    }

    private long unmailed() {
        return stand.book().unmailed(FarEnds::isMailed, stand.book().size());
    }

    private void readAnew(String site) {
        stand.connector().change("/api/sites/" + site + "/read");
    }

    private static String site(int camera) {
        return SITES.get(camera / Stand.CAMERAS);
    }

    private static boolean isMailed(int camera) {
        return MAILED.contains(site(camera));
    }

    /** Alarms of so many were sent at that time. */
    private record Mark(int end, long at) {}

    /**
     * Watches for that time, and until all alarms that were sent within it have their event; to those of a site that suffers, a mail will do.
     *
     * @return the longest that one of the other sites' waited, about
     */
    private Duration watch(Duration time, IntPredicate sufferers) {
        var marks = new ArrayDeque<Mark>();
        long end = System.nanoTime() + time.toNanos();
        int[] sent = {0};
        long[] longest = {0};
        await().atMost(time.plus(LONGEST_TO_MAIL))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    long now = System.nanoTime();
                    boolean isOver = now - end >= 0;
                    if (!isOver) {
                        sent[0] = stand.book().size();
                        marks.add(new Mark(sent[0], now));
                    }
                    showing.read();
                    mails.read();
                    while (!marks.isEmpty()
                            && stand.book()
                                            .undelivered(
                                                    sufferers.negate(),
                                                    marks.peek().end())
                                    == 0) {
                        longest[0] = Math.max(longest[0], now - marks.poll().at());
                    }
                    return isOver && marks.isEmpty() && stand.book().untold(sufferers, sent[0]) == 0;
                });
        return Duration.ofNanos(longest[0]);
    }

    private void settle() {
        try {
            await().atMost(LONGEST)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> haveAllArrived() && unmailed() == 0);
        } catch (ConditionTimeoutException e) {
            // What of it stands among the dead letters is told there.
            stand.settle(Duration.ofSeconds(5));
            System.out.println("It does not settle: " + stand.book().sum());
        }
    }

    /** Waits until an alarm that is sent now is seen on the WebSocket. */
    private void awaitSeen() {
        int number = stand.book().size();
        stand.sendOne(SHOWN);
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> stand.console("/api/alarms/k" + number).toString().contains("\"seen\""));
        settle();
    }

    /** @return how many events XProtect is said not to have shown */
    private int unseen() {
        Matcher count = Pattern.compile("ualarm_unseen_total\\{site=\"socket\"} (\\d+)")
                .matcher(stand.connector().console("/observe/metrics"));
        return count.find() ? Integer.parseInt(count.group(1)) : -1;
    }

    @Override
    public void close() {
        stand.close();
        for (Proxy proxy : List.of(eventServer, socket, relay)) {
            proxy.close();
        }
        others.close();
        showing.close();
        mails.close();
    }
}
