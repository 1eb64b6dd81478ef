package ualarm.milestone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import ualarm.alarm.CameraName;
import ualarm.alarm.Text;

/** A site's cameras, taken page by page. */
public final class CameraPages {

    /** Cameras asked for at once. Servers that ignore paging answer with all of them (milestone-api.md 3.2). */
    private static final int PAGE = 1000;

    /** A first page shorter than this is all there is: no server holds its pages so short. */
    private static final int SMALL = 10;

    private final String site;
    private final Map<UUID, Camera> cameras = new LinkedHashMap<>();
    private int page;
    private int idlePages;
    private boolean more = true;

    /** @param site the name of the site whose cameras they are */
    public CameraPages(String site) {
        this.site = site;
    }

    String site() {
        return site;
    }

    /** @return the query that asks for the next page */
    public String query() {
        return "page=" + page + "&size=" + PAGE;
    }

    /** @return whether there may be more cameras to ask for */
    public boolean more() {
        return more;
    }

    /** @return the cameras taken so far */
    public List<Camera> cameras() {
        return List.copyOf(cameras.values());
    }

    /**
     * Takes a page.
     *
     * @param list the cameras as XProtect writes them
     */
    public void take(List<CameraPage.Item> list) {
        int before = cameras.size();
        list.forEach(item -> item.id().flatMap(CameraName::guid).ifPresent(id -> {
            String name =
                    item.name().filter(n -> !n.isEmpty()).or(item::displayName).orElse("");
            cameras.put(id, new Camera(site, id, Text.clean(name)));
        }));
        // A server may start its pages at 0 or at 1, hold them shorter than asked, or ignore paging and answer with all
        // cameras each time (milestone-api.md 3.2): only what brings nothing new twice is the end.
        idlePages = cameras.size() > before ? 0 : idlePages + 1;
        boolean wasAll = list.isEmpty() || list.size() > PAGE || page == 0 && list.size() < SMALL;
        more = !wasAll && idlePages < 2;
        page++;
    }
}
