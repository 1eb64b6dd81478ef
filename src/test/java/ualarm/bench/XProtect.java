package ualarm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ualarm.Rig;

/**
 * Simulated XProtect systems, one a port, that answer at once what the connector asks. One thread serves them all, and no lock is
 * needed: only that thread touches what changes.
 */
public final class XProtect implements AutoCloseable {

    private static final Pattern TIME = Pattern.compile("(?:\"time\":\"|<Timestamp>)([^\"<]+)");
    private static final Pattern PAGE = Pattern.compile("[?&]page=(\\d+)&size=(\\d+)");
    private static final String OK = "200 OK";

    private final Loop loop = new Loop("xprotect");
    private final Consumer<Instant> arrived;
    private final List<Site> sites = new ArrayList<>();
    private static final byte[] TAKEN = answer(
            "202 Accepted",
            "{\"data\":{\"id\":\"7d1a1f0e-0c0c-4b0a-9a57-5f6e1c1d2e3f\",\"type\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\","
                    + "\"time\":\"2026-11-20T10:00:00.0000000Z\"}}");

    private byte[] taken = TAKEN;
    private String token = token(0);
    private String refusal = "";
    private String expires = "\"expires_in\":3600,";
    private volatile int tried;
    private int tokens;
    private volatile int logins;

    /**
     * @param count how many systems
     * @param cameras how many cameras each of them has
     * @param arrived is told the time that each event bears
     */
    public XProtect(int count, int cameras, Consumer<Instant> arrived) {
        this(count, cameras, 0, arrived);
    }

    /**
     * @param count how many systems
     * @param cameras how many cameras each of them has
     * @param first the number of the first one's first camera
     * @param arrived is told the time that each event bears
     */
    public XProtect(int count, int cameras, int first, Consumer<Instant> arrived) {
        this.arrived = arrived;
        loop.call(() -> {
            for (int i = 0; i < count; i++) {
                var site = new Site(Rig.freePort(), first + i * cameras, cameras);
                // Before the next one looks for a free port.
                site.listen();
                sites.add(site);
            }
        });
    }

    /** @return the GUID of a camera; they are numbered through over all systems */
    public static String camera(int number) {
        String digits = String.valueOf(number);
        return "00c0ffee-0000-4000-8000-000000000000".substring(0, 36 - digits.length()) + digits;
    }

    /** @return each system's address */
    public List<String> urls() {
        return sites.stream().map(Site::url).toList();
    }

    /** @return how many logins were asked for */
    public int logins() {
        return logins;
    }

    /** Breaks all connections and refuses new ones. */
    public void goAway() {
        loop.call(() -> sites.forEach(Site::close));
    }

    /** Takes connections again; tokens given before are not known any more. */
    public void comeBack() {
        loop.call(() -> {
            token = token(++tokens);
            sites.forEach(Site::listen);
        });
    }

    /** Tokens given before are not known any more. */
    public void forgetTokens() {
        loop.call(() -> token = token(++tokens));
    }

    /** @param saysWhat whether an answer to an event that was taken says what was taken, or has an empty body */
    public void acknowledge(boolean saysWhat) {
        loop.call(() -> taken = saysWhat ? TAKEN : answer("202 Accepted", ""));
    }

    /**
     * Refuses events from now on, and does all else.
     *
     * @param answer the status and what else stands in the answer's head, for example {@code 503 Service Unavailable}; empty = takes them again
     */
    public void refuse(String answer) {
        loop.call(() -> refusal = answer);
    }

    /** @param member how long tokens are said to be good from now on, as it stands in the JSON, with a comma; may be empty */
    public void grant(String member) {
        loop.call(() -> expires = member);
    }

    /** @return how often an event was sent, whatever was answered */
    public int tried() {
        return tried;
    }

    @Override
    public void close() {
        loop.close();
    }

    private static byte[] answer(String status, String body) {
        return Message.write("HTTP/1.1 " + status, body.length(), body);
    }

    /** A bearer token as long as a JWT is. */
    private static String token(int number) {
        return "t" + number + "-" + "x".repeat(880);
    }

    private final class Site implements Loop.Ready, Wire.Owner {
        private final int port;
        private final int firstCamera;
        private final int cameras;
        private final Set<Wire> wires = new HashSet<>();
        private ServerSocketChannel server;

        Site(int port, int firstCamera, int cameras) {
            this.port = port;
            this.firstCamera = firstCamera;
            this.cameras = cameras;
        }

        String url() {
            return "http://127.0.0.1:" + port;
        }

        void listen() {
            try {
                server = ServerSocketChannel.open();
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
                loop.serve(server, SelectionKey.OP_ACCEPT, this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            lost();
            wires.forEach(Wire::close);
            wires.clear();
        }

        @Override
        public void ready() throws IOException {
            for (SocketChannel next = server.accept(); next != null; next = server.accept()) {
                wires.add(new Wire(next, loop, this));
            }
        }

        @Override
        public void lost() {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void lost(Wire wire) {
            wires.remove(wire);
        }

        @Override
        public void received(Wire wire, Message request) {
            wire.send(ByteBuffer.wrap(answerTo(request)));
            if (request.isLast()) {
                wire.lost();
            }
        }

        private byte[] answerTo(Message request) {
            String[] line =
                    request.head().substring(0, request.head().indexOf('\r')).split(" ");
            String path = line[1].replaceFirst("\\?.*", "");
            String self = "http://" + request.host();
            return switch (line[0] + " " + path) {
                case "POST /api/rest/v1/events" -> event(request);
                case "POST /" -> xml(request);
                case "POST /api/idp/connect/token" -> login();
                case "GET /api/.well-known/uris" ->
                    answer(
                            OK,
                            "{\"ProductVersion\":\"25.1.1804.0\",\"UnsecureManagementServer\":\"" + self
                                    + "/\",\"IdentityProvider\":\"" + self + "/IDP\",\"ApiGateways\":[\"" + self
                                    + "/API/\"]}");
                case "GET /api/rest/v1/licenseInformations" ->
                    list("{\"displayName\":\"XProtect Corporate 2025 R1\","
                            + "\"slc\":\"M01-C01-251-01-123456\",\"sku\":\"XPCO\"}");
                case "GET /api/rest/v1/analyticsEvents" ->
                    list("{\"displayName\":\"U-Alarm\",\"name\":\"U-Alarm\","
                            + "\"id\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"sourceArray\":[\"Camera\"]}");
                case "GET /api/rest/v1/alarmDefinitions" -> list("");
                case "GET /api/rest/v1/sites" ->
                    list("{\"displayName\":\"VMS\",\"id\":\"c0a80001-0000-4000-8000-00000000517e\",\"name\":\"VMS\"}");
                case "GET /api/rest/v1/cameras" -> cameras(line[1]);
                default -> answer("404 Not Found", "{}");
            };
        }

        private byte[] event(Message request) {
            tried++;
            if (!request.head().contains("Bearer " + token)) {
                return answer("401 Unauthorized", "{}");
            }
            if (!refusal.isEmpty()) {
                return answer(refusal, "{}");
            }
            tell(request);
            return taken;
        }

        /** As the event server does, it answers a good event with 200 (milestone-api.md 6.2). */
        private byte[] xml(Message request) {
            tried++;
            tell(request);
            return answer(OK, "OK");
        }

        private void tell(Message request) {
            Matcher time = TIME.matcher(request.text());
            if (time.find()) {
                arrived.accept(Instant.parse(time.group(1)));
            }
        }

        private byte[] login() {
            logins++;
            return answer(
                    OK,
                    "{\"access_token\":\"" + token + "\"," + expires
                            + "\"token_type\":\"Bearer\",\"scope\":\"managementserver\"}");
        }

        private byte[] cameras(String target) {
            Matcher asked = PAGE.matcher(target);
            boolean isPaged = asked.find();
            int size = isPaged ? Integer.parseInt(asked.group(2)) : cameras;
            int from = isPaged ? Math.min(cameras, size * Integer.parseInt(asked.group(1))) : 0;
            return list(IntStream.range(from, Math.min(cameras, from + size))
                    .map(i -> firstCamera + i)
                    .mapToObj(i -> "{\"id\":\"" + camera(i) + "\",\"displayName\":\"Camera " + i
                            + "\",\"name\":\"Camera " + i + "\",\"enabled\":true}")
                    .collect(Collectors.joining(",")));
        }

        private static byte[] list(String items) {
            return answer(OK, "{\"array\":[" + items + "]}");
        }
    }
}
