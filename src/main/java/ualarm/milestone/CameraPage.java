package ualarm.milestone;

import java.util.List;
import java.util.Optional;

/**
 * A page of a site's cameras (milestone-api.md 3.2).
 *
 * @param array each of them; nothing when the answer is no list
 */
public record CameraPage(Optional<List<Item>> array) {

    /**
     * @param id its GUID
     * @param name its name
     * @param displayName its name where there is no other
     */
    public record Item(Optional<String> id, Optional<String> name, Optional<String> displayName) {}
}
