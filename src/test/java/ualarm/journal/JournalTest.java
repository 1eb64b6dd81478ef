package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolFactory;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.Rig;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Detection;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;

/** The journal by itself: a real embedded broker, a Camel route at its end. */
class JournalTest {

    @TempDir
    private Path directory;

    private Journal journal;
    private CamelContext camel;
    private ThreadPoolFactory threads = new DefaultThreadPoolFactory();
    private final List<String> delivered = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() throws Exception {
        journal = Journal.embedded(directory);
    }

    @AfterEach
    void close() throws Exception {
        if (camel != null) {
            camel.close();
        }
        journal.close();
    }

    private void restart() throws Exception {
        camel.close();
        camel = null;
        journal.close();
        open();
    }

    private void work(Consumer<Exchange> step) throws Exception {
        workBy(step::accept);
    }

    private void workBy(Processor step) throws Exception {
        workBy("journal:q", Watcher.NONE, step);
    }

    private void workBy(String source, Watcher watcher, Processor step) throws Exception {
        camel = new DefaultCamelContext();
        camel.getExecutorServiceManager().setThreadPoolFactory(threads);
        camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        var component = new JournalComponent(
                CompletableFuture.completedFuture(journal),
                new Ladder(new Random()),
                Set.of(),
                watcher,
                site -> Optional.empty());
        camel.addComponent("journal", component);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(source).process(step);
            }
        });
        camel.start();
        component.handOut();
    }

    static CameraAlarm alarm(String id, String camera) {
        return alarm(id, camera, "");
    }

    static CameraAlarm alarm(String id, String camera, String picture) {
        return new CameraAlarm(
                id,
                "Gate",
                "",
                Instant.now(),
                Instant.now(),
                UUID.nameUUIDFromBytes(id.getBytes()),
                "main",
                Optional.empty(),
                new Sighting(camera, "", 0, 0, List.of(), picture),
                false,
                "");
    }

    private void put(String id, String camera) throws Exception {
        journal.queue("q");
        journal.put(List.of("q"), alarm(id, camera)).get(10, TimeUnit.SECONDS);
    }

    private static String id(Exchange exchange) {
        return exchange.getIn().getBody(CameraAlarm.class).id();
    }

    private List<String> deadLetters() {
        return journal.deadLetters().list(Integer.MAX_VALUE).stream()
                .map(letter -> letter.alarm().map(CameraAlarm::id).orElse("") + ": " + letter.reason())
                .toList();
    }

    @Test
    void keepsTheOrderOfEachCamera() throws Exception {
        Map<String, List<String>> byCamera = new ConcurrentHashMap<>();
        var busy = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 300; i++) {
            put("%03d".formatted(i), "camera" + i % 7);
        }
        var overlaps = new AtomicInteger();
        work(exchange -> {
            String camera =
                    exchange.getIn().getBody(CameraAlarm.class).sighting().camera();
            if (!busy.add(camera)) {
                overlaps.incrementAndGet();
            }
            byCamera.computeIfAbsent(camera, c -> Collections.synchronizedList(new ArrayList<>()))
                    .add(id(exchange));
            delivered.add(id(exchange));
            busy.remove(camera);
        });
        await().until(() -> delivered.size() == 300);
        assertThat(byCamera.values())
                .hasSize(7)
                .allSatisfy(ids -> assertThat(ids).isSorted());
        assertThat(overlaps).hasValue(0);
    }

    @Test
    void handsOutMoreThanFitsInTheWindowAtOnce() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            put("w" + i, "camera" + i);
        }
        work(exchange -> delivered.add(id(exchange)));
        await().atMost(Duration.ofSeconds(20)).until(() -> delivered.size() == 2_000);
    }

    @Test
    void deliversManyAtOnceWhenTheFarEndAnswers() throws Exception {
        for (int i = 0; i < 9; i++) {
            put("m" + i, "camera" + i);
        }
        var together = new CyclicBarrier(8);
        var threads = ConcurrentHashMap.<String>newKeySet();
        workBy(exchange -> {
            threads.add(Thread.currentThread().getName());
            if (!id(exchange).equals("m0")) {
                together.await(10, TimeUnit.SECONDS);
            }
            delivered.add(id(exchange));
        });
        await().until(() -> delivered.size() == 9);
        assertThat(threads).allMatch(name -> name.contains("delivery"));
    }

    @Test
    void triesAFarEndThatHangsWithOneAlarmAtATime() throws Exception {
        for (int i = 0; i < 20; i++) {
            put("h" + i, "camera" + i);
        }
        var begun = new AtomicInteger();
        var answers = new CountDownLatch(1);
        workBy(exchange -> {
            begun.incrementAndGet();
            answers.await();
            delivered.add(id(exchange));
        });
        await().during(Duration.ofMillis(500)).until(begun::get, is -> is == 1);
        answers.countDown();
        await().until(() -> delivered.size() == 20);
    }

    @Test
    void deliversByARouteThatEndsOnAnotherThread() throws Exception {
        for (int i = 0; i < 40; i++) {
            put("%02d".formatted(i), "camera" + i % 2);
        }
        workBy(new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                CompletableFuture.runAsync(() -> {
                    delivered.add(id(exchange));
                    callback.done(false);
                });
                return false;
            }
        });
        await().until(() -> delivered.size() == 40);
        for (String parity : List.of("02468", "13579")) {
            assertThat(delivered.stream().filter(id -> parity.contains(id.substring(1))))
                    .isSorted();
        }
    }

    @Test
    void bringsAFailedAlarmBackWithoutHoldingUpTheOthers() throws Exception {
        put("bad", "a");
        put("good", "b");
        Map<String, Integer> attempts = new HashMap<>();
        work(exchange -> {
            int before = exchange.getVariable(Attempts.ATTEMPTS, Integer.class);
            if (id(exchange).equals("bad") && before < 2) {
                throw new Undelivered.Later("not yet");
            }
            attempts.put(id(exchange), before);
            delivered.add(id(exchange));
        });
        await().atMost(Duration.ofSeconds(10)).until(() -> delivered.size() == 2);
        assertThat(delivered).containsExactly("good", "bad");
        assertThat(attempts).containsEntry("bad", 2).containsEntry("good", 0);
    }

    @Test
    void putsFinalFailuresAmongTheDeadLettersWithTheirReason() throws Exception {
        put("poison", "a");
        put("good", "a");
        work(exchange -> {
            if (id(exchange).equals("poison")) {
                throw new Undelivered.Never("nobody wants it");
            }
            delivered.add(id(exchange));
        });
        await().until(() -> delivered.contains("good"));
        await().untilAsserted(() -> assertThat(deadLetters()).containsExactly("poison: nobody wants it"));
    }

    @Test
    void doesNotBeginWithoutWhatSaysWhoseItsAlarmsAre() throws Exception {
        put("kept", "a");
        journal.close();
        Path bindings = directory.resolve("journal/bindings");
        Path aside = directory.resolve("aside");
        Files.move(bindings, aside);
        Path notes = directory.resolve("journal/notes");
        Files.writeString(notes, "damaged");
        assertThatThrownBy(() -> Journal.embedded(directory)).hasMessageContaining("bindings is gone");
        Files.delete(notes);
        assertThatThrownBy(() -> Journal.embedded(directory)).hasMessageContaining("bindings is gone");
        Files.move(aside, bindings);
        open();
        work(exchange -> delivered.add(id(exchange)));
        await().untilAsserted(() -> assertThat(delivered).containsExactly("kept"));
    }

    @Test
    void aWatcherThatFailsHoldsNothingUp() throws Exception {
        Watcher watcher = (queue, alarm, step) -> {
            throw new IllegalStateException("a fault");
        };
        workBy("journal:q", watcher, exchange -> delivered.add(id(exchange)));
        put("one", "a");
        put("two", "a");
        await().untilAsserted(() -> assertThat(delivered).containsExactly("one", "two"));
    }

    @Test
    void alarmsThatAreHandedOutTogetherGoOnAfterAFault() throws Exception {
        var hasFailed = new AtomicBoolean();
        Watcher watcher = (queue, alarm, step) -> {
            if (!hasFailed.getAndSet(true)) {
                throw new AssertionError("a fault");
            }
        };
        workBy("journal:q?every=0", watcher, exchange -> {
            List<?> alarms = exchange.getIn().getBody(List.class);
            alarms.forEach(alarm -> delivered.add(((CameraAlarm) alarm).id()));
        });
        put("one", "a");
        await().until(hasFailed::get);
        put("two", "a");
        await().untilAsserted(() -> assertThat(delivered).contains("two"));
        assertThat(delivered).contains("one");
    }

    @Test
    void aDeletedFolderOfBindingsCostsNoAlarm() throws Exception {
        put("kept", "a");
        journal.close();
        Rig.delete(directory.resolve("journal/bindings"));
        open();
        work(exchange -> delivered.add(id(exchange)));
        await().untilAsserted(() -> assertThat(delivered).containsExactly("kept"));
        put("next", "a");
        await().untilAsserted(() -> assertThat(delivered).containsExactly("kept", "next"));
    }

    @Test
    void deliversAlsoWhenTheSystemHasNoMoreThreads() throws Exception {
        threads = new DefaultThreadPoolFactory() {
            @Override
            public ExecutorService newCachedThreadPool(ThreadFactory factory) {
                return new ThreadPoolExecutor(0, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), task -> null) {
                    @Override
                    public void execute(Runnable task) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                };
            }
        };
        for (int i = 0; i < 10; i++) {
            put("alarm" + i, "a" + i % 3);
        }
        work(exchange -> delivered.add(id(exchange)));
        await().untilAsserted(() -> assertThat(delivered).hasSize(10));
    }

    @Test
    void replaysAsManyDeadLettersAsAreNamed() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            put("letter" + i, "a" + i);
        }
        var isMended = new AtomicBoolean();
        work(exchange -> {
            if (!isMended.get()) {
                throw new Undelivered.Never("nobody wants it");
            }
            delivered.add(id(exchange));
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> deadLetters().size() == 2_000);
        isMended.set(true);
        List<DeadLetters.Letter> letters = journal.deadLetters().list(Integer.MAX_VALUE);
        List<String> named = new ArrayList<>(
                letters.subList(1, 2_000).stream().map(DeadLetters.Letter::id).toList());
        named.add("no letter's id");
        assertThat(journal.deadLetters().replay(named)).hasSize(1_999);
        assertThat(journal.deadLetters().replay(named)).isEmpty();
        assertThat(deadLetters()).hasSize(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> delivered.size() == 1_999);
        assertThat(delivered).doesNotHaveDuplicates();
        assertThat(journal.deadLetters().discard(letters.get(0).id())).isPresent();
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void listsEveryDeadLetterHoweverLateTheJournalsThreadsRun() throws Exception {
        for (int i = 0; i < 300; i++) {
            put("letter" + i, "a" + i);
        }
        work(exchange -> {
            throw new Undelivered.Never("nobody wants it: " + "because ".repeat(100));
        });
        await().atMost(Duration.ofSeconds(20))
                .until(() -> journal.waiting(Journal.DEAD_LETTERS).count() == 300);
        camel.close();
        camel = null;
        journal.close();
        // What a thread of the pool is to send comes after what its caller sends itself.
        journal = Journal.embedded(directory, new ScheduledThreadPoolExecutor(4) {
            @Override
            public void execute(Runnable task) {
                schedule(task, 2, TimeUnit.MILLISECONDS);
            }
        });
        List<DeadLetters.Letter> letters = journal.deadLetters().list(Integer.MAX_VALUE);
        assertThat(letters).hasSize(300);
        assertThat(deadLetters()).hasSize(300);
        journal.queue("q");
        assertThat(journal.deadLetters()
                        .replay(letters.stream().map(DeadLetters.Letter::id).toList()))
                .hasSize(300);
    }

    @Test
    void deliversAlarmsOfAnySizeAlsoWhenTheyHaveToWait() throws Exception {
        var detections = Collections.nCopies(3_000, new Detection("PERSON_FULL_BODY", 0.9, 640, 180, 128, 360));
        for (int i = 0; i < 5; i++) {
            CameraAlarm small = alarm("large" + i, "a");
            journal.queue("q");
            journal.put(
                            List.of("q"),
                            new CameraAlarm(
                                    small.id(),
                                    small.name(),
                                    "",
                                    small.time(),
                                    small.receivedAt(),
                                    small.key(),
                                    "main",
                                    Optional.empty(),
                                    new Sighting("a", "", 0, 0, detections, ""),
                                    false,
                                    ""))
                    .get(10, TimeUnit.SECONDS);
        }
        work(exchange -> {
            var alarm = exchange.getIn().getBody(CameraAlarm.class);
            if (exchange.getVariable(Attempts.ATTEMPTS, Integer.class) == 0) {
                throw new Undelivered.Later("not yet");
            }
            assertThat(alarm.sighting().detections()).hasSize(3_000);
            delivered.add(alarm.id());
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> delivered.size() == 5);
        assertThat(deadLetters()).isEmpty();
    }

    /** Artemis makes a file of such a message. */
    @Test
    void anAlarmWithALargePictureIsWholeInEachQueue() throws Exception {
        String picture = "/9j/" + "A".repeat(1_200_000);
        Processor step = exchange -> {
            var alarm = exchange.getIn().getBody(CameraAlarm.class);
            assertThat(alarm.sighting().picture().equals(picture)).isTrue();
            delivered.add(alarm.id());
        };
        workBy("journal:q", Watcher.NONE, step);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("journal:other").process(step);
            }
        });
        journal.queue("q");
        journal.queue("other");
        for (int i = 0; i < 20; i++) {
            journal.put(List.of("q", "other"), alarm("large" + i, "a" + i, picture))
                    .get(10, TimeUnit.SECONDS);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> delivered.size() == 40);
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void ofAlarmsWithLargePicturesFewAreHandedOutTogether() throws Exception {
        String picture = "/9j/" + "A".repeat(1_200_000);
        journal.queue("q");
        for (int i = 0; i < 20; i++) {
            journal.put(List.of("q"), alarm("large" + i, "a" + i, picture)).get(10, TimeUnit.SECONDS);
        }
        var most = new AtomicInteger();
        workBy("journal:q?every=1", Watcher.NONE, exchange -> {
            List<?> together = exchange.getIn().getBody(List.class);
            most.accumulateAndGet(together.size(), Math::max);
            together.forEach(alarm -> delivered.add(((CameraAlarm) alarm).id()));
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> delivered.size() == 20);
        assertThat(most.get()).isBetween(2, 8);
    }

    @Test
    void aDeadLetterKeepsItsPictureAndTheListDoesNot() throws Exception {
        journal.queue("q");
        journal.put(List.of("q"), alarm("pictured", "a", "/9j/AAAA")).get(10, TimeUnit.SECONDS);
        var isMended = new AtomicBoolean();
        work(exchange -> {
            if (!isMended.get()) {
                throw new Undelivered.Never("nobody wants it");
            }
            delivered.add(exchange.getIn().getBody(CameraAlarm.class).sighting().picture());
        });
        await().until(() -> deadLetters().size() == 1);
        DeadLetters.Letter letter = journal.deadLetters().list(10).get(0);
        assertThat(letter.alarm().orElseThrow().sighting().picture())
                .as("many of them would fill the memory")
                .isEmpty();
        assertThat(journal.deadLetters().bySite(10)).isEqualTo(Map.of("", 1L));
        isMended.set(true);
        assertThat(journal.deadLetters().replay(List.of(letter.id()))).hasSize(1);
        await().untilAsserted(() -> assertThat(delivered).containsExactly("/9j/AAAA"));
    }

    @Test
    void keepsAnEntryThatCannotBeReadAsADeadLetter() throws Exception {
        journal.queue("q");
        var garbage = journal.writer().message();
        garbage.getBodyBuffer().writeBytes("garbage".getBytes());
        journal.writer().write("q", garbage).get(10, TimeUnit.SECONDS);
        put("good", "a");
        work(exchange -> delivered.add(id(exchange)));
        await().until(() -> delivered.contains("good"));
        await().untilAsserted(() ->
                assertThat(deadLetters()).singleElement().asString().contains("cannot be read"));
    }

    @Test
    void keepsWhatWasNotDeliveredOverARestart() throws Exception {
        work(exchange -> {
            throw new Undelivered.Later("down");
        });
        for (int i = 0; i < 20; i++) {
            put("r" + i, "camera" + i);
        }
        restart();
        work(exchange -> delivered.add(id(exchange)));
        await().atMost(Duration.ofSeconds(20)).until(() -> delivered.size() >= 20);
        assertThat(Set.copyOf(delivered)).hasSize(20);
    }

    @Test
    void storesTheSameAlarmOnceAlsoOverARestart() throws Exception {
        work(exchange -> delivered.add(id(exchange)));
        journal.queue("q");
        assertThat(journal.put(List.of("q"), alarm("same", "a")).get()).containsExactly("q");
        assertThat(journal.put(List.of("q"), alarm("same", "a")).get()).isEmpty();
        await().until(() -> delivered.size() == 1);
        restart();
        journal.queue("q");
        assertThat(journal.put(List.of("q"), alarm("same", "a")).get()).isEmpty();
        assertThat(journal.put(List.of("q"), alarm("other", "a")).get()).containsExactly("q");
    }

    @Test
    void refusesAlarmsOnceItIsClosed() throws Exception {
        journal.queue("q");
        journal.close();
        var refused = journal.put(List.of("q"), alarm("late", "a"));
        await().until(refused::isDone);
        assertThat(refused).isCompletedExceptionally();
        try {
            refused.get();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(NotStored.class);
        }
        open();
    }

    @Test
    void worksTheSameOnAnExternalArtemis() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var artemis = new ActiveMQServerImpl(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setMaxDiskUsage(-1)
                .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port));
        artemis.start();
        try (Journal external = Journal.external("(tcp://127.0.0.1:" + port + ")", "user", "password")) {
            journal.close();
            journal = external;
            work(exchange -> {
                if (exchange.getVariable(Attempts.ATTEMPTS, Integer.class) == 0) {
                    throw new Undelivered.Later("not yet");
                }
                delivered.add(id(exchange));
            });
            put("a", "a");
            put("b", "b");
            assertThat(journal.put(List.of("q"), alarm("a", "a")).get()).isEmpty();
            assertThat(journal.put(List.of("q", "other"), alarm("a", "a")).get())
                    .containsExactly("other");
            assertThat(journal.put(List.of("third", "fourth"), alarm("a", "a")).get())
                    .containsExactly("third", "fourth");
            await().untilAsserted(() -> assertThat(Stream.of("other", "third", "fourth")
                            .map(name -> journal.waiting(name).count()))
                    .containsOnly(1L));
            await().atMost(Duration.ofSeconds(10)).until(() -> delivered.size() == 2);
            camel.close();
        } finally {
            artemis.stop();
        }
    }
}
