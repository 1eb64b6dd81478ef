package ualarm.site;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings of a folder as somebody is about to change them. Nothing is written before {@link #write}. What the environment or a
 * {@code -D} option sets goes before the file, as ever, so it cannot be changed here.
 */
public final class SettingsDraft {

    /** Where a value stands, rather than the value. */
    private static final Pattern REFERENCE = Pattern.compile("\\{\\{(file|env):.+}}");

    private final Path folder;
    private String text;
    private final Map<String, String> environment;
    private final Map<String, String> options;
    private final Map<String, String> changes = new LinkedHashMap<>();

    SettingsDraft(Path folder, String text, Map<String, String> environment, Map<String, String> options) {
        this.folder = folder;
        this.text = text;
        this.environment = environment;
        this.options = options;
    }

    /**
     * @param folder where {@code application.properties} may lie; where it does not, one begins with that of the jar
     * @return its settings, unchanged so far
     * @throws IOException when the file cannot be read
     * @throws SettingsException when it is not in UTF-8
     */
    public static SettingsDraft of(Path folder) throws IOException {
        return new SettingsDraft(folder, SettingsFolder.text(folder), System.getenv(), SettingsFolder.options());
    }

    /** @return the folder with the settings */
    public Path folder() {
        return folder;
    }

    private Values values(Map<String, String> instead) {
        var all = new HashMap<>(options);
        all.putAll(instead);
        return new Values(text(), folder, environment, all);
    }

    private String text() {
        return changes.isEmpty() ? text : new SettingsText(text).with(changes);
    }

    /** @return the names of the sites that anything is set of */
    public List<String> sites() {
        return List.copyOf(values(Map.of()).sites());
    }

    /**
     * @param key a key that is known
     * @return its value as it would hold, to the letter: a password, too
     */
    public String value(String key) {
        Values values = values(Map.of());
        // A secret may begin with a blank; a default is only known of the others.
        String secret = values.secret(key).reveal();
        return secret.isEmpty() ? values.text(key) : secret;
    }

    /**
     * Changes a value.
     *
     * @param key its key
     * @param value the new value
     * @throws IllegalArgumentException when there is no such key, or the file is not where it is set
     */
    public void set(String key, String value) {
        if (!new Keys().known(key) && !key.startsWith("my.") && !key.startsWith("camel.")) {
            throw new IllegalArgumentException("There is no setting " + key + ". " + new Keys().remedy(key));
        } else if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + " has a control character in it. Leave it out.");
        } else if (!new Keys().known(key) || REFERENCE.matcher(value).matches()) {
            changes.put(key, value);
        } else if (!value(key).equals(value)) {
            String before = changes.put(key, value);
            if (!value(key).equals(value)) {
                changes.remove(key, value);
                if (before != null) {
                    changes.put(key, before);
                }
                throw new IllegalArgumentException(
                        key + " is set in the environment or by -D, which goes before the file. Change it there.");
            }
        }
    }

    /**
     * Takes all settings of a site out.
     *
     * @param site its name
     * @throws IllegalArgumentException when some of them are not in the file
     */
    public void remove(String site) {
        text = new SettingsText(text()).without(site);
        changes.clear();
        if (sites().contains(site)) {
            throw new IllegalArgumentException("Settings of the site " + site
                    + " stand in the environment, in a -D option or in an included file. Take them out there.");
        }
    }

    /** @return what would be written, by key */
    public Map<String, String> changes() {
        var all = new TreeMap<String, String>();
        Map<String, SettingsFile.Entry> written = new SettingsFile(text, new HashSet<>()).entries();
        var before = new SettingsDraft(folder, text, environment, options);
        changes.forEach((key, value) -> {
            boolean isWritten =
                    written.containsKey(key) && written.get(key).value().equals(value);
            boolean holds = new Keys().known(key) && before.value(key).equals(value);
            if (!isWritten && !holds) {
                all.put(key, value);
            }
        });
        return all;
    }

    /**
     * @param instead values that hold for this look only
     * @return the settings as they would be, checked
     * @throws SettingsException when they are not right
     */
    public Settings settings(Map<String, String> instead) {
        var all = new HashMap<>(options);
        all.putAll(instead);
        return new Settings(text(), folder, environment, all);
    }

    /**
     * Writes {@code application.properties}, which only its owner may read from then on; comments and other lines stay.
     *
     * @throws IOException when it cannot be written
     */
    public void write() throws IOException {
        PrivateFile.write(folder.resolve(SettingsFolder.FILE), text());
    }
}
