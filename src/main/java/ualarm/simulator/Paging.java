package ualarm.simulator;

import java.util.stream.Stream;

/** How lists are cut into pages: as is asked for, or as servers do otherwise, which clients must stand (milestone-api.md 3.2). */
final class Paging {

    private int longest = Integer.MAX_VALUE;
    private boolean isIgnored;

    /** @param most no page is longer */
    void cap(int most) {
        longest = most;
    }

    /** @param ignores whether everything is answered at once, however it is asked for */
    void ignore(boolean ignores) {
        isIgnored = ignores;
    }

    /**
     * @param all what there is
     * @param request asks for a page, or for none
     * @param usual a page's size when none is asked for
     * @return the page
     */
    <T> Stream<T> page(Stream<T> all, Request request, int usual) {
        if (isIgnored) {
            return all;
        }
        int size = Math.min(request.number("size").orElse(usual), longest);
        return all.skip((long) request.number("page").orElse(0) * size).limit(size);
    }
}
