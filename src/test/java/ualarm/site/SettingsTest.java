package ualarm.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final String SITE = "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n";

    @TempDir
    private Path folder;

    private Settings read(String file) {
        return new Settings(file, folder, Map.of(), Map.of());
    }

    @Test
    void hasTheDefaultsOfTheContract() {
        Settings settings = read(SITE);
        Site site = settings.sites().site("main");
        assertThat(settings.intake().port()).isEqualTo(10000);
        assertThat(settings.intake().maxBody()).isEqualTo(16L << 20);
        assertThat(settings.timeOffset()).isEqualTo(Duration.ofMillis(-500));
        assertThat(site.event()).isEqualTo("U-Alarm");
        assertThat(site.edition()).isEmpty();
        assertThat(site.mail().fallbackAfter()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void thePlaceOfTheJournalIsShownWithoutWhatMayBeSecret() {
        String url = "(tcp://a:61616?trustStorePassword=x,tcp://b:61616?x=y&keyStorePassword=z)?ha=true&password=p";
        assertThat(read(SITE + "journal.url=" + url + "\njournal.username=u\njournal.password=p")
                        .journal()
                        .shown())
                .isEqualTo("(tcp://a:61616,tcp://b:61616)");
        assertThat(read(SITE).journal().shown()).endsWith("data");
    }

    @Test
    void takesWhatIsPastedWithWhatCannotBeSeen() throws IOException {
        Files.writeString(folder.resolve("password"), "\uFEFFs3cret\r\n");
        Settings settings = read(SITE + "site.main.mail.to=a@b.c\u00A0;\u200Bb@b.c\nmail.host=::1\n"
                + "mail.from=Alarm <c@d.e>\nmail.password={{file:password}}");
        assertThat(settings.sites().site("main").mail().to()).containsExactly("a@b.c", "b@b.c");
        assertThat(settings.relay().password().reveal()).isEqualTo("s3cret");
        assertThat(read(SITE + "mail.host=[2001:db8::25]\nmail.from=nobody")
                        .relay()
                        .host())
                .isEqualTo("2001:db8::25");
        assertThatThrownBy(() -> read(SITE + "site.main.mail.to=a@b.c\nmail.host=relay\nmail.from=U-Alarm"))
                .hasMessageContaining("mail.from is U-Alarm, which is no mail address");
        Files.write(folder.resolve("password"), "s3cret".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> read(SITE + "mail.password={{file:password}}"))
                .hasMessageContaining("password, which is not text in UTF-8. Save it as UTF-8.");
    }

    @Test
    void readsPasswordsUnharmed() {
        String password = "p&#%+=:ß{{x}}${y}ü!\"'<> \\q\\user";
        assertThat(read("site.main.url=https://vms\nsite.main.username=Ürs\nsite.main.password=" + password)
                        .sites()
                        .site("main")
                        .password()
                        .reveal())
                .isEqualTo(password);
    }

    @Test
    void neverShowsASecret() {
        Site site = read(SITE.replace("=p", "=hush")).sites().site("main");
        assertThat(site.password()).hasToString("***");
        assertThat(String.valueOf(site)).doesNotContain("hush");
    }

    @Test
    void takesSecretsFromFilesAndTheEnvironment() throws IOException {
        Files.writeString(folder.resolve("secret.txt"), "from file\n");
        var settings = new Settings(
                "site.main.url=https://vms\nsite.main.username=u\nsite.main.password={{file:secret.txt}}",
                folder,
                Map.of(
                        "ALARM_PORT",
                        "10001",
                        "SITE_NORTH_URL",
                        "https://n",
                        "SITE_NORTH_USERNAME",
                        "u",
                        "SITE_NORTH_PASSWORD",
                        "e"),
                Map.of("alarm.port", "10002", "site.north.password", "d", "java.home", "x", "mail.smtp.foo", "x"));
        assertThat(settings.sites().site("main").password().reveal()).isEqualTo("from file");
        assertThat(settings.sites().site("north").password().reveal()).isEqualTo("d");
        assertThat(settings.intake().port()).isEqualTo(10002);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alarm.prot=1|line 4: there is no setting alarm.prot. Did you mean alarm.port?",
                "site.main.usrname=x|line 4: there is no setting site.main.usrname. Did you mean site.main.username?",
                "alarm.port=70000|line 4: alarm.port is 70000. Write a number from 0 to 65535.",
                "console.port=10000|line 4: console.port is alarm.port, too. Set another.",
                "alarm.allow-from=10.0.0.1, vms|line 4: alarm.allow-from has vms, which is no address. Write addresses or ranges such as 192.168.1.0/24, separated by commas.",
                "alarm.port=ten|line 4: alarm.port is ten. Write a number from 0 to 65535.",
                "alarm.max-body=lots|line 4: alarm.max-body is lots. Write a size from 1K to 1G.",
                "mail.security=ssl|line 4: mail.security is ssl. Write one of starttls, tls, none.",
                "site.main.edition=Pro|line 4: site.main.edition is Pro. Write one of auto, Essential+, Express+, Professional+, Expert, Corporate.",
                "site.main.trust=none.pem|line 4: site.main.trust names the file none.pem, which cannot be read.",
                "site.main.time-zone=Here|line 4: site.main.time-zone is not a time zone. Write one such as Europe/Budapest.",
                "site.main.camera.gate=7|line 4: site.main.camera.gate is no GUID. Write the camera's GUID from XProtect.",
                "site.main.mail.to=guard|line 4: site.main.mail.to has guard, which is no mail address (not one@domain).",
                "site.main.mail.to=a@b.c.|line 4: site.main.mail.to has a@b.c., which is no mail address (Domain ends with dot).",
                "mail.host=relay:25|line 4: mail.host is relay:25. Write the mail relay's name or address alone; its port belongs in mail.port.",
                "mail.host=[::1]:25|line 4: mail.host is [::1]:25. Write the mail relay's name or address alone; its port belongs in mail.port.",
                "site.main.mail.to=a@b.c|line 4: site.main.mail.to has recipients, but mail.host is not set. Write the mail relay's name in mail.host.",
                "site.b.url=vms/api|line 4: site.b.url is not an address of XProtect. Write https://host or https://host:port, without a path.",
                "site.main.event-server=a/b|line 4: site.main.event-server is a/b. Write host:port, for example eventserver.example.com:9090.",
                "site.main.trigger=soap|line 4: site.main.trigger is soap. Write one of auto, rest, xml.",
                "site.main.raise-alarm=yes|line 4: site.main.raise-alarm is yes. Write one of auto, on, off.",
                "site.b.url=https://v|site.b.password is not set. Write site.b.password=…",
                "site.main.username=x|line 4: site.main.username stands already in line 2. Take one of them out.",
                "site.b.username=DOM\\user|line 4: site.b.username is a Windows user. Create a basic user in XProtect and write its name here.",
            })
    void saysWhichLineIsWrongAndWhatToWrite(String line, String fault) {
        assertThatThrownBy(() -> read(SITE + line))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.faults()).contains(fault));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "site.main.supervision=5|line 4: site.main.supervision is 5. Write a time such as 90s, 3m or 25h.",
                "sitemain.event=x|line 4: there is no setting sitemain.event. Did you mean site.main.event?",
                "site.<name>.url=x|line 4: there is no setting site.<name>.url. Keys of your own begin with my.",
                "nonsense=x|line 4: there is no setting nonsense. Keys of your own begin with my.",
                "journal.directory=C:\\temp|line 4: journal.directory has a control character in it. Write a backslash as \\\\.",
                "site.main.username={{file:none}}|line 4: site.main.username names the file none, which cannot be read.",
                "mail.username={{env:NO_SUCH_VARIABLE}}|line 4: mail.username names the environment variable NO_SUCH_VARIABLE, which is not set.",
                "console.host=0.0.0.0|line 4: console.host is 0.0.0.0, which others can reach, and console.password is not set. Set it, or write 127.0.0.1.",
            })
    void saysSoOfSlipsInKeysAndOfValuesThatNameAnother(String line, String fault) {
        assertThatThrownBy(() -> read(SITE + line))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.faults()).contains(fault));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void countsLinesWhateverEndsThemAndTellsEachFaultOnce(String end) {
        String file = "\uFEFF# a comment does not go on \\\n\n! another\n" + SITE
                + "my.text=one \\\n    two\nmail.from=a@b\nmail.port=x\nmail.from=b@b\nalarm.port=x\n";
        assertThatThrownBy(() -> read(file.replace("\n", end)))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.faults())
                                .containsExactlyInAnyOrder(
                                        "line 11: mail.from stands already in line 9. Take one of them out.",
                                        "line 10: mail.port is x. Write a number from 1 to 65535.",
                                        "line 12: alarm.port is x. Write a number from 0 to 65535."));
    }

    @Test
    void readsEscapesAndLeavesOtherBackslashesAlone() {
        assertThat(read(SITE + "my.path=D:\\Users\\x\\\n\nmy.short=\\u00\nmy.on=a\\\n  b\nmy.e=\\u00e9\\\\")
                        .others())
                .isEqualTo(Map.of("my.path", "D:\\Users\\x\\", "my.short", "\\u00", "my.on", "ab", "my.e", "é\\"));
    }

    @Test
    void aVariableSetsTheSiteOfTheFileHoweverItIsSpelled() {
        var settings = new Settings(
                "site.Head-Office.url=https://vms\nsite.Head-Office.username=u\n",
                folder,
                Map.of(
                        "SITE_HEAD_OFFICE_PASSWORD",
                        "e",
                        "SITE_HEAD_OFFICE_MAIL_FALLBACK_AFTER",
                        "1.5",
                        "SITE_URL",
                        "x"),
                Map.of());
        assertThat(settings.sites().all()).singleElement().satisfies(site -> {
            assertThat(site.name()).isEqualTo("Head-Office");
            assertThat(site.password().reveal()).isEqualTo("e");
            assertThat(site.mail().fallbackAfter()).isEqualTo(Duration.ofMillis(1500));
        });
    }

    @Test
    void theEventServerIsXProtectsHostAtPort9090UnlessSaid() {
        assertThat(read(SITE).sites().site("main").eventServer()).hasToString("http://vms:9090");
        assertThat(read(SITE + "site.main.event-server=events")
                        .sites()
                        .site("main")
                        .eventServer())
                .hasToString("http://events:9090");
        assertThat(read(SITE + "site.main.event-server=[fd00::1]:9191")
                        .sites()
                        .site("main")
                        .eventServer())
                .hasToString("http://[fd00::1]:9191");
    }

    @Test
    void asksForASite() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("site.main.url");
    }

    @Test
    void leavesKeysOfCamelAndOfTheIntegratorAlone() {
        assertThat(read(SITE + "camel.main.name=x\nmy.greeting=hello").others())
                .containsKeys("camel.main.name", "my.greeting");
    }

    @Test
    void knowsTheSettingsOfTheShippedFile() throws IOException {
        String shipped = Files.readString(Path.of("application.properties"));
        String uncommented = shipped.replaceAll("(?m)^#(site|mail)", "$1");
        assertThat(read(uncommented.replace("main.password=", "main.password=x").replace("time-zone=", "time-zone=UTC"))
                        .sites()
                        .all())
                .hasSize(1);
    }
}
