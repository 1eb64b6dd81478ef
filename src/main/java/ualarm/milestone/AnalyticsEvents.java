package ualarm.milestone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ualarm.alarm.CameraName;

/**
 * The analytics events of a site (milestone-api.md 8.1).
 *
 * @param array each of them; nothing when the answer is no list
 */
public record AnalyticsEvents(Optional<List<Item>> array) {

    /**
     * @param id its GUID
     * @param name its name, exactly as it is
     */
    public record Item(Optional<String> id, Optional<String> name) {}

    /** @return name to id */
    public Map<String, String> byName() {
        var byName = new LinkedHashMap<String, String>();
        array.orElse(List.of())
                .forEach(item -> item.id()
                        .flatMap(CameraName::guid)
                        .ifPresent(id -> byName.put(item.name().orElse(""), id.toString())));
        return byName;
    }
}
