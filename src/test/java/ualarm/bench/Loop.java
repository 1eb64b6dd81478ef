package ualarm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One thread that serves many sockets: it calls what was registered when its socket is ready, and does what it is told in between. */
final class Loop implements AutoCloseable {

    /** Serves a socket. */
    interface Ready {
        /** @throws IOException when the connection is lost */
        void ready() throws IOException;

        /** The connection is lost. */
        void lost();
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    /** @param name the thread's name */
    Loop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(Loop::serve);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        } catch (ClosedSelectorException e) {
            // it is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(SelectionKey key) {
        Ready served = (Ready) key.attachment();
        try {
            if (key.isValid()) {
                served.ready();
            }
        } catch (IOException | UncheckedIOException e) {
            served.lost();
        }
    }

    /** Has something done in the loop's thread, and waits for it. */
    void call(Runnable task) {
        if (!thread.isAlive()) {
            throw new IllegalStateException("The simulated far end has ended by a fault; it stands in the output.");
        }
        var done = new CompletableFuture<Void>();
        tasks.add(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        selector.wakeup();
        done.join();
    }

    /** @return the key of a socket that is served from now on; it is not blocking any more */
    SelectionKey serve(SelectableChannel channel, int interest, Ready served) throws IOException {
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, interest, served);
        wake();
        return key;
    }

    /** Has it look at the keys anew. */
    void wake() {
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    @Override
    public void close() {
        call(() -> selector.keys().forEach(key -> {
            try {
                key.channel().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
        try {
            selector.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
