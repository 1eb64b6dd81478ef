package ualarm.intake;

import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletionException;
import ualarm.site.SettingsException;

/** Opens ports, and says what to do where one cannot be opened. */
public final class Listening {

    private Listening() {}

    /**
     * Begins to listen.
     *
     * @param server a server that does not listen yet
     * @param key the setting of its port
     * @param host where it is to listen
     * @param port its port; 0 = any free one
     * @return the server, which listens
     * @throws SettingsException when the port cannot be opened
     */
    public static HttpServer begin(HttpServer server, String key, String host, int port) {
        try {
            return server.listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw refused(key, host, port, e.getCause());
        }
    }

    /**
     * Looks whether a port could be opened; it is not open afterwards.
     *
     * @param host where it would be
     * @param port the port
     * @throws IOException when it could not be, saying why
     */
    public static void probe(String host, int port) throws IOException {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        }
    }

    /**
     * @param key the setting of a port
     * @param host where it was to be opened
     * @param port the port
     * @param why why it could not be
     * @return says so, and what to do
     */
    public static SettingsException refused(String key, String host, int port, Throwable why) {
        return new SettingsException(List.of(key + ": " + host + ":" + port + " cannot be opened (" + why.getMessage()
                + "). Stop the program that uses it, or set another port here"
                + (key.startsWith("alarm") ? " and in U-Alarm." : ".")));
    }
}
