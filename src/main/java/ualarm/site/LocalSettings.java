package ualarm.site;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a folder's settings say of the integrator's own files and values, without anything that reaches another system. They can be had
 * where the others are not right or not there, as on the machine that builds a change.
 *
 * @param routes the folder with the integrator's routes, which need not exist
 * @param templates the folder with the integrator's mail templates, which need not exist
 * @param my settings of the integrator's own routes, by keys that begin with {@code my.}
 */
public record LocalSettings(Path routes, Path templates, Map<String, String> my) {

    static LocalSettings of(Values values) {
        var my = new TreeMap<>(values.others());
        my.keySet().removeIf(key -> !key.startsWith("my."));
        return new LocalSettings(values.path("routes.directory"), values.path("mail.templates"), my);
    }
}
