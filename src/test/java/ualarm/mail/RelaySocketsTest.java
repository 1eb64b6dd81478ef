package ualarm.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** What a mail relay answers ends. */
class RelaySocketsTest {

    private static final RelaySockets SOCKETS = new RelaySockets(Duration.ofMillis(500));

    /** Reads from a server that sends and sends, with a pause after each piece. */
    private static long read(SocketFactory sockets, int piece, Duration pause) throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    while (true) {
                        socket.getOutputStream().write(new byte[piece]);
                        LockSupport.parkNanos(pause.toNanos());
                    }
                } catch (IOException e) {
                    // read enough
                }
            });
            try (Socket socket = sockets.createSocket()) {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
                InputStream in = socket.getInputStream();
                return in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    @Test
    void answersThatComeByteByByteEnd() {
        assertThatThrownBy(() -> read(SOCKETS, 1, Duration.ofMillis(50))).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void answersWithoutEndEnd() {
        assertThatThrownBy(() -> read(SOCKETS, 1 << 16, Duration.ZERO)).hasMessageContaining("That is no mail relay");
    }

    @Test
    void soDoThoseOfConnectionsThatBecomeTls() {
        SSLSocketFactory tls = SOCKETS.over((SSLSocketFactory) SSLSocketFactory.getDefault());
        assertThatThrownBy(() -> read(tls, 1 << 16, Duration.ZERO)).hasMessageContaining("That is no mail relay");
        assertThat(tls.getDefaultCipherSuites()).isNotEmpty();
    }
}
