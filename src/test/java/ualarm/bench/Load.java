package ualarm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends alarms as fast as they are answered, or at a rate whatever the connector does. All connections are served by one thread, which
 * at a rate only takes the answers: then the caller's thread sends each alarm when it is due. To be used once.
 */
final class Load implements AutoCloseable, Wire.Owner {

    /** How long an answer may take after all alarms were sent. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Connections that stand ready at a rate, and how many there may be. */
    private static final int READY = 16;

    private static final int MOST = 256;

    /** A thread that sleeps wakes up a little late: the rest is waited for awake. */
    private static final long AWAKE = 60_000;

    /** Bytes of an alarm in U-Alarm's form, about, without its padding. */
    static final int LONG_FORM = 200;

    private static final String POST = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*";

    /** Stands for the alarm on a connection that has none under way. */
    private static final int IDLE = -1;

    private final Loop loop = new Loop("load");
    private final InetSocketAddress target;
    private final Ledger ledger;
    private final int cameras;
    private final ByteBuffer padding;
    private final Map<Wire, Integer> alarms = new ConcurrentHashMap<>();
    private final LinkedBlockingDeque<Wire> idle = new LinkedBlockingDeque<>();
    private final Phaser unanswered = new Phaser(1);
    private final AtomicInteger left = new AtomicInteger();
    private volatile long end;

    /**
     * @param port the connector's alarm port
     * @param ledger has every alarm
     * @param cameras how many cameras the alarms come from, in turn
     * @param padding bytes of a member that the connector does not know, in U-Alarm's form; 0 = the short form
     */
    Load(int port, Ledger ledger, int cameras, int padding) {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.ledger = ledger;
        this.cameras = cameras;
        this.padding = ByteBuffer.allocateDirect(padding);
        while (this.padding.hasRemaining()) {
            this.padding.put((byte) 'x');
        }
        this.padding.flip();
    }

    /** Sends on so many connections, on each the next alarm when the one before is answered, for some time. */
    void closed(int connections, Duration time) {
        closed(connections, Integer.MAX_VALUE, time);
    }

    /** Sends so many alarms on so many connections, on each the next when the one before is answered. */
    void closed(int connections, int count) {
        closed(connections, count, Duration.ofHours(1));
    }

    private void closed(int connections, int count, Duration time) {
        left.set(count);
        end = System.nanoTime() + time.toNanos();
        for (int i = 0; i < connections; i++) {
            next(connect());
        }
        awaitAnswers(time.plus(PATIENCE));
    }

    /** Sends so many alarms a second for some time; one that finds no connection free is late, and counts from when it was due. */
    void open(int rate, Duration time) {
        for (int i = 0; i < READY; i++) {
            idle.add(connect());
        }
        long start = System.nanoTime() + Duration.ofMillis(100).toNanos();
        long count = rate * time.toSeconds();
        for (long i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / rate;
            waitUntil(due);
            send(free(), ledger.add(due));
        }
        awaitAnswers(PATIENCE);
    }

    private static void waitUntil(long due) {
        long wait = due - System.nanoTime();
        while (wait > AWAKE) {
            LockSupport.parkNanos(wait - AWAKE);
            wait = due - System.nanoTime();
        }
        while (due - System.nanoTime() > 0) {
            Thread.onSpinWait();
        }
    }

    private Wire free() {
        Wire free = idle.poll();
        if (free == null && alarms.size() < MOST) {
            return connect();
        }
        try {
            return free != null ? free : idle.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Wire connect() {
        try {
            var wire = new Wire(SocketChannel.open(target), loop, this);
            alarms.put(wire, IDLE);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException("The connector takes no connection", e);
        }
    }

    /** What is not answered by then was not accepted. */
    private void awaitAnswers(Duration patience) {
        try {
            unanswered.awaitAdvanceInterruptibly(unanswered.arrive(), patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            System.out.println("The connector has left alarms without an answer.");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isClosedLoop() {
        return end - System.nanoTime() > 0 && left.get() > 0;
    }

    /** In closed loop, sends the next alarm; else the connection is free for one that is due. */
    private void next(Wire wire) {
        if (isClosedLoop() && left.getAndDecrement() > 0) {
            send(wire, ledger.add(System.nanoTime()));
        } else {
            idle.add(wire);
        }
    }

    private void send(Wire wire, int alarm) {
        unanswered.register();
        alarms.put(wire, alarm);
        if (padding.hasRemaining()) {
            wire.send(longForm(alarm));
        } else {
            String body = shortForm(alarm % cameras, ledger.time(alarm));
            wire.send(ByteBuffer.wrap(Message.write(POST, body.length(), body)));
        }
    }

    /** @return an alarm in the form of other senders */
    static String shortForm(int camera, long time) {
        return "{\"alarm\":\"Perimeter\",\"camera\":\"" + XProtect.camera(camera) + "\",\"timestamp\":\"" + time
                + "\"}";
    }

    private ByteBuffer[] longForm(int alarm) {
        String start = "{\"padding\":\"";
        String rest = "\",\"id\":\"" + alarm + "\",\"timestamp\":\"" + ledger.time(alarm)
                + "\",\"display_name\":\"Perimeter\",\"intrusion_detection_details\":{\"source\":{\"camera_technical_name\":\""
                + XProtect.camera(alarm % cameras) + "\"}}}";
        int length = start.length() + padding.remaining() + rest.length();
        return new ByteBuffer[] {
            ByteBuffer.wrap(Message.write(POST, length, start)),
            padding.duplicate(),
            ByteBuffer.wrap(rest.getBytes(StandardCharsets.US_ASCII))
        };
    }

    @Override
    public void received(Wire wire, Message answer) {
        int alarm = alarms.put(wire, IDLE);
        ledger.answered(alarm, answer.status());
        if (answer.isLast()) {
            wire.lost();
        } else {
            next(wire);
        }
        unanswered.arriveAndDeregister();
    }

    @Override
    public void lost(Wire wire) {
        idle.remove(wire);
        if (alarms.getOrDefault(wire, IDLE) != IDLE) {
            unanswered.arriveAndDeregister();
        }
        alarms.remove(wire);
        if (isClosedLoop()) {
            next(connect());
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
