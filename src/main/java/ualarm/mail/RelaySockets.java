package ualarm.mail;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * Connections to the mail relay whose answers end. Angus Mail bounds only the silence between two bytes of an answer: one that comes a byte a second
 * would hold up a site's mails for as long as it lasts, one without end would fill the memory.
 */
final class RelaySockets extends SocketFactory {

    /** A mail's answers are some hundred bytes. */
    private static final long MOST = 1 << 20;

    private final Duration longest;

    /** @param longest how long all answers to one mail may take, without what it takes to send it */
    RelaySockets(Duration longest) {
        this.longest = longest;
    }

    @Override
    public Socket createSocket() {
        return new Bounded();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unconnected();
    }

    /** Angus Mail connects them itself, within its own time. */
    private static IOException unconnected() {
        return new IOException("Only sockets that are not connected yet are made.");
    }

    /**
     * @param tls makes TLS of a connection
     * @return the same over these connections
     */
    SSLSocketFactory over(SSLSocketFactory tls) {
        return new Layered(tls);
    }

    private final class Layered extends SSLSocketFactory {
        private final SSLSocketFactory tls;

        Layered(SSLSocketFactory tls) {
            this.tls = tls;
        }

        /** Angus Mail connects it, and then has TLS made of it. */
        @Override
        public Socket createSocket() {
            return new Bounded();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            return tls.createSocket(socket, host, port, autoClose);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw unconnected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw unconnected();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw unconnected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
                throws IOException {
            throw unconnected();
        }
    }

    private final class Bounded extends Socket {
        private InputStream in;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (in == null) {
                in = new Answers(super.getInputStream());
            }
            return in;
        }
    }

    private final class Answers extends InputStream {
        private final InputStream in;
        private long left = MOST;
        private long nanosLeft = longest.toNanos();

        Answers(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long began = System.nanoTime();
            int count = in.read(bytes, offset, length);
            left -= count;
            nanosLeft -= System.nanoTime() - began;
            if (left < 0) {
                throw new IOException("The answers are longer than " + MOST + " bytes. That is no mail relay.");
            } else if (nanosLeft < 0) {
                throw new SocketTimeoutException("The answers took longer than " + longest.toSeconds() + " s.");
            }
            return count;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
