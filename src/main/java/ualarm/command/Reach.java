package ualarm.command;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/** Whether a port is open. */
final class Reach {

    private static final int CONNECT_MILLIS = 3_000;

    private Reach() {}

    /** @return why there is no connection; nothing when there is one */
    static Optional<String> connect(String host, int port) {
        try (Socket socket = open(host, port)) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Findings.words(e));
        }
    }

    static Socket open(String host, int port) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
