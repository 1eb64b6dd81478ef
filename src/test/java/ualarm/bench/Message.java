package ualarm.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One message of HTTP/1.1, whole.
 *
 * @param head its first line and its headers
 * @param body what follows, put together where it came in chunks
 * @param end where the next message begins
 */
record Message(String head, byte[] body, int end) {

    private static final String LENGTH = "\r\ncontent-length:";
    private static final String CHUNKED = "\r\ntransfer-encoding: chunked";

    /**
     * @param bytes what has come in
     * @param length how much of it
     * @return the first message; nothing when it is not all there yet
     */
    static Optional<Message> in(byte[] bytes, int length) {
        int headEnd = find(bytes, length, 0, "\r\n\r\n");
        if (headEnd < 0) {
            return Optional.empty();
        }
        String head = new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1);
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains(CHUNKED)) {
            return chunks(head, bytes, length, headEnd + 4);
        }
        int end = headEnd + 4 + contentLength(lower);
        return end > length ? Optional.empty() : Optional.of(new Message(head, copy(bytes, headEnd + 4, end), end));
    }

    private static int contentLength(String head) {
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            return 0;
        }
        int end = head.indexOf('\r', at + LENGTH.length());
        return Integer.parseInt(head.substring(at + LENGTH.length(), end < 0 ? head.length() : end)
                .trim());
    }

    private static Optional<Message> chunks(String head, byte[] bytes, int length, int start) {
        var body = new ByteArrayOutputStream();
        int at = start;
        while (true) {
            int lineEnd = find(bytes, length, at, "\r\n");
            if (lineEnd < 0) {
                return Optional.empty();
            }
            int size = Integer.parseInt(new String(bytes, at, lineEnd - at, StandardCharsets.ISO_8859_1).trim(), 16);
            at = lineEnd + 2 + size + 2;
            if (at > length) {
                return Optional.empty();
            }
            if (size == 0) {
                return Optional.of(new Message(head, body.toByteArray(), at));
            }
            body.write(bytes, lineEnd + 2, size);
        }
    }

    private static byte[] copy(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static int find(byte[] bytes, int length, int from, String what) {
        for (int i = from; i <= length - what.length(); i++) {
            int same = 0;
            while (same < what.length() && bytes[i + same] == what.charAt(same)) {
                same++;
            }
            if (same == what.length()) {
                return i;
            }
        }
        return -1;
    }

    /** @return the host and port that a request is for; empty when it names none */
    String host() {
        var named = java.util.regex.Pattern.compile("(?i)\r\nhost: *([^\r]+)").matcher(head);
        return named.find() ? named.group(1).trim() : "";
    }

    /** @return an answer's status */
    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    /** @return whether no other message follows on this connection */
    boolean isLast() {
        return head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
    }

    /** @return the body as text */
    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** @return a message as it goes over the wire, without what follows the given body */
    static byte[] write(String firstLine, long length, String body) {
        return (firstLine + "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " + length
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }
}
