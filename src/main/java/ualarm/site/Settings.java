package ualarm.site;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All settings, checked (design.md 2.2). A value comes from a {@code -D} option, else from the environment
 * ({@code SITE_MAIN_PASSWORD} for {@code site.main.password}), else from {@code application.properties}, else it is the default.
 *
 * @param sites the XProtect systems
 * @param intake where alarms come in
 * @param relay the mail relay
 * @param console where the status page is
 * @param mailStyle what mails look like
 * @param journal where the journal is
 * @param timeOffset what is added to the alarm's time in XProtect
 * @param routes the folder with the integrator's routes, which need not exist
 * @param reloadsRoutes whether an edit of the routes takes effect while the connector runs
 * @param logsJson whether each line of the log is JSON
 * @param others settings that are not ours: {@code camel.*} for Camel, {@code my.*} for the integrator's own routes
 */
public record Settings(
        Sites sites,
        Intake intake,
        Relay relay,
        Console console,
        MailStyle mailStyle,
        JournalPlace journal,
        Duration timeOffset,
        Path routes,
        boolean reloadsRoutes,
        boolean logsJson,
        Map<String, String> others) {

    /** A name or an address, also of IPv6, without a port. */
    private static final Pattern HOST =
            Pattern.compile("[^\\s:/?#@\\[\\]]*|[0-9a-fA-F.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");

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
    public record JournalPlace(Path directory, String url, String username, Secret password) {

        /** @return where it is, as people may be told */
        public String shown() {
            return url.isEmpty() ? directory.toString() : withoutParameters(url);
        }

        /**
         * @param text a text with addresses of an Artemis in it
         * @return the text without their parameters, among which the passwords of key stores are
         */
        public static String withoutParameters(String text) {
            return text.replaceAll("\\?[^,)]*", "");
        }
    }

    /** Where alarms come in. Sizes in bytes. */
    public record Intake(
            String host,
            int port,
            Secret token,
            AddressList allowFrom,
            long maxBody,
            Optional<Path> certificate,
            Optional<Path> key) {}

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
        this(new Values(file, folder, environment, options), true);
    }

    private Settings(Values values, boolean needsSite) {
        this(
                needsSite ? sites(values) : new Sites(List.of()),
                intake(values),
                relay(values),
                console(values),
                mailStyle(values),
                journal(values),
                values.seconds("alarm.time-offset", -86_400, 86_400),
                values.path("routes.directory"),
                values.oneOf("routes.reload", "on", "off").equals("on"),
                values.oneOf("log.format", "text", "json").equals("json"),
                values.others());
        values.refuseFaults();
    }

    /**
     * Reads settings that have no site yet.
     *
     * @return the settings; nothing when any site is set
     * @throws SettingsException naming every other line that is not right
     */
    static Optional<Settings> withoutSite(Values values) {
        return values.sites().isEmpty() ? Optional.of(new Settings(values, false)) : Optional.empty();
    }

    private static Sites sites(Values values) {
        if (values.sites().isEmpty()) {
            values.fault(
                    "No site is set. Write at least site.main.url=https://…, site.main.username=… and site.main.password=…");
        }
        return new Sites(values.sites().stream()
                .map(name -> new SiteSettings(values, name).read())
                .toList());
    }

    private static Intake intake(Values values) {
        var intake = new Intake(
                values.text("alarm.host"),
                values.port("alarm.port", 0),
                values.secret("alarm.token"),
                allowFrom(values),
                values.size("alarm.max-body"),
                values.file("alarm.tls.certificate"),
                values.file("alarm.tls.key"));
        if (intake.certificate().isPresent() != intake.key().isPresent()) {
            values.fault("alarm.tls.certificate and alarm.tls.key belong together. Set both, or none.");
        }
        return intake;
    }

    private static AddressList allowFrom(Values values) {
        String key = "alarm.allow-from";
        List<String> entries = values.list(key, "[,;\\s]+");
        entries.forEach(
                entry -> values.expect(
                        AddressList.isRight(entry),
                        key,
                        "has " + entry
                                + ", which is no address. Write addresses or ranges such as 192.168.1.0/24, separated by commas"));
        return new AddressList(entries);
    }

    /**
     * @param host a name or an address
     * @return the host as it stands before a port, with brackets around an address of IPv6
     */
    public static String inAddress(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static Relay relay(Values values) {
        String host = values.text("mail.host").replaceFirst("^\\[(.*:.*)]$", "$1");
        values.expect(
                HOST.matcher(host).matches(),
                "mail.host",
                "is " + host + ". Write the mail relay's name or address alone; its port belongs in mail.port");
        String from = MailAddress.visible(values.text("mail.from"));
        boolean isUsed = values.sites().stream()
                .anyMatch(site ->
                        !values.list("site." + site + ".mail.to", "[;,]").isEmpty());
        if (!from.isEmpty() && isUsed) {
            MailAddress.fault(from)
                    .ifPresent(why -> values.expect(
                            false, "mail.from", "is " + from + ", which is no mail address (" + why + ")"));
        }
        return new Relay(
                host,
                values.port("mail.port", 1),
                values.oneOf("mail.security", "starttls", "tls", "none"),
                values.file("mail.trust", "system"),
                values.text("mail.username"),
                values.secret("mail.password"),
                oauth(values),
                from);
    }

    private static OAuth oauth(Values values) {
        String url = values.text("mail.oauth.token-url");
        String client = values.text("mail.oauth.client-id");
        String scope = values.text("mail.oauth.scope");
        Optional<Path> key = values.file("mail.oauth.key-file");
        if (!url.isEmpty()) {
            values.expect(
                    url.startsWith("https://") || url.startsWith("http://127.0.0.1"),
                    "mail.oauth.token-url",
                    "is " + url + ". Write the login service's address, https://…");
            values.expect(
                    key.isPresent() || !client.isEmpty(),
                    "mail.oauth.token-url",
                    "is set, but mail.oauth.client-id is not. Write the application's id there");
            values.expect(
                    !values.text("mail.username").isEmpty(),
                    "mail.oauth.token-url",
                    "is set, but mail.username is not. Write the mailbox's address there");
        }
        String usual = key.isPresent() ? "https://mail.google.com/" : "https://outlook.office365.com/.default";
        return new OAuth(
                url,
                client,
                values.secret("mail.oauth.client-secret"),
                values.secret("mail.oauth.refresh-token"),
                key,
                scope.isEmpty() ? usual : scope);
    }

    private static Console console(Values values) {
        String host = values.text("console.host");
        int port = values.port("console.port", 0);
        Secret password = values.secret("console.password");
        values.expect(
                isLoopback(host) || !password.isEmpty(),
                "console.host",
                "is " + host + ", which others can reach, and console.password is not set. Set it, or write 127.0.0.1");
        values.expect(
                !PasswordHash.isOne(password) || PasswordHash.read(password).isPresent(),
                "console.password",
                "begins as a hash and is none. Write the whole line that the command hash-password prints");
        values.expect(
                port == 0 || port != values.port("alarm.port", 0), "console.port", "is alarm.port, too. Set another");
        return new Console(host, port, password);
    }

    private static MailStyle mailStyle(Values values) {
        return new MailStyle(
                values.path("mail.templates"),
                values.oneOf("mail.language", "en", "de", "fr", "hu"),
                values.seconds("mail.digest-seconds", 0, 86_400).toSeconds());
    }

    private static JournalPlace journal(Values values) {
        return new JournalPlace(
                values.path("journal.directory"),
                values.text("journal.url"),
                values.text("journal.username"),
                values.secret("journal.password"));
    }

    /**
     * @param host a host's name or address
     * @return whether only this machine reaches it
     */
    public static boolean isLoopback(String host) {
        // No name may begin so: whoever has a domain can make 127.example.com point anywhere, here too.
        return host.matches("127(\\.\\d{1,3}){3}|(?i:localhost)|\\[?::1]?");
    }
}
