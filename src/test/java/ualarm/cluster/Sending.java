package ualarm.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import ualarm.bench.XProtect;

/** Senders, one a camera, that send alarms at a rate until they are closed; what is not answered with 200 is sent again. */
public final class Sending implements AutoCloseable {

    /** A sender does not take a whole processor to ask again. */
    private static final Duration AGAIN = Duration.ofMillis(200);

    /** The picture of one alarm in a hundred, and of one in a thousand, of which Artemis makes a file of its own. */
    private static final int PICTURE = 20_000;

    private static final int LARGE_PICTURE = 500_000;

    private final Book book;
    private final List<ConnectorChild> connectors;
    private final int picture;
    private final ScheduledExecutorService senders;
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * @param book has every alarm
     * @param connectors what one does not answer with 200 is sent to the next, until one has
     * @param cameras how many cameras the alarms come from
     * @param aSecond how many alarms of all of them
     * @param picture the least size of an alarm's picture, in characters; with none, only some have one
     */
    public Sending(Book book, List<ConnectorChild> connectors, int cameras, int aSecond, int picture) {
        this.picture = picture;
        this.book = book;
        this.connectors = connectors;
        senders = Executors.newScheduledThreadPool(cameras);
        long pause = TimeUnit.SECONDS.toMicros(1) * cameras / aSecond;
        IntStream.range(0, cameras)
                .forEach(camera -> senders.scheduleAtFixedRate(
                        () -> send(camera), pause * camera / cameras, pause, TimeUnit.MICROSECONDS));
    }

    /** @return an alarm, in the short form; its id is {@code k} and its number */
    public static String alarm(Book book, int number, int camera) {
        return alarm(book, number, camera, 0);
    }

    private static String alarm(Book book, int number, int camera, int least) {
        int picture = Math.max(least, number % 1_000 == 500 ? LARGE_PICTURE : number % 100 == 50 ? PICTURE : 0);
        return "{\"id\":\"k" + number + "\",\"alarm\":\"alarm-" + number + "-\",\"camera\":\"" + XProtect.camera(camera)
                + "\",\"timestamp\":\"" + book.time(number)
                + (picture == 0 ? "" : "\",\"image\":\"/9j/" + "A".repeat(picture)) + "\"}";
    }

    private void send(int camera) {
        int number = book.add(camera);
        String alarm = alarm(book, number, camera, picture);
        for (int i = 0; !senders.isShutdown() || i < 2; i++) {
            if (connectors.get((number + i) % connectors.size()).post(alarm) == 200) {
                book.accepted(number);
                return;
            }
            refused.incrementAndGet();
            LockSupport.parkNanos(AGAIN.toNanos());
        }
    }

    /** @return how often an alarm was not answered with 200, and sent again */
    public int refused() {
        return refused.get();
    }

    /** @throws IllegalStateException when an alarm is not answered for long */
    @Override
    public void close() {
        senders.shutdown();
        try {
            if (!senders.awaitTermination(90, TimeUnit.SECONDS)) {
                throw new IllegalStateException("An alarm is not taken.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
