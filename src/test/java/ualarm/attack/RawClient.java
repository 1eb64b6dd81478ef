package ualarm.attack;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A connection on which anything can be sent, from any loopback address. What is not answered within ten seconds is a hang. */
public final class RawClient implements Closeable {

    private static final int LONGEST_WAIT = 10_000;

    /**
     * @param status its number
     * @param head its first line and its headers
     * @param body its text
     */
    public record Answer(int status, String head, String body) {}

    private final Socket socket = new Socket();
    private final InputStream in;

    public RawClient(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /** @param from the address that it comes from */
    public RawClient(int port, String from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), LONGEST_WAIT);
        socket.setSoTimeout(LONGEST_WAIT);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** @return the next answer; nothing when the connection was closed without one */
    public Optional<Answer> answer() throws IOException {
        try {
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return Optional.empty();
                }
                head.write(next);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            int status = Integer.parseInt(text.split(" ", 3)[1]);
            return Optional.of(
                    new Answer(status, text, new String(in.readNBytes(length(text)), StandardCharsets.UTF_8)));
        } catch (SocketException reset) {
            return Optional.empty();
        }
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    /** @return the status of each answer until the connection is closed */
    List<Integer> untilClosed() throws IOException {
        var statuses = new ArrayList<Integer>();
        for (var next = answer(); next.isPresent(); next = answer()) {
            statuses.add(next.get().status());
        }
        return statuses;
    }

    /** @return whether something, or the end, can be read at once */
    boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
