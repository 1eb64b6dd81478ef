package ualarm.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsDraftTest {

    @TempDir
    private Path folder;

    private SettingsDraft draft(String text, Map<String, String> environment) {
        return new SettingsDraft(folder, text, environment, Map.of());
    }

    private String written(SettingsDraft draft) throws Exception {
        draft.write();
        return Files.readString(folder.resolve("application.properties"));
    }

    @Test
    void commentsAndOtherLinesStay() throws Exception {
        var draft = draft(
                "# ours\nmail.host = old\\\n   er\n#site.main.url=https://x\nmail.port=25\nsite.b.url=http://b\n! end",
                Map.of());
        draft.set("mail.host", "new");
        draft.set("site.main.url", "https://y");
        draft.set("site.b.username", "u");
        draft.set("my.own", "1");
        assertThat(written(draft))
                .isEqualTo(
                        "# ours\nmail.host=new\n#site.main.url=https://x\nsite.main.url=https://y\nmail.port=25\nsite.b.url=http://b\nsite.b.username=u\n! end\nmy.own=1\n");
    }

    @Test
    void lineEndsAndMarkStay() throws Exception {
        var draft = draft("\uFEFFmail.port=25\r\nmail.host=a\r\n", Map.of());
        draft.set("mail.port", "26");
        assertThat(written(draft)).isEqualTo("\uFEFFmail.port=26\r\nmail.host=a\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p", " a b ", "C:\\new\\u", "=x", "#x", "!", "a=b:c", "ü€ ", "\\", "{{x}}", "\\u0041"})
    void aPasswordIsReadBackToTheLetter(String password) throws Exception {
        var draft = draft("site.main.url=http://a\nsite.main.username=u\n", Map.of());
        draft.set("site.main.password", password);
        draft.write();
        var read = SettingsFolder.load(folder).sites().site("main");
        assertThat(read.password().reveal()).isEqualTo(password);
    }

    @Test
    void whatIsAlreadySoIsNoChange() {
        var draft = draft("mail.port=587\n", Map.of("SITE_MAIN_PASSWORD", "env"));
        draft.set("mail.port", "587");
        draft.set("mail.security", "starttls");
        draft.set("site.main.password", "env");
        assertThat(draft.changes()).isEmpty();
        draft.set("mail.port", "25");
        draft.set("mail.port", "587");
        assertThat(draft.changes()).isEmpty();
    }

    @Test
    void aReferenceIsWrittenAsItIs() throws Exception {
        Files.writeString(folder.resolve("pw"), "p");
        var draft = draft("site.main.password={{file:old}}\nmy.own=1\n", Map.of());
        draft.set("site.main.password", "{{file:pw}}");
        draft.set("my.own", "1");
        assertThat(draft.changes()).containsOnlyKeys("site.main.password");
        assertThat(draft.value("site.main.password")).isEqualTo("p");
        assertThat(written(draft)).contains("site.main.password={{file:pw}}\n");
        var again = SettingsDraft.of(folder);
        again.set("site.main.password", "{{file:pw}}");
        assertThat(again.changes()).isEmpty();
    }

    @Test
    void whatCannotBeSetIsSaid() {
        var draft = draft("", Map.of("SITE_MAIN_PASSWORD", "env"));
        assertThatThrownBy(() -> draft.set("site.main.password", "file")).hasMessageContaining("in the environment");
        assertThatThrownBy(() -> draft.set("mail.hots", "x")).hasMessageContaining("Did you mean mail.host?");
        assertThatThrownBy(() -> draft.set("mail.host", "a\nb")).hasMessageContaining("control character");
        assertThat(draft.changes()).isEmpty();
    }
}
