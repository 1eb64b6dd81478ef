package ualarm.intake;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has come so far of a post in chunks. It is let go of at once, by whatever thread, when its post must make room: until the thread of its connection
 * refuses it, much more may have come. Its lock guards it.
 */
final class Chunks {

    /** One buffer that grows would for a moment hold everything twice. */
    private final List<Buffer> chunks = new ArrayList<>();

    private int size;
    private boolean isDropped;

    /** Keeps one more, if they are not dropped. */
    synchronized void add(Buffer chunk) {
        if (!isDropped) {
            chunks.add(chunk);
            size += chunk.length();
        }
    }

    /** Lets go of them, and of all that come. */
    synchronized void drop() {
        isDropped = true;
        chunks.clear();
    }

    /** @return whether they are let go of */
    synchronized boolean isDropped() {
        return isDropped;
    }

    /** @return how many bytes have been kept */
    synchronized int size() {
        return size;
    }

    /** @return all in one, and they are let go of; nothing when they were before */
    synchronized Optional<Buffer> whole() {
        if (isDropped) {
            return Optional.empty();
        }
        Buffer whole = Buffer.buffer(size);
        chunks.forEach(whole::appendBuffer);
        drop();
        return Optional.of(whole);
    }
}
