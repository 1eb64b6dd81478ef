package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraName;
import ualarm.alarm.WholeFile;
import ualarm.site.Edition;

/** What each site was last known to have, a file a site, so that a restart during an outage still knows its cameras. */
final class InventoryFolder {

    private static final Logger LOG = LoggerFactory.getLogger(InventoryFolder.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path directory;

    /** @param directory where the files lie; made when there is something to keep */
    InventoryFolder(Path directory) {
        this.directory = directory;
    }

    private record Kept(
            Optional<String> productVersion,
            Optional<String> edition,
            Optional<Map<String, String>> events,
            Optional<List<KeptCamera>> cameras,
            Optional<List<String>> gateways,
            Optional<Boolean> hasGateway,
            @JsonInclude(Include.NON_ABSENT) Optional<KeptDefinitions> definitions) {}

    private record KeptCamera(UUID id, String name) {}

    private record KeptDefinitions(boolean everywhere, Set<UUID> cameras) {}

    private Path file(String site) {
        return directory.resolve(site + ".json");
    }

    /** @return what was kept of a site; nothing when there is nothing, or it cannot be read */
    Optional<Inventory> load(String site) {
        try {
            if (!Files.exists(file(site))) {
                return Optional.empty();
            }
            Kept kept = JSON.readValue(Files.readAllBytes(file(site)), Kept.class);
            return Optional.of(new Inventory(
                    kept.productVersion.orElse(""),
                    kept.edition.flatMap(Edition::of),
                    kept.events.orElse(Map.of()).entrySet().stream()
                            .filter(event -> event.getValue() != null
                                    && CameraName.guid(event.getValue()).isPresent())
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                    kept.cameras.orElse(List.of()).stream()
                            .filter(camera -> camera != null && camera.id != null)
                            .map(camera -> new Camera(site, camera.id, camera.name == null ? "" : camera.name))
                            .toList(),
                    kept.gateways.orElse(List.of()).stream()
                            .filter(Objects::nonNull)
                            .toList(),
                    kept.hasGateway.orElse(true),
                    kept.definitions.map(known -> new Definitions(known.everywhere, Set.copyOf(known.cameras))),
                    false));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be read and is made anew: {}", file(site), e.getMessage());
            return Optional.empty();
        }
    }

    void save(String site, Inventory read) {
        try {
            Files.createDirectories(directory);
            WholeFile.write(
                    file(site),
                    JSON.writeValueAsBytes(new Kept(
                            Optional.of(read.productVersion()),
                            read.edition().map(Edition::label),
                            Optional.of(read.events()),
                            Optional.of(read.cameras().stream()
                                    .map(camera -> new KeptCamera(camera.id(), camera.name()))
                                    .toList()),
                            Optional.of(read.gateways()),
                            Optional.of(read.hasGateway()),
                            read.definitions()
                                    .map(known -> new KeptDefinitions(known.everywhere(), known.cameras())))));
        } catch (IOException e) {
            LOG.warn("The cameras of {} could not be kept in {}: {}", site, file(site), e.getMessage());
        }
    }
}
