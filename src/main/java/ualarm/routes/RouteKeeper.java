package ualarm.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the routes running as they are written. An edit takes effect when all files are right together; what is refused changes
 * nothing. At the start, files that are not right are replaced by those that ran last or, where none did, by those in the jar. The lock
 * on this guards all of it: an edit, a look, a rollback, one after the other.
 */
public final class RouteKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.routes");

    /** A file that is being written is not read: only what has stood for one such time. */
    private static final long LOOKS_EVERY_MILLIS = 400;

    private static final long BREAKS_OFF_SECONDS = 15;

    private final CamelContext camel;
    private final RouteFolder folder;
    private final RouteVersions versions;
    private final Function<List<RouteFile>, List<RouteFault>> check;
    private final RunningRoutes running;
    private final RouteCounts counts = new RouteCounts();
    private final Map<String, RouteFault> rejected = new LinkedHashMap<>();
    private final Map<String, Instant> since = new LinkedHashMap<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "routes");
        thread.setDaemon(true);
        return thread;
    });
    private String seen = "";
    private String read = "";
    private String trouble = "";
    private boolean isOwn;

    /**
     * @param camel where the routes run; not started yet
     * @param folder where the files lie
     * @param versions keep what has run
     * @param check says what is wrong with files that are to run together
     * @param surroundings what is to know that routes come and go
     */
    public RouteKeeper(
            CamelContext camel,
            RouteFolder folder,
            RouteVersions versions,
            Function<List<RouteFile>, List<RouteFault>> check,
            Surroundings surroundings) {
        this.camel = camel;
        this.folder = folder;
        this.versions = versions;
        this.check = check;
        this.running = new RunningRoutes(camel, surroundings, folder::location);
        camel.addRoutePolicyFactory(counts);
    }

    /**
     * Starts the routes, in a Camel that has started.
     *
     * @throws IllegalStateException when not even those in the jar start
     */
    public synchronized void start() {
        try {
            read = print();
            isOwn = folder.isOwn();
            List<RouteFile> files = folder.read();
            if (!startTrusted(files)) {
                startBase();
                apply(files);
            }
            names().forEach(name -> since.putIfAbsent(name, Instant.now()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has run before is not checked again, which would take longer than the start. */
    private boolean startTrusted(List<RouteFile> files) {
        Optional<List<RouteFile>> last = versions.last();
        boolean isKnown = last.filter(files::equals).isPresent();
        if (!isKnown && !files.equals(folder.packed()) && !check(files).isEmpty()) {
            return false;
        }
        try {
            running.start(files);
        } catch (RunningRoutes.NotStarted e) {
            LOG.debug("The routes do not start", e);
            return false;
        }
        if (!isKnown) {
            keep();
        }
        return true;
    }

    /** What the check does not understand, it must not let pass, and not fail the start for. */
    private List<RouteFault> check(List<RouteFile> files) {
        try {
            return check.apply(files);
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("The check of the routes broke off", e);
            return List.of(new RouteFault(
                    "", 0, "the check of the routes broke off (" + e + ")", "Bring back the version before."));
        }
    }

    private void startBase() {
        List<RouteFile> last = versions.last().orElse(List.of());
        try {
            if (!last.isEmpty()) {
                running.start(last);
                LOG.error("Not all files of routes are right. Those that ran last serve in their place.");
                return;
            }
        } catch (RunningRoutes.NotStarted e) {
            LOG.error("routes/{} ran last, and does not start: {}", e.file().name(), e.getMessage());
        }
        try {
            running.start(folder.packed());
            LOG.error("Not all files of routes are right. Those in the jar serve in their place.");
        } catch (RunningRoutes.NotStarted e) {
            throw new IllegalStateException(
                    "The route file " + e.file().name() + " of the jar does not start: " + e.getMessage(), e);
        }
    }

    /** Looks from now on whether files are edited. */
    public void watch() {
        watch.scheduleWithFixedDelay(this::look, LOOKS_EVERY_MILLIS, LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        try {
            // On a share, or while it is exchanged for another, it may be away for a while: those in the jar are not
            // what runs then.
            if (isOwn && !folder.isOwn()) {
                throw new NoSuchFileException(folder.path().toString());
            }
            String now = print();
            boolean isStanding = now.equals(seen);
            seen = now;
            if (isStanding && !now.equals(read)) {
                List<RouteFile> files = folder.read();
                read = now;
                isOwn = folder.isOwn();
                apply(files);
            }
            trouble = "";
        } catch (IOException | RuntimeException | LinkageError e) {
            if (!e.toString().equals(trouble)) {
                trouble = e.toString();
                LOG.warn("The routes could not be read: {}. They go on as they are.", trouble);
            }
        }
    }

    /** Changes when a file does. */
    private String print() throws IOException {
        var print = new StringBuilder();
        for (Path file : folder.paths()) {
            print.append(file)
                    .append(' ')
                    .append(Files.size(file))
                    .append(' ')
                    .append(Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS))
                    .append('\n');
        }
        return print.toString();
    }

    private void apply(List<RouteFile> files) throws IOException {
        Map<String, RouteFile> before = byName(running.files());
        Map<String, RouteFile> after = byName(files);
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(name -> Optional.ofNullable(before.get(name)).equals(Optional.ofNullable(after.get(name))));
        var refused = new LinkedHashMap<String, RouteFault>();
        folder.misnamed().forEach(fault -> refused.put(fault.file(), fault));
        while (!changed.isEmpty() && !exchange(before, after, changed, refused)) {
            LOG.debug("Again without {}", refused.keySet());
        }
        tell(refused, changed);
    }

    /** @return whether those that are still in {@code changed} run now; else the culprits have left it for {@code refused} */
    private boolean exchange(
            Map<String, RouteFile> before,
            Map<String, RouteFile> after,
            Set<String> changed,
            Map<String, RouteFault> refused) {
        var next = new LinkedHashMap<>(before);
        changed.forEach(name -> {
            next.remove(name);
            Optional.ofNullable(after.get(name)).ifPresent(file -> next.put(name, file));
        });
        List<RouteFile> wanted = next.values().stream()
                .sorted(Comparator.comparing(RouteFile::name))
                .toList();
        List<RouteFault> faults = check(wanted);
        try {
            if (faults.isEmpty()) {
                running.exchange(wanted);
                keep();
                return true;
            }
        } catch (RunningRoutes.NotStarted e) {
            faults = List.of(new RouteFault(
                    e.file().name(),
                    0,
                    "its routes do not start: " + e.getMessage(),
                    "Correct it, or bring back the version before."));
        }
        List<RouteFault> found = faults;
        Set<String> culprits = found.stream()
                .map(RouteFault::file)
                .filter(changed::contains)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        // What is wrong in a file that was not touched comes from the others: one that was taken away, for example.
        if (culprits.isEmpty()) {
            culprits.addAll(changed);
        }
        culprits.forEach(name -> refused.put(
                name,
                found.stream()
                        .filter(fault -> fault.file().equals(name))
                        .findFirst()
                        .orElse(found.get(0))));
        changed.removeAll(culprits);
        return false;
    }

    private void tell(Map<String, RouteFault> refused, Set<String> applied) {
        refused.forEach((name, fault) -> {
            if (!fault.equals(rejected.get(name))) {
                LOG.warn("{} What ran before goes on.", fault);
                since.put(name, Instant.now());
            }
        });
        rejected.keySet().stream()
                .filter(name -> !refused.containsKey(name))
                .forEach(name -> since.put(name, Instant.now()));
        rejected.clear();
        rejected.putAll(refused);
        applied.forEach(name -> {
            LOG.info(
                    "routes/{} {}",
                    name,
                    running.files().stream().anyMatch(file -> file.name().equals(name))
                            ? "runs as it is written now"
                            : "is gone, and its routes with it");
            since.put(name, Instant.now());
        });
    }

    private void keep() {
        try {
            versions.keep(running.files());
        } catch (UncheckedIOException e) {
            LOG.warn("The routes that run could not be kept for the next start: {}", e.getMessage());
        }
    }

    private static Map<String, RouteFile> byName(Collection<RouteFile> files) {
        return files.stream().collect(Collectors.toMap(RouteFile::name, file -> file, (a, b) -> a, LinkedHashMap::new));
    }

    private Set<String> names() {
        var names = new TreeSet<>(byName(running.files()).keySet());
        names.addAll(rejected.keySet());
        return names;
    }

    /** @return how each file stands, by name */
    public synchronized List<RouteState> states() {
        return names().stream().map(this::state).toList();
    }

    private RouteState state(String name) {
        List<String> routes = List.copyOf(running.routes(name));
        var error = Optional.ofNullable(rejected.get(name));
        boolean isRunning =
                routes.stream().allMatch(id -> camel.getRouteController().getRouteStatus(id) == ServiceStatus.Started);
        List<RouteCounts.Count> ways =
                running.entrances(name).stream().map(counts::of).toList();
        return new RouteState(
                name,
                error.isPresent()
                        ? RouteState.State.REJECTED
                        : isRunning ? RouteState.State.RUNNING : RouteState.State.STOPPED,
                routes,
                since.getOrDefault(name, Instant.now()),
                error,
                ways.stream().mapToLong(count -> count.handled().sum()).sum(),
                ways.stream().mapToLong(count -> count.failed().sum()).sum());
    }

    /**
     * @param file a file's name
     * @return its versions that are kept, the newest first
     */
    public List<RouteVersions.Version> versions(String file) {
        return versions.versions(file);
    }

    /**
     * Brings an older version of a file back: writes it into the folder, and has it run.
     *
     * @param file the file's name
     * @param version one of its versions
     * @throws IllegalArgumentException when that version is not kept, or the routes in the jar serve
     * @throws IllegalStateException when it does not go with the other files, saying why; then nothing has changed
     */
    public void rollback(String file, int version) {
        try {
            // Where edits are made, too: it is broken off when they are.
            watch.submit(() -> bringBack(file, version)).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException(
                    "The connector is about to end or to begin anew. Try again in a minute.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private synchronized void bringBack(String file, int version) {
        RouteFile old = versions.version(file, version)
                .orElseThrow(() -> new IllegalArgumentException("routes/" + file + " has no version " + version
                        + ". GET /api/routes/" + file + " lists those it has."));
        if (!folder.isOwn()) {
            throw new IllegalArgumentException(
                    "The routes in the jar serve, so there is no file to write. Put the folder routes/ beside the jar first.");
        }
        try {
            Map<String, RouteFile> files = byName(folder.read());
            files.put(file, old);
            check(List.copyOf(files.values())).stream()
                    .filter(fault -> fault.file().equals(file) || !rejected.containsKey(fault.file()))
                    .findFirst()
                    .ifPresent(fault -> {
                        throw new IllegalStateException(
                                "Version " + version + " does not go with the other files: " + fault);
                    });
            folder.write(old);
            read = print();
            seen = read;
            apply(folder.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (rejected.containsKey(file)) {
            throw new IllegalStateException(rejected.get(file).toString());
        }
    }

    /** Looks no more, and breaks off an exchange; the routes are Camel's to stop. */
    @Override
    public void close() {
        watch.shutdownNow();
        try {
            watch.awaitTermination(BREAKS_OFF_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
