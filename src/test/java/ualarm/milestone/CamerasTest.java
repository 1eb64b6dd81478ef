package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;
import ualarm.site.Settings;
import ualarm.site.Sites;

/** A site's lists may arrive at any moment; no alarm is given up by what was known before. */
class CamerasTest {

    private static final UUID ID = UUID.fromString("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final Sites sites = new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .sites();
    private CompletableFuture<Exchange> reading;
    private Cameras cameras;

    @BeforeEach
    void knowNothing(@TempDir Path folder) {
        cameras = new Cameras(
                sites, folder, clock, site -> reading = new CompletableFuture<>(), site -> new CompletableFuture<>());
    }

    private static Inventory inventory(List<Camera> cameras) {
        return new Inventory(
                "25.1.1",
                Optional.empty(),
                Map.of("U-Alarm", "a"),
                cameras,
                List.of(),
                true,
                Optional.of(new Definitions(true, Set.of())));
    }

    private CameraAlarm alarm(Optional<UUID> camera) {
        return new CameraAlarm(
                "a1",
                "Gate",
                "",
                now,
                now,
                new UUID(1, 1),
                camera.isPresent() ? "main" : "",
                camera,
                new Sighting(ID.toString(), "", 0, 0, List.of(), ""),
                true,
                "");
    }

    private void arrive() {
        reading.complete(new DefaultExchange(new DefaultCamelContext()));
    }

    @Test
    void aListThatArrivesWhileItsCameraIsLookedForIsLookedInto() throws Exception {
        CameraAlarm alarm = alarm(Optional.empty());
        now = now.plusSeconds(1);
        cameras.refreshDue();
        var looking = new FutureTask<>(() -> cameras.match(alarm));
        // What a site has is told under its lock: there the other look is held up until the list has arrived.
        heldUp(() -> cameras.take("main", inventory(List.of())), looking, () -> {
            cameras.take("main", inventory(List.of(new Camera("main", ID, "Gate"))));
            arrive();
        });
        assertThat(looking.get(10, TimeUnit.SECONDS).camera()).hasValue(ID);
    }

    private static void heldUp(Runnable telling, Runnable other, Runnable meanwhile) {
        var thread = new Thread(other);
        var begun = new AtomicBoolean();
        var appender = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (!begun.getAndSet(true)) {
                    thread.start();
                    await().until(() -> thread.getState() == Thread.State.BLOCKED);
                    meanwhile.run();
                }
            }
        };
        var log = (Logger) LoggerFactory.getLogger(Cameras.class);
        appender.start();
        log.addAppender(appender);
        try {
            telling.run();
        } finally {
            log.detachAppender(appender);
        }
    }

    /** The attempts begin at the time that it really is; the lists are asked for before that, and arrive before or after. */
    @ParameterizedTest
    @CsvSource({"-1980, true", "10, false"})
    void anEventIsGivenUpOnlyWhenItWasRefusedWithListsThatWereReadSince(long arrived, boolean isFinal) {
        Instant began = Instant.now();
        now = began.minusSeconds(3000);
        var answers = new Answers(sites, cameras, clock);
        cameras.refreshDue();
        arrive();
        CameraAlarm alarm = alarm(Optional.of(ID));
        now = began.minusSeconds(2000);
        assertThatThrownBy(() -> refuse(answers, alarm)).isInstanceOf(Undelivered.Later.class);
        now = began.minusSeconds(1990);
        cameras.refreshDue();
        now = began.plusSeconds(arrived);
        arrive();
        assertThatThrownBy(() -> refuse(answers, alarm))
                .isInstanceOf(isFinal ? Undelivered.Never.class : Undelivered.Later.class);
    }

    private static void refuse(Answers answers, CameraAlarm alarm) {
        var answer = new DefaultExchange(new DefaultCamelContext());
        answer.setProperty("site", "main");
        answer.setProperty("alarm", alarm);
        answer.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 400);
        answers.event(answer);
    }
}
