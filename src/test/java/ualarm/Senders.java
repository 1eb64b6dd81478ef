package ualarm;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Senders that post one alarm after the other until they are told to stop. */
final class Senders implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final int port;
    private final CompletableFuture<?> all;

    /**
     * @param port the alarm port
     * @param count how many senders
     */
    Senders(int port, int count) {
        this.port = port;
        var running = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            int sender = i;
            running[i] = CompletableFuture.runAsync(() -> send(sender), task -> new Thread(task).start());
        }
        all = CompletableFuture.allOf(running);
    }

    /** @return an alarm whose name is its id */
    static String alarm(String id) {
        return "{\"id\":\"" + id + "\",\"alarm\":\"" + id + "\",\"camera\":\"" + Rig.CAMERA_A + "\"}";
    }

    private void send(int sender) {
        for (int i = 0; !isOver.get(); i++) {
            String id = "s" + sender + "-" + i;
            try {
                int status = http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                        .timeout(Duration.ofSeconds(30))
                                        .POST(HttpRequest.BodyPublishers.ofString(alarm(id)))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    accepted.add(id);
                } else {
                    wrong.add(id + ": " + status);
                }
            } catch (Exception e) {
                wrong.add(id + ": " + e);
            }
        }
    }

    /** @return the ids of what was answered with 200 */
    Queue<String> accepted() {
        return accepted;
    }

    /** @return what was answered otherwise, or not at all, and how */
    Queue<String> wrong() {
        return wrong;
    }

    @Override
    public void close() {
        isOver.set(true);
        all.join();
    }
}
