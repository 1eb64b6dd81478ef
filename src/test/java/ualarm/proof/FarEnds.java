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
 * nothing ever does. Each alarm is mailed, too, by a relay that may misbehave as well. What belongs to none that does must go on meanwhile.
 */
final class FarEnds implements AutoCloseable {

    /** Alarms a second, of all sites. */
    private static final int RATE = 40;

    /** The ladder's longest quick wait, the longest wait for an answer, and time for a slow machine. */
    private static final Duration LONGEST = Duration.ofSeconds(150);

    /** What goes on comes within milliseconds; who waits for a far end that keeps silent waits for 10 s. */
    private static final Duration LONGEST_OF_OTHERS = Duration.ofSeconds(8);

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
    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private XProtect others;
    private ShowingXProtect showing;
    private Mails mails;
    private Proxy eventServer;
    private Proxy socket;
    private Proxy relay;

    /**
     * A fault.
     *
     * @param site whose alarms need not arrive while it lasts; empty = all must
     * @param begin has it begin
     */
    private record Fault(String site, Runnable begin) {}

    /**
     * What became of alarms.
     *
     * @param sent how many were sent
     * @param sum what became of them
     * @param others the longest that alarms of the other sites waited for their events, about, while the fault lasted
     * @param tried how many events were sent to the site {@code main}
     */
    record Outcome(int sent, Book.Sum sum, Duration others, int tried) {

        /** What else was seen, for the table. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d unmailed, %d mailed twice; the other sites' events after %.1f s at most",
                    sum.unmailed(),
                    sum.mailedTwice(),
                    others.toMillis() / 1e3);
        }
    }

    FarEnds(Path folder) {
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
            await().until(() -> stand.console("/api/status").at(cameras).asInt() >= Stand.CAMERAS);
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
            settings.append(at + "mail.to=guard@example.com\n" + at + "mail.when=always\n");
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
        faults.put(farEnd + ": " + fault, new Fault(site, () -> {
            if (farEnd.equals("identity provider")) {
                stand.xprotect().forgetTokens();
            }
            begin.run();
        }));
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

    /** The fault lasts for some time, while alarms come in and are answered with 200; then all are delivered and mailed. */
    Outcome during(String name, Duration time) {
        Fault fault = faults.get(name);
        Book.Sum before = stand.book().sum();
        int size = stand.book().size();
        int tried = stand.xprotect().tried();
        Duration others;
        try (Sending sending = stand.send(RATE)) {
            fault.begin().run();
            others = watch(time, camera -> !SITES.get(camera / Stand.CAMERAS).equals(fault.site()));
            if (sending.refused() > 0) {
                throw new IllegalStateException("Alarms are refused for a fault of a far end: " + name);
            }
            heal();
        }
        settle();
        return new Outcome(
                stand.book().size() - size,
                stand.book().sum().since(before),
                others,
                stand.xprotect().tried() - tried);
    }

    /** Alarms of so many were sent at that time. */
    private record Mark(int end, long at) {}

    /** @return the longest that one of the alarms that were sent within that time waited for its event, about */
    private Duration watch(Duration time, IntPredicate cameras) {
        var marks = new ArrayDeque<Mark>();
        long end = System.nanoTime() + time.toNanos();
        long[] longest = {0};
        await().atMost(time.plus(LONGEST_OF_OTHERS))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    long now = System.nanoTime();
                    if (now - end < 0) {
                        marks.add(new Mark(stand.book().size(), now));
                    }
                    showing.read();
                    while (!marks.isEmpty()
                            && stand.book().missing(cameras, marks.peek().end()) == 0) {
                        longest[0] = Math.max(longest[0], now - marks.poll().at());
                    }
                    return now - end >= 0 && marks.isEmpty();
                });
        return Duration.ofNanos(longest[0]);
    }

    private void settle() {
        try {
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(250)).until(() -> {
                showing.read();
                mails.read();
                Book.Sum sum = stand.book().sum();
                return sum.lost() == 0 && sum.unmailed() == 0;
            });
        } catch (ConditionTimeoutException e) {
            // What of it stands among the dead letters is told there.
            stand.settle(Duration.ofSeconds(5));
            System.out.println("It does not settle: " + stand.book().sum());
        }
    }

    /** Waits until an alarm that is sent now is seen on the WebSocket. */
    void awaitSeen() {
        int number = stand.book().size();
        stand.sendOne(SHOWN);
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> stand.console("/api/alarms/k" + number).toString().contains("\"seen\""));
        settle();
    }

    /** @return how many events XProtect is said not to have shown */
    int unseen() {
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
