package ualarm.site;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * {@code application.properties} as anybody writes it: it is right, or its faults are told. A value that is set on the pages is read as it
 * was written, and the other lines stay.
 */
public final class SettingsFuzz {

    private static final String SITE = "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n";
    private static final Path FOLDER = Path.of("none");

    private SettingsFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            new Settings(text, FOLDER, Map.of(), Map.of());
        } catch (SettingsException e) {
            e.faults().forEach(String::length);
        }
        try {
            new Settings(SITE + text, FOLDER, Map.of(), Map.of());
        } catch (SettingsException e) {
            e.faults().forEach(String::length);
        }
        int middle = text.indexOf('\n');
        String value = text.substring(middle + 1);
        var draft = new SettingsDraft(FOLDER, SITE + text.substring(0, Math.max(0, middle)) + "\n", Map.of(), Map.of());
        try {
            draft.set("site.main.password", value);
        } catch (IllegalArgumentException e) {
            return;
        }
        boolean isReference = value.matches("\\{\\{(file|env):.+}}");
        if (!isReference
                && !value.isEmpty()
                && !draft.value("site.main.password").equals(value)) {
            throw new IllegalStateException("A value is read otherwise than it was written: " + value);
        }
    }
}
