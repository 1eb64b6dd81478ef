package ualarm;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between the connector and a far end on loopback, and does to its connections what networks do. */
final class Proxy implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final NetServer server;
    private final List<Link> links = new CopyOnWriteArrayList<>();

    /** @param target the far end */
    Proxy(String target) {
        URI there = URI.create(target);
        server = vertx.createNetServer()
                .connectHandler(near -> {
                    near.pause();
                    vertx.createNetClient()
                            .connect(there.getPort(), there.getHost())
                            .onSuccess(far -> links.add(new Link(near, far)))
                            .onFailure(away -> near.close());
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** A connection and what it was opened for. */
    private static final class Link {
        private final NetSocket near;
        private final NetSocket far;
        private volatile String first = "";

        Link(NetSocket near, NetSocket far) {
            this.near = near;
            this.far = far;
            pipe(near, far);
            pipe(far, near);
            near.resume();
        }

        private void pipe(NetSocket from, NetSocket to) {
            from.handler(bytes -> {
                note(from, bytes);
                to.write(bytes);
            });
            from.closeHandler(end -> to.close());
        }

        private void note(NetSocket from, Buffer bytes) {
            if (from == near && first.isEmpty()) {
                first = bytes.toString();
            }
        }

        private boolean isFor(String path) {
            return first.contains(path);
        }
    }

    /** @return where it stands */
    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Nothing comes through the present connections any more, and neither end is told. */
    void freeze(String path) {
        links.stream().filter(link -> link.isFor(path)).forEach(link -> {
            link.near.pause();
            link.far.pause();
        });
    }

    /** @return how many connections were opened for a path */
    long count(String path) {
        return links.stream().filter(link -> link.isFor(path)).count();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
