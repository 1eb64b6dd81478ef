package ualarm.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.zip.CRC32C;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.persistence.CoreMessageObjectPools;
import org.apache.activemq.artemis.core.persistence.Persister;

/**
 * What stands after the content of a record on the disk, so that a bit that has flipped there is seen: a mark and the CRC-32C of what the record does, its id,
 * its type and its content. Artemis itself compares sizes only. Those that were written before there were seals have none.
 */
final class Seal {

    static final int LENGTH = 2 * Integer.BYTES;

    private static final int MARK = 0x5EA1AB1E;

    /** Bytes of what a record does, of its id and of its type, with which its CRC begins. */
    private static final int IDENTITY = Long.BYTES + 2;

    /** What a record does, whether it is of a transaction or not. */
    enum Deed {
        EVENT,
        ADD,
        UPDATE
    }

    private Seal() {}

    /** @return writes what another one writes, and its seal */
    static <T> Persister<T> after(Persister<T> content, Deed deed, long id, byte type) {
        return new Sealed<>(content, deed, id, type);
    }

    /** @return the CRC-32C of a content */
    static int of(byte[] content) {
        return of(ByteBuffer.wrap(content));
    }

    private static int of(ByteBuffer content) {
        var crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    /** Writes the seal of a content that is no record after it. */
    static void write(ByteBuffer to, ByteBuffer content) {
        to.putInt(MARK).putInt(of(content.duplicate()));
    }

    /**
     * @param content one that is no record, with its seal, if it has one
     * @return whether it has one that is not its own
     */
    static boolean isOfAnother(ByteBuffer content) {
        return isBroken(content, false, Seal::of);
    }

    /**
     * @param content as it was read
     * @param crc as it was when it was written
     * @return the content as it was written, when at most one bit of it is another now and {@link Mending} may try each
     */
    static Optional<byte[]> mended(byte[] content, int crc) {
        if (of(content) == crc) {
            return Optional.of(content);
        }
        byte[] mended = content.clone();
        return Mending.turned(ByteBuffer.wrap(mended), 0, mended.length, () -> of(mended) == crc)
                .map(turned -> {
                    mended[turned.at()] = turned.right();
                    return mended;
                });
    }

    private static int crc(Deed deed, long id, byte type, ByteBuffer content) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(IDENTITY)
                .put((byte) deed.ordinal())
                .putLong(id)
                .put(type)
                .flip());
        crc.update(content);
        return (int) crc.getValue();
    }

    /**
     * @param content a record's, with its seal; its position is not changed
     * @param isNeeded whether the record has one; else it may have none
     * @return whether the record has not the seal that it should have
     */
    static boolean isBroken(Deed deed, long id, byte type, ByteBuffer content, boolean isNeeded) {
        return isBroken(content, isNeeded, own -> crc(deed, id, type, own));
    }

    private static boolean isBroken(ByteBuffer content, boolean isNeeded, ToIntFunction<ByteBuffer> crc) {
        int end = content.limit() - LENGTH;
        if (end < content.position() || !isMarked(content, content.limit())) {
            return isNeeded;
        }
        ByteBuffer sealed = content.slice(content.position(), end - content.position());
        return content.getInt(end + Integer.BYTES) != crc.applyAsInt(sealed);
    }

    /** @return whether a mark stands where it does when the content with its seal ends there */
    static boolean isMarked(ByteBuffer bytes, int end) {
        return bytes.getInt(end - LENGTH) == MARK;
    }

    /** @return the record as it was before it was sealed */
    static RecordInfo removed(RecordInfo record) {
        int end = record.data.length - LENGTH;
        if (end < 0 || ByteBuffer.wrap(record.data).getInt(end) != MARK) {
            return record;
        }
        return new RecordInfo(
                record.id,
                record.userRecordType,
                Arrays.copyOf(record.data, end),
                record.isUpdate,
                record.replaceableUpdate,
                record.compactCount);
    }

    private record Sealed<T>(Persister<T> content, Deed deed, long id, byte type) implements Persister<T> {

        @Override
        public byte getID() {
            return content.getID();
        }

        @Override
        public int getEncodeSize(T record) {
            return content.getEncodeSize(record) + LENGTH;
        }

        @Override
        public void encode(ActiveMQBuffer buffer, T record) {
            int begin = buffer.writerIndex();
            content.encode(buffer, record);
            int length = buffer.writerIndex() - begin;
            buffer.writeInt(MARK);
            buffer.writeInt(crc(deed, id, type, buffer.toByteBuffer(begin, length)));
        }

        @Override
        public T decode(ActiveMQBuffer buffer, T record, CoreMessageObjectPools pools) {
            return content.decode(buffer, record, pools);
        }
    }
}
