package ualarm.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import ualarm.cluster.Book;
import ualarm.simulator.RecordedRequest;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/** A simulated XProtect that also shows its events on a WebSocket, and the book of which events it has taken. */
final class ShowingXProtect implements AutoCloseable {

    private final XProtect xprotect = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
    private final Book book;
    private int read;

    /**
     * @param book is told which events were taken
     * @param first the number of its first camera, as {@link ualarm.bench.XProtect#camera} has it
     * @param cameras how many of these it has
     */
    ShowingXProtect(Book book, int first, int cameras) {
        this.book = book;
        ObjectNode any = xprotect.all("cameras").get(0);
        for (int i = first; i < first + cameras; i++) {
            xprotect.add(
                    "cameras",
                    any.deepCopy()
                            .put("id", ualarm.bench.XProtect.camera(i))
                            .put("name", "Camera " + i)
                            .put("displayName", "Camera " + i));
        }
    }

    String url() {
        return xprotect.server().url();
    }

    /** Reads which events came since it was read last. */
    synchronized void read() {
        List<RecordedRequest> all = xprotect.server().requests();
        for (; read < all.size(); read++) {
            RecordedRequest each = all.get(read);
            if (each.status() == 202 && each.request().path().equals("/api/rest/v1/events")) {
                book.arrived(Instant.parse(each.request().body().path("time").asText()));
            }
        }
    }

    @Override
    public void close() {
        xprotect.close();
    }
}
