package ualarm.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The folder that the connector runs in, as far as its settings go. */
public final class SettingsFolder {

    static final String FILE = "application.properties";

    private SettingsFolder() {}

    /**
     * Reads the settings of a folder.
     *
     * @param folder where {@code application.properties} may lie; where it does not, the one in the jar serves
     * @return the checked settings
     * @throws IOException when the file cannot be read
     * @throws SettingsException when the settings are not right
     */
    public static Settings load(Path folder) throws IOException {
        try {
            return new Settings(text(folder), folder, System.getenv(), options());
        } catch (SettingsException e) {
            if (Files.exists(folder.resolve(FILE))) {
                throw e;
            }
            var faults = new ArrayList<String>();
            faults.add("There is no application.properties in " + folder.toAbsolutePath()
                    + ". Run the connector where it lies, or write one.");
            faults.addAll(e.faults());
            throw new SettingsException(faults);
        }
    }

    /**
     * Reads the settings of a folder in which no site is set yet.
     *
     * @param folder where {@code application.properties} may lie
     * @return the settings without a site; nothing when any is set
     * @throws IOException when the file cannot be read
     * @throws SettingsException when something else is not right
     */
    public static Optional<Settings> withoutSite(Path folder) throws IOException {
        return Settings.withoutSite(new Values(text(folder), folder, System.getenv(), options()));
    }

    /**
     * Reads of a folder's settings what is the integrator's own, whatever is wrong with the others.
     *
     * @param folder where {@code application.properties} may lie
     * @return the integrator's files and values
     * @throws IOException when the file cannot be read
     * @throws SettingsException when it is not in UTF-8
     */
    public static LocalSettings local(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return LocalSettings.of(new Values(Files.exists(file) ? read(file) : "", folder, System.getenv(), options()));
    }

    /** @return the text of the folder's file, or of the one in the jar */
    static String text(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            return read(file);
        }
        try (InputStream packed = SettingsFolder.class.getResourceAsStream("/" + FILE)) {
            return new String(packed.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Map<String, String> options() {
        return System.getProperties().stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, System::getProperty));
    }

    private static String read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        int broken = text.indexOf('\uFFFD');
        if (broken >= 0) {
            long line = text.substring(0, broken).chars().filter(c -> c == '\n').count() + 1;
            throw new SettingsException(List.of("Line " + line + " of " + file
                    + " is not in UTF-8. Save the file as UTF-8 and write the letters of that line anew."));
        }
        return text;
    }
}
