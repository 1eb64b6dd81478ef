package ualarm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between the connector and a far end on loopback, and does to its connections what networks and broken servers do. */
public final class Proxy implements AutoCloseable {

    /** What becomes of what the far end answers. What the connector sends reaches it, but for {@link #REFUSE} and what is said otherwise. */
    public enum Fault {
        NONE,
        /** Each piece comes late. */
        LATENCY,
        /** The connection is closed instead. */
        CUT,
        /** The connection is reset instead. */
        RESET,
        /** It comes byte by byte. */
        SLICE,
        /** It comes byte by byte, one a second. */
        DRIP,
        /** Half of it comes, then the connection is closed. */
        TRUNCATE,
        /** Nothing comes, and the connection stays. */
        SWALLOW,
        /** Nothing more comes: that direction is closed, the other is open. */
        HALF_CLOSE,
        /** Connections are reset, present ones and new ones, before anything more is sent. */
        REFUSE,
        /** What {@link #answer} was given comes, whatever is asked; it is not asked of the far end. */
        ANSWER,
        /** The same, and then what {@link #flood} was given, again and again, until the connector closes the connection. */
        FLOOD
    }

    /**
     * What is done.
     *
     * @param path to requests whose first line has this in it; empty = to all that is sent
     * @param answer begins every answer
     * @param more follows it without end
     */
    private record Doing(Fault fault, String path, byte[] answer, byte[] more) {}

    private static final Pattern REQUEST = Pattern.compile("[A-Z]+ (\\S+) HTTP/1.1\r\n");

    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(400);

    private final ServerSocket server;
    private final URI target;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private volatile Doing doing;

    /** @param target the far end */
    public Proxy(String target) {
        this.target = URI.create(target);
        fail(Fault.NONE);
        try {
            server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                if (doing.fault() == Fault.REFUSE && doing.path().isEmpty()) {
                    reset(near);
                } else {
                    var link = new Link(near, new Socket(target.getHost(), target.getPort()));
                    links.add(link);
                    start(link::send);
                    start(link::receive);
                }
            } catch (IOException e) {
                // closed, or the far end is away: then the connection is closed as well
            }
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** A connection and what it was opened for. */
    private final class Link {
        private final Socket near;
        private final Socket far;
        private volatile String first = "";
        private volatile String asked = "";
        private volatile boolean isFrozen;

        Link(Socket near, Socket far) throws IOException {
            this.near = near;
            this.far = far;
            near.setTcpNoDelay(true);
        }

        /** @return what is done to what is asked for now */
        private Fault fault() {
            Doing now = doing;
            return asked.contains(now.path()) ? now.fault() : Fault.NONE;
        }

        /** From the connector to the far end. */
        private void send() {
            byte[] bytes = new byte[1 << 16];
            try (far;
                    near) {
                for (int count = near.getInputStream().read(bytes);
                        count >= 0;
                        count = near.getInputStream().read(bytes)) {
                    note(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
                    while (isFrozen) {
                        LockSupport.parkNanos(LATE);
                    }
                    Fault fault = fault();
                    if (fault == Fault.REFUSE) {
                        reset(near);
                        return;
                    }
                    if (fault == Fault.ANSWER || fault == Fault.FLOOD) {
                        answer(doing);
                        // The rest of what was sent is read: else the connection is reset, and nobody sees the answer.
                        near.shutdownOutput();
                        near.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(LATE));
                        near.getInputStream().transferTo(OutputStream.nullOutputStream());
                        return;
                    }
                    far.getOutputStream().write(bytes, 0, count);
                }
                far.shutdownOutput();
                while (!near.isClosed() && !far.isClosed()) {
                    LockSupport.parkNanos(LATE);
                }
            } catch (IOException e) {
                // one of them is closed: so is the other
            }
        }

        /** Requests are not sent before the one before them is answered. */
        private void note(String sent) {
            if (first.isEmpty()) {
                first = sent;
            }
            Matcher request = REQUEST.matcher(sent);
            if (request.lookingAt()) {
                asked = request.group(1);
            }
        }

        private void answer(Doing what) throws IOException {
            OutputStream out = near.getOutputStream();
            out.write(what.answer());
            while (what.fault() == Fault.FLOOD) {
                out.write(what.more());
            }
        }

        /** From the far end to the connector. */
        private void receive() {
            byte[] bytes = new byte[1 << 16];
            try (near;
                    far) {
                InputStream in = far.getInputStream();
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    while (isFrozen || fault() == Fault.SWALLOW) {
                        LockSupport.parkNanos(LATE);
                    }
                    if (!pass(bytes, count)) {
                        return;
                    }
                }
            } catch (IOException e) {
                // one of them is closed: so is the other
            }
        }

        /** @return whether the connection goes on */
        private boolean pass(byte[] bytes, int count) throws IOException {
            OutputStream out = near.getOutputStream();
            switch (fault()) {
                case CUT -> {
                    return false;
                }
                case RESET -> {
                    reset(near);
                    return false;
                }
                case TRUNCATE -> {
                    out.write(bytes, 0, count / 2);
                    return false;
                }
                case HALF_CLOSE -> {
                    near.shutdownOutput();
                    while (fault() == Fault.HALF_CLOSE) {
                        LockSupport.parkNanos(LATE);
                    }
                    return false;
                }
                case SLICE -> {
                    for (int i = 0; i < count; i++) {
                        out.write(bytes, i, 1);
                    }
                }
                case DRIP -> {
                    for (int i = 0; i < count; i++) {
                        out.write(bytes, i, 1);
                        if (fault() == Fault.DRIP) {
                            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                        }
                    }
                }
                case LATENCY -> {
                    LockSupport.parkNanos(LATE);
                    out.write(bytes, 0, count);
                }
                default -> out.write(bytes, 0, count);
            }
            return true;
        }

        private void refuse() {
            try {
                reset(near);
            } catch (IOException e) {
                // closed meanwhile
            }
        }

        private boolean isFor(String path) {
            return first.contains(path);
        }
    }

    /** @return where it stands */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** From now on, on connections that are open, too. */
    public void fail(Fault how) {
        fail(how, "");
    }

    /** From now on, where this stands in what is asked for; all else goes on. */
    public void fail(Fault how, String path) {
        doing = new Doing(how, path, new byte[0], new byte[0]);
        if (how == Fault.REFUSE && path.isEmpty()) {
            links.forEach(Link::refuse);
        }
    }

    /** From now on, this is answered where that stands in what is asked for. */
    public void answer(String text, String path) {
        doing = new Doing(Fault.ANSWER, path, text.getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    /** The same, and more without end. */
    public void flood(String text, String more, String path) {
        doing = new Doing(
                Fault.FLOOD,
                path,
                text.getBytes(StandardCharsets.UTF_8),
                more.repeat(1 + (1 << 14) / more.length()).getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing comes through the present connections any more, and neither end is told. */
    void freeze(String path) {
        links.stream().filter(link -> link.isFor(path)).forEach(link -> link.isFrozen = true);
    }

    /** @return how many connections were opened for a path */
    long count(String path) {
        return links.stream().filter(link -> link.isFor(path)).count();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Link link : links) {
                link.near.close();
                link.far.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
