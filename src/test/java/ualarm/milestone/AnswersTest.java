package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.site.Settings;

class AnswersTest {

    static Stream<Integer> laters() {
        return IntStream.concat(
                        IntStream.of(401, 408, 425, 429),
                        IntStream.concat(IntStream.range(300, 400), IntStream.range(500, 600)))
                .boxed();
    }

    static Stream<Integer> nevers() {
        var laters = laters().toList();
        return IntStream.range(400, 500).boxed().filter(status -> !laters.contains(status));
    }

    @ParameterizedTest
    @MethodSource("laters")
    void triesLater(int status) {
        assertThat(Answers.isLater(status)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("nevers")
    void givesUp(int status) {
        assertThat(Answers.isLater(status)).isFalse();
    }

    private static void done(int status, String body, String retryAfter) {
        var settings = new Settings(
                "site.main.url=http://xprotect\nsite.main.username=ualarm\nsite.main.password=secret",
                Path.of("none"),
                Map.of(),
                Map.of());
        new Answers(settings.sites(), Clock.systemUTC())
                .done(
                        "main",
                        "POST",
                        "/api/rest/v1/bookmarks",
                        status,
                        body.getBytes(StandardCharsets.UTF_8),
                        retryAfter);
    }

    @Test
    void whatABuildingBlockAskedForIsDoneOrNotInWords() {
        assertThatCode(() -> done(201, "", null)).doesNotThrowAnyException();
        assertThatThrownBy(() -> done(403, "{\"details\":[{\"errorText\":\"VMS64001: not licensed.\"}]}", null))
                .isInstanceOf(Never.class)
                .hasMessage(
                        "XProtect of main answered 403 to POST /api/rest/v1/bookmarks. The role of ualarm may not do this,"
                                + " or XProtect's licence does not have it. It says: VMS64001: not licensed.");
        assertThatThrownBy(() -> done(503, "", "7"))
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.after()).isEqualTo(Optional.of(Duration.ofSeconds(7))));
    }
}
