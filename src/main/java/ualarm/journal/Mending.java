package ualarm.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** How bytes that the disk has changed are looked at. */
final class Mending {

    /** Bytes; to try each bit of more takes seconds. */
    private static final int MOST = 16 << 10;

    private Mending() {}

    /**
     * A byte of which one bit is to be another.
     *
     * @param at its place
     * @param right what is right there
     */
    record Turned(int at, byte right) {}

    /**
     * Turns each bit until all is right; what is turned is turned back.
     *
     * @param bytes where
     * @param from the first byte
     * @param to the byte after the last one
     * @param isRight looks at the bytes
     * @return the byte by which all is right; nothing when there is none, or they are too many
     */
    static Optional<Turned> turned(ByteBuffer bytes, int from, int to, BooleanSupplier isRight) {
        int end = to - from <= MOST ? to : from;
        for (int at = from; at < end; at++) {
            byte was = bytes.get(at);
            for (int bit = 1; bit <= 1 << 7; bit <<= 1) {
                byte turned = (byte) (was ^ bit);
                bytes.put(at, turned);
                boolean wouldBeRight = isRight.getAsBoolean();
                bytes.put(at, was);
                if (wouldBeRight) {
                    return Optional.of(new Turned(at, turned));
                }
            }
        }
        return Optional.empty();
    }

    /** @return whether there are only zeros */
    static boolean isEmpty(ByteBuffer bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
