package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.CharConversionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.TestClock;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.site.Settings;
import ualarm.site.Sites;

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

    private static final UUID CAMERA = UUID.fromString("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant READ = NOW.minusSeconds(100);
    private static final String FAULT =
            "{\"error\":{\"details\":[{\"errorText\":\"\"},{\"errorText\":\"Not there.\"}]}}";

    private final Sites sites = new Settings(
                    "site.main.url=http://xprotect\nsite.main.username=ualarm\nsite.main.password=secret",
                    Path.of("none"),
                    Map.of(),
                    Map.of())
            .sites();
    private final List<Instant> woken = new ArrayList<>();
    private final TestClock clock = new TestClock();
    private final Answers answers = new Answers(sites, clock);
    private final RefreshPlan plan = new RefreshPlan(sites, clock, clock, answers, woken::add);

    AnswersTest() {
        answers.use(plan);
        clock.set(READ);
        plan.due();
        plan.wasRead("main");
        woken.clear();
        clock.set(NOW);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static CameraAlarm received() {
        return new CameraAlarm(
                "a1",
                "Gate",
                "",
                NOW,
                NOW,
                new UUID(1, 1),
                "main",
                Optional.of(CAMERA),
                new Sighting(CAMERA.toString(), "", 0, 0, List.of(), ""),
                false,
                "");
    }

    private void event(int status, String body) {
        answers.event("main", status, bytes(body), null, received(), 0);
    }

    private void alarm(int status, String body) {
        answers.alarm("main", status, bytes(body), null, received(), 0);
    }

    private void read(int status, String body) {
        answers.read("main", "/api/rest/v1/analyticsEvents", status, bytes(body), null);
    }

    private void done(int status, String body) {
        answers.done("main", "POST", "/api/rest/v1/bookmarks", status, bytes(body), null);
    }

    /** A good answer that is not XProtect's may be a proxy's: the alarm is then tried again rather than lost. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "202 | '' | true",
                "202 | <html> | true",
                "200 | {\"data\":{\"id\":\"1\"}} | true",
                "299 | {\"data\":{\"id\":\"1\"}} | true",
                "199 | {\"data\":{\"id\":\"1\"}} | false",
                "300 | {\"data\":{\"id\":\"1\"}} | false",
                "200 | {\"data\":{}} | false",
                "200 | {} | false",
                "200 | <html> | false",
                "200 | '' | false",
            })
    void isTakenWhenXProtectSaysSo(int status, String body, boolean isTaken) {
        for (Consumer<String> told :
                List.<Consumer<String>>of(said -> event(status, said), said -> alarm(status, said))) {
            if (isTaken) {
                assertThatCode(() -> told.accept(body)).doesNotThrowAnyException();
            } else {
                assertThatThrownBy(() -> told.accept(body)).isInstanceOf(Later.class);
            }
        }
    }

    @Test
    void theIdOfWhatWasTakenIsReadAndNothingFailsWithoutOne() {
        assertThat(answers.id(bytes("{\"data\":{\"id\":\"6d1c\"}}"))).isEqualTo("6d1c");
        assertThat(answers.id(bytes("<html>"))).isEmpty();
        assertThat(answers.id(null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | The answer is not XProtect's: check site.main.url. ",
                "307 | It redirects: write the address it redirects to in site.main.url. ",
                "400 | It does not know the camera or the event type, or not this form of event: compare both in Management Client. ",
                "401 | It refuses the token of ualarm although it is new. ",
                "403 | The role of ualarm may not trigger events on this camera. ",
                "404 | It has no events API (XProtect before 2023 R2), or not this camera. ",
                "429 | It asks to be called less often. ",
                "503 | Its API Gateway or event server is down or restarting: look at its services. ",
            })
    void saysWhatToDoAboutAnEventThatWasNotTaken(int status, String remedy) {
        assertThatThrownBy(() -> event(status, FAULT))
                .hasMessage("XProtect of main answered " + status + ". " + remedy + " It says: Not there.");
        assertThatThrownBy(() -> event(status, "<html>"))
                .hasMessage("XProtect of main answered " + status + ". " + remedy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | It does not know the camera, or not this form of alarm.",
                "403 | The role of ualarm may not manage alarms.",
                "404 | It has no alarms API (XProtect before 2023 R2): set site.main.raise-alarm=off.",
            })
    void saysWhatToDoAboutAnAlarmThatWasNotTaken(int status, String remedy) {
        assertThatThrownBy(() -> alarm(status, FAULT))
                .hasMessage(
                        "XProtect of main answered " + status + " to the alarm. " + remedy + " It says: Not there.");
        assertThatThrownBy(() -> alarm(503, "")).hasMessage("XProtect of main answered 503 to the alarm.");
    }

    @ParameterizedTest
    @CsvSource({
        "199, CLIENT",
        "400, CLIENT",
        "401, AUTH",
        "403, AUTH",
        "404, CLIENT",
        "408, TIMEOUT",
        "428, CLIENT",
        "429, SERVER",
        "430, CLIENT",
        "499, CLIENT",
        "500, SERVER",
        "503, SERVER",
        "504, TIMEOUT"
    })
    void countsAnAnswerByWhatSortOfTroubleItIs(int status, Kind kind) {
        assertThat(Answers.kind(status)).isEqualTo(kind);
    }

    @Test
    void whatIsRefusedForGoodHasTheSiteReadAndIsTriedAgainUntilItWas() {
        assertThatThrownBy(() -> event(503, "")).isInstanceOf(Later.class);
        assertThat(woken).as("down, not unknown").isEmpty();
        assertThatThrownBy(() -> event(404, ""))
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.kind()).isEqualTo(Kind.CLIENT));
        assertThat(woken).isNotEmpty();
        assertThat(plan.due()).containsExactly(new RefreshPlan.Due("main", "read-site"));
    }

    /** Whatever the time of day: an attempt knows how long it has lasted. */
    @ParameterizedTest
    @CsvSource({"1999, NEVER", "2000, LATER", "86400000, LATER"})
    void isRefusedForGoodOnlyByAnAttemptThatBeganWithListsThatWereReadSince(long ago, String becomes) {
        assertThatThrownBy(() -> event(400, "")).isInstanceOf(Later.class);
        clock.pass(Duration.ofSeconds(10));
        assertThat(plan.due()).isNotEmpty();
        plan.wasRead("main");
        clock.pass(Duration.ofMillis(2001));
        assertThatThrownBy(() -> answers.event("main", 400, bytes(""), null, received(), ago))
                .isInstanceOf(becomes.equals("NEVER") ? Never.class : Later.class);
    }

    @ParameterizedTest
    @CsvSource({"199, false", "200, true", "204, true", "299, true", "300, false", "404, false", "500, false"})
    void onlyAGoodAnswerIsReadOrDone(int status, boolean isGood) {
        for (Runnable told : List.<Runnable>of(() -> read(status, "{}"), () -> done(status, "{}"))) {
            if (isGood) {
                assertThatCode(told::run).doesNotThrowAnyException();
            } else {
                assertThatThrownBy(told::run).isInstanceOf(Undelivered.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "302 | It redirects: write the address it redirects to in site.main.url.",
                "401 | It refuses the token of ualarm although it is new.",
                "403 | The role of ualarm may not read analytics events. In Management Client, under Security, Roles, put ualarm in a role that has the right Read on them.",
                "404 | Check that site.main.url is XProtect's address.",
                "500 | Its API Gateway or management server is down or restarting: look at its services.",
            })
    void saysWhatToDoAboutWhatCannotBeRead(int status, String remedy) {
        assertThatThrownBy(() -> read(status, ""))
                .isInstanceOf(Later.class)
                .hasMessage("XProtect of main answered " + status + ". " + remedy);
    }

    @Test
    void whatABuildingBlockAskedForIsDoneOrNotInWords() {
        assertThatThrownBy(() -> done(403, "{\"details\":[{\"errorText\":\"VMS64001: not licensed.\"}]}"))
                .isInstanceOf(Never.class)
                .hasMessage(
                        "XProtect of main answered 403 to POST /api/rest/v1/bookmarks. The role of ualarm may not do this,"
                                + " or XProtect's licence does not have it. It says: VMS64001: not licensed.");
        assertThatThrownBy(() -> done(400, "")).isInstanceOf(Never.class).hasMessageContaining("an id in it");
        assertThatThrownBy(() -> done(404, "")).isInstanceOf(Never.class).hasMessageContaining("no such object");
        assertThatThrownBy(() -> done(502, "")).isInstanceOf(Later.class).hasMessageContaining("look at its services");
        assertThatThrownBy(() -> done(429, "")).isInstanceOf(Later.class).hasMessageContaining("less often");
        assertThatThrownBy(() -> done(409, ""))
                .isInstanceOf(Never.class)
                .hasMessage("XProtect of main answered 409 to POST /api/rest/v1/bookmarks.");
    }

    /** RFC 9110, 10.2.3: a number of seconds, or a date. */
    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "' 7 ', 7",
        "3600, 3600",
        "3601, 3600",
        "999999999, 3600",
        "0,",
        "-5,",
        "soon,",
        "'',",
        "1e3,",
        "1234567890,"
    })
    void waitsAsLongAsXProtectAsksButAnHourAtMost(String retryAfter, Long seconds) {
        assertThat(waits(retryAfter)).isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
    }

    @Test
    void waitsUntilTheDateThatXProtectNames() {
        assertThat(waits(null)).isEmpty();
        assertThat(waits("Fri, 20 Nov 2020 10:00:00 GMT")).as("it is over").isEmpty();
        assertThat(waits("Sun, 20 Nov 2095 10:00:00 GMT")).contains(Duration.ofHours(1));
    }

    private Optional<Duration> waits(String retryAfter) {
        return catchThrowableOfType(Later.class, () -> answers.event("main", 503, bytes(""), retryAfter, received(), 0))
                .after();
    }

    private void found(int status, String location) {
        answers.found("main", "/api/.well-known/uris", status, bytes(""), location);
    }

    /** Even a refusal shows that it is XProtect's address; a redirection names the right one. */
    @Test
    void findsXProtectWhereAnythingAnswersButARedirectionOrAFault() {
        for (int status : new int[] {200, 299, 304, 401, 404, 499}) {
            assertThatCode(() -> found(status, null)).as("%d", status).doesNotThrowAnyException();
        }
        for (int status : new int[] {200, 299, 400, 404}) {
            assertThatCode(() -> found(status, "https://other"))
                    .as("%d, which is no redirection", status)
                    .doesNotThrowAnyException();
        }
        for (int status : new int[] {300, 302, 399}) {
            assertThatThrownBy(() -> found(status, "https://other/\u0007"))
                    .isInstanceOf(Later.class)
                    .hasMessage("XProtect of main redirects to https://other/."
                            + " Write that address in site.main.url, without a path.");
        }
        for (int status : new int[] {500, 503, 599}) {
            assertThatThrownBy(() -> found(status, null)).isInstanceOf(Later.class);
        }
    }

    @Test
    void livesWhereItCanAnswer() {
        assertThatCode(() -> answers.lives("main", "/x", 499, bytes(""))).doesNotThrowAnyException();
        assertThatThrownBy(() -> answers.lives("main", "/x", 500, bytes(""))).isInstanceOf(Later.class);
    }

    @Test
    void aGoodAnswerWithoutAListIsNoEmptyList() {
        assertThat(Answers.list("main", Optional.of(List.of()))).isEmpty();
        assertThat(Answers.list("main", Optional.of(List.of(1)))).containsExactly(1);
        assertThatThrownBy(() -> Answers.list("main", Optional.empty()))
                .isInstanceOf(Later.class)
                .hasMessage("XProtect of main answered without a list. Check its address in site.main.url.");
    }

    static Stream<Arguments> failures() {
        String at = "XProtect of main at http://xprotect ";
        String unconnected = at + "cannot be connected to. Check that XProtect runs, the port and the firewall.";
        String unknown = at + "has a host name that cannot be found. Check the name in site.main.url and the DNS.";
        String untrusted =
                at + "has a certificate that is not trusted. Set site.main.trust to the PEM file of its issuer.";
        String late = at + "did not answer in time. Check that it runs and is not overloaded.";
        String foreign = "XProtect of main answered with something that is not XProtect's. Check site.main.url.";
        return Stream.of(
                arguments(new ConnectException("refused"), unconnected, Kind.REFUSED),
                arguments(new HttpHostConnectException("refused"), unconnected, Kind.REFUSED),
                arguments(new IOException(new ConnectException("refused")), unconnected, Kind.REFUSED),
                arguments(new RuntimeException(new ConnectException("refused")), unconnected, Kind.REFUSED),
                arguments(new ConnectException("refused").initCause(new SocketException()), unconnected, Kind.REFUSED),
                arguments(new UnknownHostException("xprotect"), unknown, Kind.REFUSED),
                arguments(new SSLException("no", new IllegalStateException()), untrusted, Kind.REFUSED),
                arguments(new IOException(new CertificateException("old")), untrusted, Kind.REFUSED),
                arguments(new SocketTimeoutException("30 s"), late, Kind.TIMEOUT),
                arguments(new IOException(new SocketTimeoutException("30 s")), late, Kind.TIMEOUT),
                arguments(new SocketException("reset"), at + "broke the connection (SocketException).", Kind.REFUSED),
                arguments(new NoHttpResponseException("x"), at + "broke the connection (no answer).", Kind.REFUSED),
                arguments(new JsonParseException("x"), foreign, Kind.OTHER),
                arguments(new CharConversionException("x"), foreign, Kind.OTHER),
                arguments(new Never("It is gone."), "It is gone.", Kind.OTHER),
                arguments(new IllegalStateException("x"), "java.lang.IllegalStateException: x", Kind.OTHER),
                arguments(new Later("Come again.", Kind.SERVER), "Come again.", Kind.SERVER));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysInWordsWhyThereIsNoAnswer(Exception failure, String words, Kind kind) {
        Later later = answers.inWords("main", failure);
        assertThat(later).hasMessage(words);
        assertThat(later.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"details\":[{\"errorText\":\"a\"},{\"errorText\":\"b\"}]}} | a",
                "{\"details\":[{\"errorText\":\" \"},{\"errorText\":\"b\"}]} | b",
                "{\"error\":\"x\",\"details\":[{\"errorText\":\"b\"}]} | b",
                "{\"details\":[]} | ''",
                "{\"details\":\"x\"} | ''",
                "[] | ''",
                "<html> | ''",
            })
    void readsTheErrorTextInBothShapes(String body, String text) {
        assertThat(Answers.errorText(bytes(body))).isEqualTo(text);
    }
}
