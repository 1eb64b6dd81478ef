package ualarm.trial;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import ualarm.site.LocalSettings;

/**
 * Runs test files. Tests that start the connector with the same share one and run one after the other; one that makes trouble has a
 * connector of its own. Several connectors run at once, because most of the time they wait; to start they need the processors.
 */
public final class Trials {

    private static final int AT_ONCE = 6;
    private static final int SECONDS_TO_STOP = 60;

    private final LocalSettings local;
    private final Starter starter;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore starts = new Semaphore(Runtime.getRuntime().availableProcessors());

    /**
     * @param local the integrator's own files and values
     * @param starter starts connectors
     */
    public Trials(LocalSettings local, Starter starter) {
        this.local = local;
        this.starter = starter;
    }

    /**
     * Reads tests.
     *
     * @param files the files; none = all of the integrator's or, where there are none, all in the jar
     * @param faults gets what is wrong with a file that cannot be read: {@code <file>:<line>: <what>. <what to write>}
     * @return the others
     * @throws IOException when a file cannot be read at all
     * @throws IllegalArgumentException when there is no such file
     */
    public List<TestCase> read(List<Path> files, Consumer<String> faults) throws IOException {
        var folder = new TestFolder(local.routes());
        var settings = new GroundSettings(local);
        var tests = new ArrayList<TestCase>();
        for (TestSource source : files.isEmpty()
                ? folder.all()
                : files.stream().map(folder::file).toList()) {
            try {
                TestCase test = new TestReader(source).read();
                settings.check(test);
                tests.add(test);
            } catch (TestFileException e) {
                faults.accept(e.getMessage());
            }
        }
        return tests;
    }

    /**
     * Runs tests.
     *
     * @param tests the tests
     * @param results gets how each went, in their order, as soon as that is known
     */
    public void run(List<TestCase> tests, Consumer<Result> results) {
        Map<TestCase, CompletableFuture<Result>> running = tests.stream()
                .collect(Collectors.toMap(
                        Function.identity(), test -> new CompletableFuture<>(), (a, b) -> a, LinkedHashMap::new));
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            groups(tests).forEach(group -> threads.execute(() -> run(group, running)));
            running.values().forEach(each -> results.accept(each.join()));
        } finally {
            end(threads);
        }
    }

    /** The last connectors still stop, and take their files with them. */
    private static void end(ExecutorService threads) {
        threads.shutdown();
        try {
            threads.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those that take longest come first: what makes trouble waits for something. */
    private static List<List<TestCase>> groups(List<TestCase> tests) {
        var groups = new LinkedHashMap<Object, List<TestCase>>();
        tests.forEach(
                test -> groups.computeIfAbsent(test.isHarmless() ? test.ground().key() : test, key -> new ArrayList<>())
                        .add(test));
        return groups.values().stream()
                .sorted(Comparator.comparing(group -> group.get(0).isHarmless()))
                .toList();
    }

    private Stand start(TestCase test) throws IOException {
        starts.acquireUninterruptibly();
        try {
            return new Stand(test.ground(), local, starter, http);
        } finally {
            starts.release();
        }
    }

    private void run(List<TestCase> group, Map<TestCase, CompletableFuture<Result>> running) {
        Stand stand = null;
        for (TestCase test : group) {
            Result result;
            try {
                if (stand != null && !stand.isNewTo(test)) {
                    stand.close();
                    stand = null;
                }
                if (stand == null) {
                    stand = start(test);
                }
                if (!test.expected().deadLetters().isEmpty()) {
                    stand.growOld();
                }
                result = new Trial(test, stand).run();
            } catch (Exception e) {
                result = new Result(
                        test,
                        List.of(new Failure(
                                test.file(),
                                "the test",
                                List.of("that it runs"),
                                List.of(String.valueOf(e.getMessage())))),
                        Duration.ZERO);
            }
            running.get(test).complete(result);
            if (stand != null && !result.isPassed()) {
                // What is left of it might reach the next one.
                stand.close();
                stand = null;
            }
        }
        if (stand != null) {
            stand.close();
        }
    }
}
