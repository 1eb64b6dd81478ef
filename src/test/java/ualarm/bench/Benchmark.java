package ualarm.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code mvn -Pbench verify}: how fast the packaged connector is from post to event beside a simulated XProtect, on this machine and
 * while nothing else works on it. The figures are printed and stand in {@code target/bench.json}. Slow ones fail nothing; an accepted
 * alarm without an event does. {@code -Dbench.growth=true} measures {@link Growth} instead.
 */
public final class Benchmark {

    private static final int CAMERAS = 1000;

    private final Map<String, Object> figures = new LinkedHashMap<>();

    private Benchmark() {}

    /** @param arguments none; options are system properties */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        String growth = System.getProperty("bench.growth", "false");
        int missing = growth.equals("false") ? new Benchmark().run() : new Growth().run(growth);
        if (missing > 0) {
            throw new IllegalStateException(missing + " accepted alarms have no event.");
        }
    }

    private int run() throws InterruptedException, IOException {
        try (Stand stand = new Stand(1, CAMERAS)) {
            System.out.println("\n| what | figure |\n|---|---:|");
            say("start", "start to the first accepted alarm, s", stand.start());
            stand.warm();
            double before = stand.connector().cpuMillis();
            var most = stand.closed(64, Duration.ofSeconds(10));
            double cpu = (stand.connector().cpuMillis() - before) / most.events();
            say("max", "most alarms/s, 64 connections", most.rate());
            say("cpu", "CPU an alarm, ms", cpu);
            for (int rate : new int[] {200, 1000}) {
                var outcome = stand.open(rate, Duration.ofSeconds(12));
                say("p50@" + rate, "p50 at " + rate + "/s, ms", outcome.millis(.5));
                say("p99@" + rate, "p99 at " + rate + "/s, ms", outcome.millis(.99));
                say("p99.9@" + rate, "p99.9 at " + rate + "/s, ms", outcome.millis(.999));
            }
            stand.connector().resident().ifPresent(mb -> say("rss", "resident memory, MB", mb));
            var all = stand.ledger().since(0);
            say("refused", "alarms not accepted, of " + all.sent(), all.refused());
            say("twice", "events too many", stand.ledger().surplus());
            say("missing", "accepted alarms without event", all.missing());
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(Path.of("target", "bench.json").toFile(), figures);
            return all.missing();
        }
    }

    private void say(String key, String what, double figure) {
        figures.put(key, figure);
        System.out.printf(
                Locale.ROOT, figure == Math.rint(figure) ? "| %s | %,.0f |%n" : "| %s | %,.2f |%n", what, figure);
    }
}
