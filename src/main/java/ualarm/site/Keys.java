package ualarm.site;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Every key there is, with its default (design.md 2.2). */
final class Keys {

    private static final String DEFAULTS = """
            alarm.host=0.0.0.0
            alarm.port=10000
            alarm.time-offset=-0.5
            alarm.token=
            alarm.allow-from=
            alarm.max-body=16M
            alarm.tls.certificate=
            alarm.tls.key=
            mail.host=
            mail.port=587
            mail.security=starttls
            mail.username=
            mail.password=
            mail.trust=system
            mail.oauth.token-url=
            mail.oauth.client-id=
            mail.oauth.client-secret=
            mail.oauth.refresh-token=
            mail.oauth.key-file=
            mail.oauth.scope=
            mail.from=
            mail.templates=mail
            mail.language=en
            mail.digest-seconds=60
            journal.directory=data
            journal.url=
            journal.username=
            journal.password=
            console.host=127.0.0.1
            console.port=9876
            console.password=
            routes.directory=routes
            routes.reload=on
            log.format=text
            site.<name>.url=
            site.<name>.username=
            site.<name>.password=
            site.<name>.edition=auto
            site.<name>.trigger=auto
            site.<name>.event=U-Alarm
            site.<name>.event-server=
            site.<name>.send-time=auto
            site.<name>.raise-alarm=auto
            site.<name>.trust=system
            site.<name>.mail.to=
            site.<name>.mail.when=auto
            site.<name>.mail.fallback-after=30
            site.<name>.webhook-secret=
            site.<name>.supervision=
            site.<name>.time-zone=
            site.<name>.confirm=auto
            site.<name>.boxes=off
            site.<name>.snapshot=off
            site.<name>.camera.<alias>=
            """;

    private static final String SITE = "site.<name>.";
    private static final Pattern OF_SITE = Pattern.compile("site\\.([A-Za-z0-9_-]{1,64})\\.(camera\\.)?(.+)");

    /** Two letters wrong are a slip; more are another word. */
    private static final int SLIP = 2;

    private final Map<String, String> defaults = new LinkedHashMap<>();

    Keys() {
        DEFAULTS.lines().map(line -> line.split("=", 2)).forEach(pair -> defaults.put(pair[0], pair[1]));
    }

    /** @return whether there is a setting of this key */
    boolean known(String key) {
        return defaults.containsKey(general(key));
    }

    /** @return the default of a known key */
    String standard(String key) {
        return defaults.get(general(key));
    }

    /** @return the name of the site that a known key belongs to, or nothing when it belongs to none */
    static Optional<String> site(String key) {
        var parts = OF_SITE.matcher(key);
        return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
    }

    /** The key as it stands in the list above; one of no site that can be is no key at all. */
    private static String general(String key) {
        var parts = OF_SITE.matcher(key);
        if (!parts.matches()) {
            return key.startsWith("site.") ? "" : key;
        }
        return SITE + (parts.group(2) == null ? parts.group(3) : "camera.<alias>");
    }

    /**
     * @param key a key that is not known
     * @return what to write instead
     */
    String remedy(String key) {
        String site = site(key).orElse("main");
        var slip = new LevenshteinDistance(SLIP);
        return defaults.keySet().stream()
                .map(known -> known.replace("<name>", site))
                .filter(known -> slip.apply(letters(known), letters(key)) >= 0)
                .findFirst()
                .map(known -> "Did you mean " + known + "?")
                .orElse("Keys of your own begin with my.");
    }

    private static String letters(String key) {
        return key.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Says which key an environment variable sets. A site may be set by variables alone; its name is then in lower case.
     *
     * @param variable the variable's name
     * @param sites the sites of the file, which keep their spelling
     * @return the key, or nothing when the variable is none of ours
     */
    Optional<String> ofVariable(String variable, Collection<String> sites) {
        if (!variable.startsWith("SITE_")) {
            return defaults.keySet().stream()
                    .filter(key -> variable(key).equals(variable))
                    .findFirst();
        }
        return defaults.keySet().stream()
                .filter(key -> key.startsWith(SITE))
                .map(key -> key.substring(SITE.length()))
                .flatMap(end -> Pattern.compile("SITE_(.+)_" + variable(end) + "$")
                        .matcher(variable)
                        .results()
                        .map(found -> "site." + spelled(found.group(1), sites) + "." + end))
                .filter(this::known)
                .findFirst();
    }

    private static String spelled(String name, Collection<String> sites) {
        return sites.stream()
                .filter(site -> variable(site).equals(name))
                .findFirst()
                .orElse(name.toLowerCase(Locale.ROOT));
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
