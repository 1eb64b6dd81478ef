package ualarm.proof;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;
import ualarm.Proxy;
import ualarm.bench.XProtect;
import ualarm.cluster.Book;
import ualarm.cluster.ConnectorChild;
import ualarm.cluster.Sending;

/** A connector as a process of its own between senders and a simulated XProtect, with a book of what becomes of each alarm. */
final class Stand implements AutoCloseable {

    static final int CAMERAS = 16;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Book book = new Book();
    private final XProtect xprotect;
    private final Proxy proxy;
    private final int cameras;
    private final ConnectorChild connector;
    private final Path folder;
    private boolean isReachable = true;

    /**
     * @param folder the connector's
     * @param more its settings, beside those of the site
     */
    Stand(Path folder, String more) {
        this(folder, CAMERAS, stand -> more);
    }

    /**
     * @param folder the connector's
     * @param cameras how many cameras send alarms; those of XProtect of the site {@code main} come first
     * @param more the connector's settings, beside those of the site {@code main}
     */
    Stand(Path folder, int cameras, Function<Stand, String> more) {
        this.folder = folder;
        this.cameras = cameras;
        xprotect = new XProtect(1, CAMERAS, book::arrived);
        proxy = new Proxy(xprotect.urls().get(0));
        connector = new ConnectorChild(
                http,
                folder,
                "alarm.time-offset=0\nsite.main.url=" + proxy.url()
                        + "\nsite.main.username=u\nsite.main.password=p\nsite.main.raise-alarm=off\n"
                        + more.apply(this));
    }

    Book book() {
        return book;
    }

    XProtect xprotect() {
        return xprotect;
    }

    /** @return stands between the connector and XProtect */
    Proxy proxy() {
        return proxy;
    }

    ConnectorChild connector() {
        return connector;
    }

    /** @return the connector's folder of data */
    Path data() {
        return folder.resolve("data");
    }

    /** Sends so many alarms a second until it is closed. */
    Sending send(int aSecond) {
        return send(aSecond, 0);
    }

    /** Sends so many alarms a second until it is closed, each with a picture of that many characters. */
    Sending send(int aSecond, int picture) {
        return new Sending(book, List.of(connector), cameras, aSecond, picture);
    }

    /** Sends one alarm of the first camera. */
    int sendOne() {
        return sendOne(0);
    }

    /** Sends one alarm of a camera. */
    int sendOne(int camera) {
        int number = book.add(camera);
        int status = connector.post(Sending.alarm(book, number, camera));
        if (status == 200) {
            book.accepted(number);
        }
        return status;
    }

    /** @return what the console answers; nothing in it when it does not */
    JsonNode console(String path) {
        try {
            return new ObjectMapper().readTree(connector.console(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the cameras of the site {@code main} are known. */
    void awaitCameras() {
        await().until(() -> console("/api/status").at("/sites/0/cameras").asInt() == CAMERAS);
    }

    /** Has XProtect go away or come back. */
    void reachable(boolean isReachable) {
        if (isReachable != this.isReachable) {
            if (isReachable) {
                xprotect.comeBack();
            } else {
                xprotect.goAway();
            }
            this.isReachable = isReachable;
        }
    }

    /** Waits until each accepted alarm has its event or is among the dead letters, or nothing waits any more. */
    Book.Sum settle(Duration longest) {
        try {
            // The book of a million is long.
            var interval = Duration.ofMillis(200 + book.size() / 500);
            await().atMost(longest).pollInterval(interval).until(() -> {
                if (book.sum().lost() == 0) {
                    return true;
                }
                // Asked before the book: what is delivered meanwhile is in it.
                boolean nothingWaits = nothingWaits();
                readDeadLetters();
                return book.sum().lost() == 0 || nothingWaits;
            });
        } catch (ConditionTimeoutException e) {
            System.out.println("It does not settle: " + book.sum() + " " + connector.console("/api/status"));
        }
        return book.sum();
    }

    private boolean nothingWaits() {
        JsonNode status = console("/api/status");
        long waiting = status.path("unmatched").asLong(1);
        for (JsonNode site : status.path("sites")) {
            waiting += site.path("waiting").asLong();
        }
        return waiting == 0;
    }

    private void readDeadLetters() {
        for (JsonNode letter : console("/api/dead-letters")) {
            String id = letter.path("alarm")
                    .path("id")
                    .asText(letter.path("alarmId").asText());
            if (id.matches("k\\d+")) {
                book.givenUp(Integer.parseInt(id.substring(1)));
            }
        }
    }

    @Override
    public void close() {
        connector.stop();
        proxy.close();
        xprotect.close();
    }
}
