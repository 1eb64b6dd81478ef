package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import ualarm.simulator.RecordedRequest;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/** Under REST an event carries no boxes: operators see them on a picture at the raised alarm. */
class SnapshotTest {

    private static Rig rig(XProtect xprotect) {
        return new Rig(Simulator.CORPORATE)
                .set("site.main.url", xprotect.server().url())
                .set("site.main.username", XProtect.USER)
                .set("site.main.password", XProtect.PASSWORD)
                .set("site.main.snapshot", "on")
                .start();
    }

    private static List<RecordedRequest> snapshots(XProtect xprotect) {
        return xprotect.server().requests().stream()
                .filter(each -> each.request().path().matches("/api/rest/v1/alarms/[^/]+/snapshots"))
                .toList();
    }

    @Test
    void theRaisedAlarmGetsAPictureOfTheCamera() throws IOException {
        try (var xprotect = new XProtect(Release.of("2025 R2").orElseThrow(), Edition.CORPORATE, 0);
                var rig = rig(xprotect)) {
            rig.alarm("1", Rig.CAMERA_A);
            await().until(() -> rig.log().contains("has its snapshot in XProtect of main"));
            JsonNode sent = snapshots(xprotect).get(0).request().body();
            var image = ImageIO.read(new ByteArrayInputStream(sent.path("image").binaryValue()));
            assertThat(image.getWidth()).isEqualTo(sent.path("width").asInt()).isPositive();
            assertThat(image.getHeight()).isEqualTo(sent.path("height").asInt()).isPositive();
            assertThat(sent.path("hasOverlay").asBoolean()).isTrue();
        }
    }

    @Test
    void whereThereIsNoPictureTheAlarmIsRaisedOnce() {
        try (var xprotect = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
                var rig = rig(xprotect)) {
            rig.alarm("1", Rig.CAMERA_A);
            await().until(() -> rig.log().contains("no snapshot is attached"));
            assertThat(snapshots(xprotect)).isEmpty();
            assertThat(rig.log().split("raised alarm", -1)).hasSize(2);
        }
    }
}
