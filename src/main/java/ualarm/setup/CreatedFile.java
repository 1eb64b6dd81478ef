package ualarm.setup;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ualarm.site.PrivateFile;
import ualarm.site.Settings;

/** {@code setup.json} beside the journal: what set-up has created, so that it can be undone. It is written after each object. */
final class CreatedFile {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path file;

    CreatedFile(Settings settings) {
        file = settings.journal().directory().resolve("setup.json");
    }

    private record Content(List<Created> created) {}

    /** @return what was created, oldest first */
    List<Created> all() throws IOException {
        return Files.exists(file) ? JSON.readValue(file.toFile(), Content.class).created() : List.of();
    }

    void add(Created made) throws IOException {
        var all = new ArrayList<>(all());
        all.add(made);
        save(all);
    }

    void remove(Created gone) throws IOException {
        var all = new ArrayList<>(all());
        all.remove(gone);
        save(all);
    }

    private void save(List<Created> all) throws IOException {
        if (all.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            PrivateFile.write(file, JSON.writeValueAsString(new Content(all)));
        }
    }
}
