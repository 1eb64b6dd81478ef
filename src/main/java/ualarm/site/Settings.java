package ualarm.site;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ualarm.alarm.CameraName;

/**
 * All settings, checked (design.md 2.2). A value comes from a {@code -D} option, else from the environment
 * ({@code SITE_MAIN_PASSWORD} for {@code site.main.password}), else from {@code application.properties}, else it is the default.
 */
public final class Settings {

    private static final Pattern SITE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern FILE = Pattern.compile("\\{\\{file:(.+)}}");
    private static final Pattern ENV = Pattern.compile("\\{\\{env:([A-Za-z_][A-Za-z0-9_]*)}}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([KMG]?)B?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SPAN = Pattern.compile("([1-9]\\d{0,5})\\s*([smhd])");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>,;\"]+@[^\\s@<>,;\"]+");

    /** Where XProtect's event server takes analytics XML unless told otherwise (milestone-api.md 0). */
    private static final int ANALYTICS_PORT = 9090;

    private static final Map<String, String> GENERAL = new LinkedHashMap<>();
    private static final Map<String, String> PER_SITE = new LinkedHashMap<>();

    static {
        GENERAL.put("alarm.host", "0.0.0.0");
        GENERAL.put("alarm.port", "10000");
        GENERAL.put("alarm.time-offset", "-0.5");
        GENERAL.put("alarm.token", "");
        GENERAL.put("alarm.allow-from", "");
        GENERAL.put("alarm.max-body", "16M");
        GENERAL.put("alarm.tls.certificate", "");
        GENERAL.put("alarm.tls.key", "");
        GENERAL.put("mail.host", "");
        GENERAL.put("mail.port", "587");
        GENERAL.put("mail.security", "starttls");
        GENERAL.put("mail.username", "");
        GENERAL.put("mail.password", "");
        GENERAL.put("mail.trust", "system");
        GENERAL.put("mail.oauth.token-url", "");
        GENERAL.put("mail.oauth.client-id", "");
        GENERAL.put("mail.oauth.client-secret", "");
        GENERAL.put("mail.oauth.refresh-token", "");
        GENERAL.put("mail.oauth.key-file", "");
        GENERAL.put("mail.oauth.scope", "");
        GENERAL.put("mail.from", "");
        GENERAL.put("mail.templates", "mail");
        GENERAL.put("mail.language", "en");
        GENERAL.put("mail.digest-seconds", "60");
        GENERAL.put("journal.directory", "data");
        GENERAL.put("journal.url", "");
        GENERAL.put("journal.username", "");
        GENERAL.put("journal.password", "");
        GENERAL.put("console.host", "127.0.0.1");
        GENERAL.put("console.port", "9876");
        GENERAL.put("console.password", "");
        GENERAL.put("routes.directory", "routes");
        GENERAL.put("log.format", "text");
        PER_SITE.put("url", "");
        PER_SITE.put("username", "");
        PER_SITE.put("password", "");
        PER_SITE.put("edition", "auto");
        PER_SITE.put("trigger", "auto");
        PER_SITE.put("event", "U-Alarm");
        PER_SITE.put("event-server", "");
        PER_SITE.put("send-time", "auto");
        PER_SITE.put("raise-alarm", "auto");
        PER_SITE.put("trust", "system");
        PER_SITE.put("mail.to", "");
        PER_SITE.put("mail.when", "auto");
        PER_SITE.put("mail.fallback-after", "30");
        PER_SITE.put("webhook-secret", "");
        PER_SITE.put("supervision", "");
        PER_SITE.put("time-zone", "");
    }

    /** One value and where it stands, for error texts. */
    private record Value(String text, String where) {}

    private final Map<String, Value> values = new TreeMap<>();
    private final Map<String, String> others = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Path folder;
    private final Sites sites;

    /** Where the mail relay is and how to log in to it; the host is empty when there is none. */
    public record Relay(
            String host,
            int port,
            String security,
            Optional<Path> trust,
            String username,
            Secret password,
            OAuth oauth,
            String from) {}

    /** How a token for the mail relay is fetched; the address is empty when a password is used. */
    public record OAuth(
            String tokenUrl,
            String clientId,
            Secret clientSecret,
            Secret refreshToken,
            Optional<Path> keyFile,
            String scope) {}

    /** Where the status page and its API are; the password is empty where none is needed. */
    public record Console(String host, int port, Secret password) {}

    /** What mails look like, and the least seconds between two to a site. */
    public record MailStyle(Path templates, String language, long every) {}

    /** Where the journal is: a directory, or the address of an external Artemis when {@code url} is not empty. */
    public record JournalPlace(Path directory, String url, String username, Secret password) {}

    /** Where alarms come in. Sizes in bytes. */
    public record Intake(
            String host,
            int port,
            Secret token,
            List<String> allowFrom,
            long maxBody,
            Optional<Path> certificate,
            Optional<Path> key) {}

    private final Intake intake;
    private final Relay relay;
    private final MailStyle mailStyle;
    private final Console console;
    private final JournalPlace journal;
    private final Duration timeOffset;
    private final Path routes;

    /**
     * Reads and checks all settings.
     *
     * @param file text of {@code application.properties}
     * @param folder the folder that relative paths start from
     * @param environment the environment
     * @param options the {@code -D} options
     * @throws SettingsException naming every line that is not right, with what to write instead
     */
    public Settings(String file, Path folder, Map<String, String> environment, Map<String, String> options) {
        this.folder = folder;
        var read = new SettingsFile(file);
        read.faults().forEach(faults::add);
        read.entries().values().forEach(e -> put(e.key(), e.value(), "line " + e.line()));
        fromEnvironment(environment);
        options.forEach((key, value) -> {
            if (known(key) || key.startsWith("site.")) {
                put(key, value, "-D" + key);
            }
        });

        this.intake = intake();
        this.relay = relay();
        this.journal = new JournalPlace(
                folder.resolve(text("journal.directory")),
                text("journal.url"),
                text("journal.username"),
                secret("journal.password"));
        this.timeOffset = seconds("alarm.time-offset", -86_400, 86_400);
        this.routes = folder.resolve(text("routes.directory"));
        if (intake.certificate().isPresent() != intake.key().isPresent()) {
            faults.add("alarm.tls.certificate and alarm.tls.key belong together. Set both, or none.");
        }
        this.console =
                new Console(text("console.host"), (int) number("console.port", 0, 65_535), secret("console.password"));
        if (!isLoopback(console.host()) && console.password().isEmpty()) {
            fault(
                    "console.host",
                    "is " + console.host()
                            + ", which others can reach, and console.password is not set. Set it, or write 127.0.0.1");
        }
        if (console.port() == intake.port() && console.port() != 0) {
            fault("console.port", "is alarm.port, too. Set another");
        }
        this.mailStyle = new MailStyle(
                folder.resolve(text("mail.templates")),
                oneOf("mail.language", "en", "de", "fr", "hu"),
                seconds("mail.digest-seconds", 0, 86_400).toSeconds());
        oneOf("log.format", "text", "json");
        this.sites = new Sites(siteNames().stream().map(this::site).toList());
        if (sites.all().isEmpty()) {
            faults.add(
                    "No site is set. Write at least site.main.url=https://…, site.main.username=… and site.main.password=…");
        }
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
    }

    /** @return the XProtect systems */
    public Sites sites() {
        return sites;
    }

    /** @return where alarms come in */
    public Intake intake() {
        if (intake != null) {
            return intake;
        }
        return new Intake(
                text("alarm.host"),
                (int) number("alarm.port", 0, 65_535),
                secret("alarm.token"),
                list("alarm.allow-from", "[,;\\s]+"),
                size("alarm.max-body"),
                file("alarm.tls.certificate"),
                file("alarm.tls.key"));
    }

    /** @return the mail relay */
    public Relay relay() {
        if (relay != null) {
            return relay;
        }
        String security = oneOf("mail.security", "starttls", "tls", "none");
        return new Relay(
                text("mail.host"),
                (int) number("mail.port", 1, 65_535),
                security,
                text("mail.trust").equals("system") ? Optional.empty() : file("mail.trust"),
                text("mail.username"),
                secret("mail.password"),
                oauth(),
                text("mail.from"));
    }

    private OAuth oauth() {
        String url = text("mail.oauth.token-url");
        Optional<Path> key = file("mail.oauth.key-file");
        if (!url.isEmpty()) {
            if (!url.startsWith("https://") && !url.startsWith("http://127.0.0.1")) {
                fault("mail.oauth.token-url", "is " + url + ". Write the login service's address, https://…");
            }
            if (key.isEmpty() && text("mail.oauth.client-id").isEmpty()) {
                fault(
                        "mail.oauth.token-url",
                        "is set, but mail.oauth.client-id is not. Write the application's id there");
            }
            if (text("mail.username").isEmpty()) {
                fault("mail.oauth.token-url", "is set, but mail.username is not. Write the mailbox's address there");
            }
        }
        String scope = text("mail.oauth.scope");
        return new OAuth(
                url,
                text("mail.oauth.client-id"),
                secret("mail.oauth.client-secret"),
                secret("mail.oauth.refresh-token"),
                key,
                !scope.isEmpty()
                        ? scope
                        : key.isPresent() ? "https://mail.google.com/" : "https://outlook.office365.com/.default");
    }

    /** @return whether each line of the log is JSON */
    public boolean logsJson() {
        return text("log.format").equalsIgnoreCase("json");
    }

    /** @return where the status page is */
    public Console console() {
        return console;
    }

    /** @return what mails look like */
    public MailStyle mailStyle() {
        return mailStyle;
    }

    /** @return where the journal is */
    public JournalPlace journal() {
        return journal;
    }

    /** @return what is added to the alarm's time in XProtect */
    public Duration timeOffset() {
        return timeOffset;
    }

    /** @return the folder with the integrator's routes, which need not exist */
    public Path routes() {
        return routes;
    }

    /** @return settings that are not ours: {@code camel.*} for Camel, {@code my.*} for the integrator's own routes */
    public Map<String, String> others() {
        return others;
    }

    private void put(String key, String value, String where) {
        if (key.startsWith("camel.") || key.startsWith("my.")) {
            others.put(key, value);
        } else if (known(key)) {
            values.put(key, new Value(resolve(value, key, where), where));
        } else {
            faults.add(where + ": there is no setting " + key + "." + nearest(key));
        }
    }

    private static boolean known(String key) {
        if (GENERAL.containsKey(key)) {
            return true;
        }
        String[] parts = key.split("\\.", 3);
        return parts.length == 3
                && parts[0].equals("site")
                && SITE_NAME.matcher(parts[1]).matches()
                && (PER_SITE.containsKey(parts[2]) || parts[2].startsWith("camera.") && parts[2].length() > 7);
    }

    private static String nearest(String key) {
        String bare = key.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
        var all = new ArrayList<>(GENERAL.keySet());
        String[] parts = key.split("\\.", 3);
        if (parts[0].equals("site")) {
            String site = parts.length > 1 && SITE_NAME.matcher(parts[1]).matches() ? parts[1] : "main";
            PER_SITE.keySet().forEach(k -> all.add("site." + site + "." + k));
        }
        return all.stream()
                .filter(k -> distance(k.replaceAll("[^A-Za-z]", ""), bare) < 3)
                .findFirst()
                .map(k -> " Did you mean " + k + "?")
                .orElse(" Keys of your own begin with my.");
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                corner = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** Only a whole value is looked up: a password may have braces in it. */
    private String resolve(String value, String key, String where) {
        var file = FILE.matcher(value);
        if (file.matches()) {
            try {
                return Files.readString(folder.resolve(file.group(1))).replaceFirst("\\R\\z", "");
            } catch (IOException e) {
                faults.add(where + ": " + key + " names the file " + file.group(1) + ", which cannot be read.");
                return "";
            }
        }
        var env = ENV.matcher(value);
        if (env.matches()) {
            String found = System.getenv(env.group(1));
            if (found == null) {
                faults.add(
                        where + ": " + key + " names the environment variable " + env.group(1) + ", which is not set.");
                return "";
            }
            return found;
        }
        return value;
    }

    private void fromEnvironment(Map<String, String> environment) {
        var byVariable = new LinkedHashMap<String, String>();
        GENERAL.keySet().forEach(key -> byVariable.put(variable(key), key));
        for (String name : siteNames()) {
            PER_SITE.keySet()
                    .forEach(key -> byVariable.put(variable("site." + name + "." + key), "site." + name + "." + key));
        }
        new TreeMap<>(environment).forEach((variable, value) -> {
            String key = byVariable.containsKey(variable) ? byVariable.get(variable) : newSite(variable);
            if (!key.isEmpty()) {
                put(key, value, "environment variable " + variable);
            }
        });
    }

    /** A site may be set by environment variables alone; its name is then in lower case. */
    private static String newSite(String variable) {
        if (!variable.startsWith("SITE_")) {
            return "";
        }
        return PER_SITE.keySet().stream()
                .filter(key -> variable.endsWith("_" + variable(key)) && variable.length() > 6 + key.length())
                .reduce((a, b) -> a.length() > b.length() ? a : b)
                .map(key -> "site."
                        + variable.substring(5, variable.length() - key.length() - 1)
                                .toLowerCase(Locale.ROOT) + "." + key)
                .filter(Settings::known)
                .orElse("");
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private TreeSet<String> siteNames() {
        return values.keySet().stream()
                .filter(key -> key.startsWith("site."))
                .map(key -> key.split("\\.", 3)[1])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Site site(String name) {
        String at = "site." + name + ".";
        String edition =
                oneOf(at + "edition", "auto", "Essential+", "Express+", "Professional+", "Expert", "Corporate");
        String trust = text(at + "trust");
        if (!trust.equals("system") && !trust.equals("insecure")) {
            file(at + "trust");
        }
        must(at + "username");
        must(at + "password");
        if (text(at + "username").contains("\\")) {
            fault(at + "username", "is a Windows user. Create a basic user in XProtect and write its name here");
        }
        String eventName = text(at + "event");
        if (eventName.isBlank()) {
            fault(at + "event", "is empty. Write the name of the analytics event, for example U-Alarm");
        }
        List<String> to = list(at + "mail.to", "[;,]");
        to.stream()
                .filter(address -> !ADDRESS.matcher(address).matches())
                .forEach(address -> fault(at + "mail.to", "has " + address + ", which is no mail address"));
        if (!to.isEmpty() && relay.host().isEmpty()) {
            fault(at + "mail.to", "has recipients, but mail.host is not set. Write the mail relay's name in mail.host");
        }
        if (!to.isEmpty() && relay.from().isEmpty()) {
            fault(at + "mail.to", "has recipients, but mail.from is not set. Write the sender's address in mail.from");
        }
        URI url = url(at + "url");
        return new Site(
                name,
                url,
                text(at + "username"),
                secret(at + "password"),
                Edition.of(edition),
                Site.Trigger.valueOf(
                        oneOf(at + "trigger", "auto", "rest", "xml").toUpperCase(Locale.ROOT)),
                eventName,
                eventServer(at + "event-server", url),
                choice(at + "send-time"),
                choice(at + "raise-alarm"),
                trust,
                new Site.Mail(
                        to,
                        Site.Mail.When.valueOf(oneOf(at + "mail.when", "auto", "always", "never")
                                .toUpperCase(Locale.ROOT)),
                        seconds(at + "mail.fallback-after", 0, 604_800)),
                aliases(at + "camera."),
                secret(at + "webhook-secret"),
                span(at + "supervision"),
                zone(at + "time-zone"));
    }

    private Map<String, UUID> aliases(String prefix) {
        var found = new LinkedHashMap<String, UUID>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                CameraName.guid(CameraName.clean(value.text()))
                        .ifPresentOrElse(
                                guid -> found.put(key.substring(prefix.length()), guid),
                                () -> fault(key, "is no GUID. Write the camera's GUID from XProtect"));
            }
        });
        return found;
    }

    private URI url(String key) {
        must(key);
        String written = text(key).replaceFirst("/+$", "");
        try {
            URI uri = URI.create(written);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && (uri.getPath() == null || uri.getPath().isEmpty())
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below, like every other address that is not one
        }
        if (!written.isEmpty()) {
            fault(key, "is not an address of XProtect. Write https://host or https://host:port, without a path");
        }
        return URI.create("http://localhost");
    }

    /** The event server may be on another host than the management server (milestone-api.md 14). */
    private URI eventServer(String key, URI url) {
        String written = text(key);
        try {
            URI uri = URI.create("http://" + (written.isEmpty() ? url.getHost() : written));
            if (uri.getHost() != null && uri.getRawPath().isEmpty() && uri.getUserInfo() == null) {
                return uri.getPort() > 0 ? uri : URI.create(uri + ":" + ANALYTICS_PORT);
            }
        } catch (IllegalArgumentException e) {
            // told below, like every other address that is not one
        }
        fault(key, "is " + written + ". Write host:port, for example eventserver.example.com:" + ANALYTICS_PORT);
        return url;
    }

    private Optional<Duration> span(String key) {
        String written = text(key);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        var span = SPAN.matcher(written);
        if (!span.matches()) {
            fault(key, "is " + written + ". Write a time such as 90s, 3m or 25h");
            return Optional.empty();
        }
        long count = Long.parseLong(span.group(1));
        return Optional.of(
                switch (span.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    private Site.Choice choice(String key) {
        return Site.Choice.valueOf(oneOf(key, "auto", "on", "off").toUpperCase(Locale.ROOT));
    }

    private ZoneId zone(String key) {
        try {
            return text(key).isEmpty() ? ZoneId.systemDefault() : ZoneId.of(text(key));
        } catch (DateTimeException e) {
            fault(key, "is not a time zone. Write one such as Europe/Budapest");
            return ZoneId.systemDefault();
        }
    }

    private String text(String key) {
        return Optional.ofNullable(values.get(key))
                .map(Value::text)
                .map(String::strip)
                .orElseGet(() -> fallback(key));
    }

    private static String fallback(String key) {
        return key.startsWith("site.") ? PER_SITE.getOrDefault(key.split("\\.", 3)[2], "") : GENERAL.get(key);
    }

    private Secret secret(String key) {
        return Optional.ofNullable(values.get(key))
                .map(Value::text)
                .map(Secret::new)
                .orElse(Secret.NONE);
    }

    private List<String> list(String key, String separator) {
        return Arrays.stream(text(key).split(separator))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    private String oneOf(String key, String... allowed) {
        return Arrays.stream(allowed)
                .filter(a -> a.equalsIgnoreCase(text(key)))
                .findFirst()
                .orElseGet(() -> {
                    fault(key, "is " + text(key) + ". Write one of " + String.join(", ", allowed));
                    return allowed[0];
                });
    }

    private double number(String key, double least, double most) {
        return parsed(key, Double::parseDouble, least, most, "a number from " + (long) least + " to " + (long) most);
    }

    private Duration seconds(String key, long least, long most) {
        double seconds = parsed(key, Double::parseDouble, least, most, "seconds from " + least + " to " + most);
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private long size(String key) {
        return (long) parsed(
                key,
                written -> {
                    var size = SIZE.matcher(written);
                    if (!size.matches()) {
                        throw new NumberFormatException(written);
                    }
                    int shift = " KMG"
                            .indexOf(
                                    size.group(2).isEmpty()
                                            ? ' '
                                            : Character.toUpperCase(
                                                    size.group(2).charAt(0)));
                    return (double) Long.parseLong(size.group(1)) * (1L << 10 * shift);
                },
                1024,
                1L << 30,
                "a size from 1K to 1G");
    }

    private double parsed(String key, Function<String, Double> parse, double least, double most, String what) {
        try {
            double number = parse.apply(text(key));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like every other value out of range
        }
        fault(key, "is " + text(key) + ". Write " + what);
        return parse.apply(fallback(key));
    }

    private Optional<Path> file(String key) {
        if (text(key).isEmpty()) {
            return Optional.empty();
        }
        Path path = folder.resolve(text(key));
        if (!Files.isReadable(path)) {
            fault(key, "names the file " + text(key) + ", which cannot be read");
        }
        return Optional.of(path);
    }

    private void must(String key) {
        if (text(key).isEmpty() && secret(key).isEmpty()) {
            faults.add(key + " is not set. Write " + key + "=…");
        }
    }

    private void fault(String key, String what) {
        String where =
                Optional.ofNullable(values.get(key)).map(v -> v.where() + ": ").orElse("");
        faults.add(where + key + " " + what + ".");
    }

    /**
     * @param host a host's name or address
     * @return whether only this machine reaches it
     */
    public static boolean isLoopback(String host) {
        return host.matches("127\\..*|localhost|\\[?::1]?");
    }
}
