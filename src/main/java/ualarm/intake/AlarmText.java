package ualarm.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The JSON in what was posted: unpacked, without a byte order mark. What is no text, or XML, or a form, is told so in its own words
 * before it is taken for broken JSON (design.md 2.3).
 */
public final class AlarmText {

    /** Within this many bytes data that is no text gives itself away. */
    private static final int LOOKED_AT = 64;

    private static final int PIECE = 8192;

    private final long largest;

    /** @param largest most bytes a message may have once unpacked */
    public AlarmText(long largest) {
        this.largest = largest;
    }

    /**
     * @param body what was posted: JSON in UTF-8, plain or packed with gzip, with or without a byte order mark
     * @return the JSON
     * @throws Refused when it is none
     */
    public byte[] of(byte[] body) {
        byte[] posted = body == null ? new byte[0] : body;
        byte[] text = isPacked(posted) ? unpack(posted) : posted;
        int start = start(text);
        return start == 0 ? text : Arrays.copyOfRange(text, start, text.length);
    }

    /**
     * @param body what was posted
     * @return whether it is packed with gzip
     */
    static boolean isPacked(byte[] body) {
        return body.length > 2 && body[0] == 0x1f && body[1] == (byte) 0x8b;
    }

    /**
     * Unpacks without keeping anything.
     *
     * @param packed what is packed with gzip
     * @param most counts no further
     * @return the size in bytes of what is in it; of damaged data, of what can be read; more than {@code most} where there is more
     */
    static long unpackedSize(byte[] packed, long most) {
        byte[] piece = new byte[PIECE];
        long size = 0;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            for (int read = in.read(piece); read > 0 && size <= most; read = in.read(piece)) {
                size += read;
            }
        } catch (IOException e) {
            // Whoever unpacks it to read it tells so.
        }
        return size;
    }

    private byte[] unpack(byte[] packed) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] text = in.readNBytes((int) Math.min(largest + 1, Integer.MAX_VALUE - 8));
            if (text.length > largest) {
                throw new Refused(413, "too-large", "The message is larger than alarm.max-body once unpacked.");
            }
            return text;
        } catch (IOException e) {
            throw new Refused(400, "cut", "The gzip data is damaged or was cut off. Send the message again.");
        }
    }

    private static int start(byte[] text) {
        int i = text.length >= 3 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF ? 3 : 0;
        while (i < text.length && isBlank(text[i])) {
            i++;
        }
        if (i == text.length) {
            throw new Refused(400, "empty", "The message is empty. Post the alarm as JSON.");
        }
        if (text[i] == '<') {
            throw new Refused(415, "unreadable-type", "The message is XML. Post the alarm as JSON.");
        }
        for (int k = i; k < Math.min(text.length, i + LOOKED_AT); k++) {
            if (text[k] >= 0 && text[k] < ' ' && !isBlank(text[k])) {
                throw new Refused(
                        415, "unreadable-type", "The message is not text in UTF-8. Post the alarm as JSON in UTF-8.");
            }
        }
        if (text[i] == '-' && i + 1 < text.length && text[i + 1] == '-') {
            throw new Refused(415, "unreadable-type", "The message is a multipart form. Post the alarm as plain JSON.");
        }
        return i;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
