import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/**
 * A simulated XProtect at port 18080 and a sender of 50 alarms a second, none of them twice, for the script beside it. It begins when the
 * folder has a file "go", ends with a file "stop", and prints what was answered and what arrived.
 */
final class UpdateLoad {

    private static final String CAMERA = "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();

    public static void main(String[] args) throws Exception {
        new UpdateLoad().run(Path.of(args[0]));
    }

    private void run(Path folder) throws Exception {
        try (var xprotect = new XProtect(new Release(2025, 1), Edition.CORPORATE, 18080)) {
            xprotect.addAnalyticsEvent("U-Alarm");
            xprotect.addAlarmDefinition("U-Alarm");
            await(folder.resolve("go"));
            var senders = Executors.newScheduledThreadPool(16);
            senders.scheduleAtFixedRate(() -> senders.execute(this::post), 0, 20, TimeUnit.MILLISECONDS);
            Files.writeString(folder.resolve("accepted"), "begun");
            await(folder.resolve("stop"));
            senders.shutdown();
            senders.awaitTermination(30, TimeUnit.SECONDS);
            List<String> arrived = arrived(xprotect);
            for (int look = 0; look < 60 && !new HashSet<>(arrived).containsAll(accepted); look++) {
                Thread.sleep(1000);
                arrived = arrived(xprotect);
            }
            var missing = new HashSet<>(accepted);
            arrived.forEach(missing::remove);
            System.out.printf(
                    "== %s; longest time without a 200: %.1f s; of %d alarms answered with 200, %d missing, %d doubled%n",
                    new TreeMap<>(answers),
                    longestGap.get() / 1e9,
                    accepted.size(),
                    missing.size(),
                    arrived.size() - new HashSet<>(arrived).size());
        }
        System.exit(0);
    }

    private static void await(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            Thread.sleep(50);
        }
    }

    private static List<String> arrived(XProtect xprotect) {
        return xprotect.server().requests().stream()
                .filter(each -> each.status() / 100 == 2 && each.request().path().endsWith("/events"))
                .map(each -> each.request().body().path("time").asText())
                .filter(time -> !time.isEmpty())
                .map(time -> Instant.parse(time).toString())
                .toList();
    }

    private void post() {
        // Each has a time of its own, by which its event is known again.
        String time = Instant.ofEpochMilli(1_763_632_800_000L + number.incrementAndGet()).toString();
        String what;
        try {
            int status = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:10000/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"camera\":\"" + CAMERA + "\",\"timestamp\":\"" + time + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            what = String.valueOf(status);
            if (status == 200) {
                accepted.add(time);
                long now = System.nanoTime();
                long before = last.getAndSet(now);
                longestGap.accumulateAndGet(before == 0 ? 0 : now - before, Math::max);
            }
        } catch (ConnectException e) {
            what = "refused";
        } catch (IOException | InterruptedException e) {
            what = "broken off";
        }
        answers.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
    }
}
