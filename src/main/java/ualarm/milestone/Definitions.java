package ualarm.milestone;

import java.util.Set;
import java.util.UUID;

/**
 * For which cameras XProtect raises an alarm by itself when the site's analytics event is triggered (milestone-api.md 8.2).
 *
 * @param everywhere whether a definition is not limited to cameras that it lists
 * @param cameras the cameras that definitions list
 */
public record Definitions(boolean everywhere, Set<UUID> cameras) {

    /** @return whether it does for any camera at all */
    public boolean exist() {
        return everywhere || !cameras.isEmpty();
    }

    /** @return whether XProtect raises an alarm for events of that camera */
    boolean cover(UUID camera) {
        return everywhere || cameras.contains(camera);
    }
}
