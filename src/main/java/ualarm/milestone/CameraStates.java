package ualarm.milestone;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ualarm.alarm.CameraName;

/**
 * Which cameras XProtect has no connection to, by the events that tell so (milestone-api.md 10). What was so before the events WebSocket
 * was opened is not known: asking for all states may take a large system minutes.
 */
public final class CameraStates {

    /** Communication with a camera has started. */
    private static final String STARTED = "dd3e6464-7dc0-405a-a92f-6150587563e8";

    /** Communication with a camera has stopped, or fails. */
    private static final Set<String> BROKEN =
            Set.of("0ee90664-2924-42a0-a816-4129d0ecabdc", "a334af1c-4b4b-4957-9e5f-ab8ca07feab6");

    /** The types of the events that tell it. */
    static final Set<String> TYPES =
            Stream.concat(Stream.of(STARTED), BROKEN.stream()).collect(Collectors.toUnmodifiableSet());

    private final Clock clock;
    private final Map<UUID, Instant> brokenSince = new ConcurrentHashMap<>();

    CameraStates(Clock clock) {
        this.clock = clock;
    }

    /** @param event any event that XProtect shows */
    public void saw(SeenEvent event) {
        Optional<UUID> camera = event.source().startsWith("cameras/")
                ? CameraName.guid(event.source().substring("cameras/".length()))
                : Optional.empty();
        camera.ifPresent(id -> {
            if (event.type().equalsIgnoreCase(STARTED)) {
                brokenSince.remove(id);
            } else if (BROKEN.contains(event.type().toLowerCase(Locale.ROOT))) {
                brokenSince.putIfAbsent(id, clock.instant());
            }
        });
    }

    /**
     * @param camera a camera's GUID
     * @return since when XProtect has no connection to it (UTC); nothing when it has, or that is not known
     */
    public Optional<Instant> brokenSince(UUID camera) {
        return Optional.ofNullable(brokenSince.get(camera));
    }
}
