package ualarm.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import ualarm.WornFile;
import ualarm.cluster.Book;

/**
 * Faults in the long form, and their counts in {@code target/proof.md}. {@code -Dproof.parts}: which, of {@code power,pages,kills,far,disk,damage,time,million};
 * {@code -Dproof.cuts}, {@code -Dproof.kills}: how many; {@code -Dproof.faults}: which of far ends, {@code -Dproof.seconds}: for how long; {@code -Dproof.seed}: which moments; {@code -Dproof.waiting}: how many alarms wait;
 * {@code -Dproof.rate}: alarms a second. A run can end at any time: what has been counted stays in the table, and the next one adds to it. Fails
 * when an accepted alarm is lost or is given up.
 */
public final class Proof {

    /** So that a run that ends early has counted something, and a disk does not fill up. */
    private static final int AT_ONCE = 100;

    private final Map<String, Part> all = new LinkedHashMap<>();
    private final long seed = Long.getLong("proof.seed", System.nanoTime());
    private final String parts;
    private final Report report;
    private int wrong;

    private interface Part {
        void run() throws Exception;
    }

    private Proof() throws IOException, InterruptedException {
        all.put("power", this::power);
        all.put("pages", this::pages);
        all.put("kills", this::kills);
        all.put("far", this::far);
        all.put("disk", this::disk);
        all.put("time", this::time);
        all.put("damage", this::damage);
        all.put("million", this::million);
        parts = System.getProperty("proof.parts", String.join(",", all.keySet()));
        report = new Report("mvn -Pproof verify -Dproof.parts=" + parts + "`, seed `" + seed);
    }

    /** @param args none */
    public static void main(String[] args) throws Exception {
        var proof = new Proof();
        for (String part : proof.parts.split(",")) {
            proof.all.get(part).run();
        }
        if (proof.wrong > 0) {
            throw new IllegalStateException(proof.wrong + " alarms were lost or given up. See target/proof.md.");
        }
    }

    private static Path folder() throws IOException {
        return Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "proof").toAbsolutePath()), "run");
    }

    private static Path layer(String name) {
        Optional<Path> layer = Layer.of(name);
        return layer.orElseThrow(() -> new IllegalStateException("Install gcc and libc6-dev."));
    }

    private void count(String fault, String counts, Stand stand, Book.Sum sum, String remarks) throws IOException {
        wrong += sum.lost() + sum.deadLetters();
        report.row(fault, counts, stand.book().size(), sum, remarks);
    }

    private void power() throws Exception {
        int count = Integer.getInteger("proof.cuts", 200);
        for (int done = 0; done < count; done += AT_ONCE) {
            Path folder = folder();
            // Many alarms fill files, and new ones are made; with few, little is written besides.
            int rate = done / AT_ONCE % 2 == 0 ? Integer.getInteger("proof.rate", 200) : 3_000;
            int cuts = Math.min(AT_ONCE, count - done);
            try (var stand = stand(folder)) {
                var powerCuts = new PowerCuts(stand, folder, layer("disk"), seed + done);
                var sum = powerCuts.run(cuts, rate, Duration.ofMillis(1_500));
                count("power cut", String.valueOf(cuts), stand, sum, powerCuts.toString());
            }
            Disk.delete(folder);
        }
    }

    /** With so little memory, most of what waits is on pages; they are worked off once between the cuts. */
    private void pages() throws Exception {
        int count = Integer.getInteger("proof.cuts", 200);
        int some = AT_ONCE / 8;
        int rate = Integer.getInteger("proof.rate", 200);
        int done = 0;
        while (done < count) {
            Path folder = folder();
            try (var stand = stand(folder)) {
                stand.connector().option("-Xmx80m");
                var powerCuts = new PowerCuts(stand, folder, layer("disk"), seed + done);
                powerCuts.fill(20_000);
                powerCuts.run(some, rate, Duration.ofMillis(1_500));
                powerCuts.cutNow();
                powerCuts.fill(20_000);
                var sum = powerCuts.run(some, rate, Duration.ofMillis(1_500));
                String cuts = String.valueOf(powerCuts.count());
                count("power cut, alarms wait on pages", cuts, stand, sum, powerCuts.toString());
                done += powerCuts.count();
            }
            Disk.delete(folder);
        }
    }

    private void kills() throws Exception {
        int count = Integer.getInteger("proof.kills", 1_000);
        for (int done = 0; done < count; done += AT_ONCE) {
            Path folder = folder();
            int kills = Math.min(AT_ONCE, count - done);
            try (var stand = stand(folder)) {
                var killing = new Killing(stand, seed + done);
                var sum = killing.run(kills, Integer.getInteger("proof.rate", 200), Duration.ofMillis(800));
                count("SIGKILL", String.valueOf(kills), stand, sum, killing.toString());
            }
            Disk.delete(folder);
        }
    }

    private static Stand stand(Path folder) {
        var stand = new Stand(folder.resolve("connector"), "");
        // Stopped by a signal, it leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(stand.connector()::kill));
        return stand;
    }

    private void far() throws Exception {
        Path folder = folder();
        try (var ends = new FarEnds(folder, true)) {
            String chosen = System.getProperty("proof.faults", String.join(";", ends.faults()));
            for (String fault : chosen.split(";")) {
                var outcome = ends.during(fault, Duration.ofSeconds(Integer.getInteger("proof.seconds", 6)));
                wrong += outcome.sum().lost() + outcome.sum().deadLetters();
                report.row(fault, "1", outcome.sent(), outcome.sum(), outcome.toString());
            }
        }
        Disk.delete(folder);
    }

    private void disk() throws Exception {
        var faults = new LinkedHashMap<String, java.util.function.Consumer<Faults>>();
        faults.put("nearly full", disk -> disk.room(Faults.NEARLY_FULL));
        faults.put("full at a stroke", disk -> disk.room(0));
        faults.put("read-only", disk -> disk.failWrites(Faults.EROFS));
        faults.put("EIO when written to", disk -> disk.failWrites(Faults.EIO));
        faults.put("EIO when synced", disk -> disk.failSyncs(Faults.EIO));
        for (var fault : faults.entrySet()) {
            Path folder = folder();
            try (var disk = new DiskFaults(folder, layer("disk"))) {
                var outcome = disk.during(() -> fault.getValue().accept(disk.faults()));
                count(
                        "disk: " + fault.getKey(),
                        "1",
                        disk.stand(),
                        outcome.sum(),
                        outcome.refused() + " times 503"
                                + (outcome.hasEnded() ? "; the process ended and was started again" : ""));
            }
            Disk.delete(folder);
        }
        Path folder = folder();
        try (var disk = new DiskFaults(folder, layer("disk"))) {
            var outcome = disk.during(() -> disk.faults().slowSyncs(Duration.ofSeconds(2)), Duration.ofSeconds(20));
            count("disk: 2 s a sync", "1", disk.stand(), outcome.sum(), outcome.refused() + " times 503");
        }
        Disk.delete(folder);
    }

    private void time() throws Exception {
        var starts = new LinkedHashMap<String, Instant>();
        starts.put("now", Instant.now());
        // Seconds before the hour that is twice, and before the one that is not there, in Budapest.
        starts.put("the end of summer time", Instant.parse("2026-10-25T00:59:45Z"));
        starts.put("the beginning of summer time", Instant.parse("2027-03-28T00:59:45Z"));
        for (var start : starts.entrySet()) {
            Path folder = folder();
            try (var jumps = new ClockJumps(folder, layer("clock"), "", start.getValue())) {
                jumps.start();
                int sent = 0;
                Book.Sum before = new Book().sum();
                for (Duration by :
                        List.of(Duration.ZERO, Duration.ofDays(-1), Duration.ofDays(1), Duration.ofDays(8))) {
                    for (boolean isAway : new boolean[] {false, true}) {
                        Book.Sum sum = jumps.jump(by, isAway);
                        wrong += sum.lost() + sum.deadLetters();
                        int size = jumps.stand().book().size();
                        String what =
                                "clock, from " + start.getKey() + String.format(Locale.ROOT, ": %+d h", by.toHours());
                        report.row(
                                what,
                                "1",
                                size - sent,
                                sum.since(before),
                                isAway ? "XProtect away" : "XProtect refused events");
                        before = sum;
                        sent = size;
                    }
                }
            }
            Disk.delete(folder);
        }
    }

    private void damage() throws Exception {
        Path folder = folder();
        try (var stand = stand(folder)) {
            var damage = new Damage(stand, folder, seed);
            damage.prepare(200);
            for (String where : new String[] {"bindings", "messages"}) {
                for (WornFile.Kind kind : WornFile.Kind.values()) {
                    damaged(damage, where, kind);
                }
            }
        }
        Disk.delete(folder);
    }

    private void damaged(Damage damage, String where, WornFile.Kind kind) throws IOException {
        int count = Integer.getInteger("proof.damages", 20);
        int sent = 0;
        int accounted = 0;
        Book.Sum all = new Book().sum();
        for (int i = 0; i < count; i++) {
            var outcome = damage.damage("journal/" + where, kind);
            all = all.plus(outcome.sum());
            sent += damage.sent();
            // A dead letter of which no name can be read stands for one of those that are missing.
            accounted += Math.min(outcome.nameless(), outcome.sum().lost());
        }
        wrong += all.lost() - accounted;
        report.row(
                "disk gives back other bytes, " + where + ": " + kind,
                String.valueOf(count),
                sent,
                all,
                accounted + " of those lost are dead letters of which the alarm's id cannot be read");
    }

    private void million() throws Exception {
        Path folder = folder();
        try (var stand = stand(folder)) {
            var million = new Million(stand);
            var sum = million.run(Integer.getInteger("proof.waiting", 1_000_000));
            count("very many waiting", "1", stand, sum, million.toString());
        }
        Disk.delete(folder);
    }
}
