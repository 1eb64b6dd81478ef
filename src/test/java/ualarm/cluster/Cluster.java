package ualarm.cluster;

import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ualarm.bench.XProtect;

/** Two connectors on an external Artemis, between senders and a simulated XProtect and mail relay, with a book of what becomes of each alarm. */
final class Cluster implements AutoCloseable {

    private static final int CAMERAS = 16;

    private final Book book = new Book();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final XProtect xprotect = new XProtect(1, CAMERAS, book::arrived);
    private final Mails mail = new Mails(book);
    private final Brokers brokers;
    private final List<ConnectorChild> connectors = new ArrayList<>();
    private Sending sending;

    /** @param more settings of both connectors */
    Cluster(Brokers brokers, Path folder, String more) {
        this.brokers = brokers;
        String settings = "journal.url=" + brokers.url()
                + "\njournal.username=connector\njournal.password=secret\nalarm.time-offset=0\nsite.main.url="
                + xprotect.urls().get(0)
                + "\nsite.main.username=u\nsite.main.password=p\nsite.main.raise-alarm=off"
                + "\nsite.main.mail.to=guard@example.com\nsite.main.mail.when=always\nmail.digest-seconds=1"
                + "\nmail.host=127.0.0.1\nmail.security=none\nmail.from=ualarm@example.com\nmail.port="
                + mail.port() + "\n" + more;
        for (String name : List.of("one", "two")) {
            connectors.add(new ConnectorChild(http, folder.resolve(name), settings));
        }
    }

    Book book() {
        return book;
    }

    Brokers brokers() {
        return brokers;
    }

    XProtect xprotect() {
        return xprotect;
    }

    ConnectorChild connector(int number) {
        return connectors.get(number);
    }

    /** Starts both connectors, and waits until they take alarms. */
    void start() {
        connectors.forEach(ConnectorChild::start);
        connectors.forEach(ConnectorChild::awaitReady);
        connectors.forEach(connector -> await().atMost(Duration.ofMinutes(1))
                .until(() -> connector.console("/api/status").contains("\"state\":\"running\"")));
    }

    /** @return an alarm, in the short form */
    String alarm(int number, int camera) {
        return Sending.alarm(book, number, camera);
    }

    /** Sends alarms of all cameras until it is closed. */
    Sending send(int aSecond) {
        sending = new Sending(book, connectors, CAMERAS, aSecond, 0);
        return sending;
    }

    /** Reads the mails that came since they were read last. */
    void readMails() {
        mail.read();
    }

    int mails() {
        return mail.count();
    }

    /** Waits until every accepted alarm has its event and its mail, and nothing waits any more. */
    Book.Sum settle(Duration longest) {
        try {
            await().atMost(longest).pollInterval(Duration.ofMillis(250)).until(() -> {
                mail.read();
                Book.Sum sum = book.sum();
                return sum.lost() == 0 && sum.unmailed() == 0;
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            System.out.println("It does not settle: " + book.sum());
        }
        return book.sum();
    }

    /** @return how often an alarm was not answered with 200, and sent again */
    int refused() {
        return sending.refused();
    }

    /** Leaves no process behind. */
    void killAll() {
        connectors.stream().filter(ConnectorChild::isRunning).forEach(ConnectorChild::kill);
        brokers.killAll();
    }

    @Override
    public void close() {
        connectors.forEach(ConnectorChild::stop);
        brokers.close();
        xprotect.close();
        mail.close();
    }
}
