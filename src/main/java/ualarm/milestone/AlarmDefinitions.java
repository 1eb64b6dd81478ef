package ualarm.milestone;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ualarm.alarm.CameraName;

/**
 * The alarm definitions of a site (milestone-api.md 8.2).
 *
 * @param array each of them; nothing when the answer is no list
 */
public record AlarmDefinitions(Optional<List<Item>> array) {

    /**
     * @param enabled whether it raises alarms; it does when that is not told. Some servers quote it (milestone-api.md 3)
     * @param eventType id of the event that triggers it
     * @param sourceList for which cameras; for all when that is not told
     */
    public record Item(Optional<Boolean> enabled, Optional<String> eventType, Optional<List<Source>> sourceList) {

        boolean isTriggeredBy(UUID event) {
            return enabled.orElse(true)
                    && eventType.flatMap(CameraName::guid).filter(event::equals).isPresent();
        }
    }

    /**
     * @param type {@code cameras} for a camera
     * @param id its GUID
     */
    public record Source(Optional<String> type, Optional<String> id) {

        Optional<UUID> camera() {
            return type.filter("cameras"::equalsIgnoreCase).flatMap(cameras -> id.flatMap(CameraName::guid));
        }
    }

    /**
     * @param event id of an analytics event, if there is one
     * @return for which cameras XProtect raises an alarm when it is triggered; nothing when that could not be read
     */
    public Optional<Definitions> of(Optional<UUID> event) {
        return array.map(all -> {
            boolean everywhere = false;
            var cameras = new LinkedHashSet<UUID>();
            for (Item item : all) {
                if (event.filter(item::isTriggeredBy).isPresent()) {
                    var sources = item.sourceList().orElse(List.of()).stream()
                            .map(Source::camera)
                            .toList();
                    sources.forEach(source -> source.ifPresent(cameras::add));
                    // Groups and "all cameras" are not spelled out: which cameras are in them is XProtect's business.
                    everywhere |= sources.isEmpty() || sources.stream().anyMatch(Optional::isEmpty);
                }
            }
            return new Definitions(everywhere, cameras);
        });
    }
}
