package ualarm.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import ualarm.history.History;
import ualarm.site.Settings;
import ualarm.site.Site;

/**
 * Asks the live far ends whether alarms would arrive: each site, the mail relay, this machine. All at the same time; what has not
 * answered after half a minute is said not to have.
 */
public final class Check {

    /** Time for a far end that hangs to be told by its first question, and for a slow one to be asked them all. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Cameras that U-Alarm has named since then are held against XProtect's. */
    private static final Duration LATELY = Duration.ofDays(7);

    /** Of more, the first are enough to see what is wrong. */
    static final int MOST_NAMED = 20;

    private final Settings settings;
    private final Clock clock;
    private final ToLongFunction<Path> freeBytes;

    /** @param settings the checked settings */
    public Check(Settings settings) {
        this(settings, Clock.systemUTC(), Check::usable);
    }

    /**
     * @param settings the checked settings
     * @param clock what the certificates and the sites' clocks are held against
     * @param freeBytes says how many bytes are free on a folder's disk
     */
    public Check(Settings settings, Clock clock, ToLongFunction<Path> freeBytes) {
        this.settings = settings;
        this.clock = clock;
        this.freeBytes = freeBytes;
    }

    /**
     * Checks everything.
     *
     * @param only the site to be checked; all when nothing
     * @return what was found: the sites in their order, then the mail relay, then this machine
     */
    public List<Finding> run(Optional<String> only) {
        return run(only, Optional.empty());
    }

    /**
     * Checks everything, and whether an event arrives.
     *
     * @param only the site to be checked; all when nothing
     * @param camera where the analytics event is triggered, once; nothing = it is not
     * @return what was found, as {@link #run(Optional)} says
     */
    public List<Finding> run(Optional<String> only, Optional<UUID> camera) {
        List<Site> sites = only.map(name -> List.of(settings.sites().site(name)))
                .orElseGet(() -> settings.sites().all());
        List<Site> mailed =
                sites.stream().filter(site -> !site.mail().to().isEmpty()).toList();
        var parts = new LinkedHashMap<Findings, Runnable>();
        var alarms = new Findings("");
        var named = CompletableFuture.supplyAsync(() -> named(alarms));
        var xprotect = CompletableFuture.supplyAsync(() -> new XProtectRoutes(settings));
        for (Site site : sites) {
            var findings = new Findings(site.name());
            parts.put(findings, new SiteCheck(site, clock, xprotect::join, named::join, camera, findings)::run);
        }
        if (!mailed.isEmpty()) {
            var findings = new Findings("");
            parts.put(findings, () -> new RelayCheck(settings.relay(), findings).run(mailed));
        }
        var local = new Findings("");
        parts.put(local, new LocalCheck(settings, freeBytes, local)::run);
        parts.put(alarms, named::join);
        try {
            return together(parts);
        } finally {
            xprotect.thenAccept(XProtectRoutes::close);
        }
    }

    /** The cameras that alarms have named lately; those that no XProtect has are a finding. */
    private List<History.Named> named(Findings findings) {
        try {
            var named = History.named(
                    settings.journal().directory(), clock.instant().minus(LATELY));
            List<History.Named> unknown =
                    named.stream().filter(camera -> camera.site().isEmpty()).toList();
            if (named.isEmpty()) {
                findings.ok("named cameras", "U-Alarm has named none in a week.");
            } else if (unknown.isEmpty()) {
                findings.ok(
                        "named cameras",
                        "an XProtect had each of the " + named.size() + " that U-Alarm has named in a week.");
            }
            unknown.stream()
                    .limit(MOST_NAMED)
                    .forEach(
                            camera -> findings.warning(
                                    "named cameras",
                                    "U-Alarm names the camera " + camera
                                            + ", which no XProtect has. Enter the camera's GUID in XProtect as its Technical name in U-Alarm."));
            return named;
        } catch (IllegalStateException e) {
            findings.warning("named cameras", Findings.words(e) + ". Run this as the user that runs the connector.");
            return List.of();
        }
    }

    private static List<Finding> together(LinkedHashMap<Findings, Runnable> parts) {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long end = System.nanoTime() + LONGEST.toNanos();
            var underWay = new LinkedHashMap<Findings, CompletableFuture<Void>>();
            parts.forEach((findings, part) -> underWay.put(findings, CompletableFuture.runAsync(part, threads)));
            var found = new ArrayList<Finding>();
            underWay.forEach((findings, part) -> {
                await(findings, part, end);
                found.addAll(findings.all());
            });
            return found;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(Findings findings, CompletableFuture<Void> part, long end) {
        try {
            part.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            findings.fail(
                    "time",
                    "the rest of this check did not end within " + LONGEST.toSeconds()
                            + " s: the far end, or its DNS, is too slow. Look at its load and at the network.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            findings.fail(
                    "check", "it broke off (" + Findings.words(e.getCause()) + "). Tell the maker of the connector.");
        }
    }

    private static long usable(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
