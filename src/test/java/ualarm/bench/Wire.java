package ualarm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * A connection that blocks nobody: whole messages come in, and what does not fit goes out later. Any thread may send; the lock on this
 * guards what waits to go out.
 */
final class Wire implements Loop.Ready {

    /** Whose connection it is. */
    interface Owner {
        /** A message has come in. */
        void received(Wire wire, Message message);

        /** The connection is gone. */
        void lost(Wire wire);
    }

    private final SocketChannel channel;
    private final Loop loop;
    private final Owner owner;
    private final Deque<ByteBuffer> out = new ArrayDeque<>();
    private final SelectionKey key;
    private byte[] in = new byte[8192];
    private int length;
    private boolean isGone;

    /** @param channel a connected socket */
    Wire(SocketChannel channel, Loop loop, Owner owner) throws IOException {
        this.channel = channel;
        this.loop = loop;
        this.owner = owner;
        channel.socket().setTcpNoDelay(true);
        // Registered without interest first: it may be ready before this is made.
        key = loop.serve(channel, 0, this);
        key.interestOps(SelectionKey.OP_READ);
        loop.wake();
    }

    /** Sends these one after the other. */
    void send(ByteBuffer... parts) {
        try {
            synchronized (this) {
                out.addAll(Arrays.asList(parts));
                flush();
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void flush() throws IOException {
        channel.write(out.toArray(new ByteBuffer[0]));
        while (!out.isEmpty() && !out.getFirst().hasRemaining()) {
            out.removeFirst();
        }
        int interest = out.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.isValid() && key.interestOps() != interest) {
            key.interestOps(interest);
            loop.wake();
        }
    }

    @Override
    public void ready() throws IOException {
        if (key.isWritable()) {
            synchronized (this) {
                flush();
            }
        }
        if (key.isReadable()) {
            read();
        }
    }

    private void read() throws IOException {
        if (length == in.length) {
            in = Arrays.copyOf(in, 2 * length);
        }
        int more = channel.read(ByteBuffer.wrap(in, length, in.length - length));
        if (more < 0) {
            lost();
            return;
        }
        length += more;
        for (var message = next(); message.isPresent(); message = next()) {
            owner.received(this, message.get());
        }
    }

    private Optional<Message> next() {
        Optional<Message> message = Message.in(in, length);
        message.ifPresent(taken -> {
            length -= taken.end();
            System.arraycopy(in, taken.end(), in, 0, length);
        });
        return message;
    }

    @Override
    public void lost() {
        synchronized (this) {
            if (isGone) {
                return;
            }
            isGone = true;
        }
        close();
        owner.lost(this);
    }

    /** Closes it; its owner is not told. */
    void close() {
        synchronized (this) {
            isGone = true;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
