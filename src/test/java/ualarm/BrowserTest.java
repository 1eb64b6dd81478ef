package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import ualarm.routes.RouteFolder;

/** The console's page in a real browser: what an installer does on site. Screenshots are left in {@code target/screenshots}. */
class BrowserTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path SHOTS = Path.of("target/screenshots");

    @TempDir
    private Path profile;

    private ChromeDriver browser() {
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER.toString()))
                .build();
        return new ChromeDriver(service, options);
    }

    private static void shoot(ChromeDriver browser, String name) throws Exception {
        Files.createDirectories(SHOTS);
        for (int width : List.of(390, 1280)) {
            for (String scheme : List.of("light", "dark")) {
                browser.executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width == 390));
                browser.executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                Files.write(
                        SHOTS.resolve(name + "-" + width + "-" + scheme + ".png"),
                        browser.getScreenshotAs(OutputType.BYTES));
                Number overflow = (Number) browser.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
                assertThat(overflow.intValue())
                        .as("nothing is wider than the screen")
                        .isZero();
                // Each layout once and each scheme once: it takes its time.
                if ((width == 390) == scheme.equals("light")) {
                    assertThat(new AxeBuilder().analyze(browser))
                            .as("axe-core finds nothing that keeps anybody out: %s, %d pixels, %s", name, width, scheme)
                            .satisfies(found -> assertThat(found.getPasses()).isNotEmpty())
                            .satisfies(
                                    found -> assertThat(found.getViolations()).isEmpty());
                }
            }
        }
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    private static WebElement find(ChromeDriver browser, String selector) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> browser.findElement(By.cssSelector(selector)).isDisplayed());
        return browser.findElement(By.cssSelector(selector));
    }

    @Test
    void anInstallerSeesGreenCopiesAGuidRaisesATestAlarmAndReplaysADeadLetter() throws Exception {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "Debian's chromium and chromium-driver are not installed");
        try (var rig = new Rig(Simulator.CORPORATE)) {
            rig.xprotect().breakDown(503);
            rig.start();
            ChromeDriver browser = browser();
            try {
                browser.get(rig.console("/").build().uri().toString());
                find(browser, "[data-site=main][data-state=stopped]");
                assertThat(browser.findElement(By.cssSelector("[data-site=main]"))
                                .getText())
                        .contains("503");
                shoot(browser, "red");
                rig.xprotect().repair();
                find(browser, "[data-site=main][data-state=running]");

                browser.executeCdpCommand(
                        "Browser.grantPermissions",
                        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
                String camera = "[data-camera='" + Rig.CAMERA_A + "']";
                find(browser, camera + " button.copy").sendKeys(Keys.ENTER);
                Object copied = browser.executeAsyncScript(
                        "const done = arguments[0]; navigator.clipboard.readText().then(done, e => done('' + e));");
                assertThat(copied).isEqualTo(Rig.CAMERA_A);

                find(browser, camera + " button.test-alarm").sendKeys(Keys.ENTER);
                find(browser, "#trace [data-result=delivered]");
                assertThat(rig.xprotect().events()).hasSize(1);
                shoot(browser, "trace");
                find(browser, "#trace").sendKeys(Keys.ESCAPE);

                var refused = rig.xprotect()
                        .server()
                        .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                                .atPriority(1)
                                .willReturn(aResponse().withStatus(403)));
                rig.alarm("refused", Rig.CAMERA_B);
                find(browser, "[data-letter]");
                rig.xprotect().server().removeStub(refused);
                shoot(browser, "dead-letter");
                find(browser, "[data-letter] button.replay").sendKeys(Keys.ENTER);
                assertThat(find(browser, "#confirm").getText()).contains("1");
                find(browser, "#confirm .yes").sendKeys(Keys.ENTER);
                await().atMost(SOON).until(() -> rig.xprotect().events().size() == 2);
                await().atMost(SOON)
                        .until(() -> browser.findElements(By.cssSelector("[data-letter]"))
                                .isEmpty());
                shoot(browser, "green");
            } finally {
                browser.quit();
            }
        }
    }

    @Test
    void anIntegratorSeesWhyAnEditIsRefusedAndBringsBackTheVersionBefore() throws Exception {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "Debian's chromium and chromium-driver are not installed");
        try (var rig = new Rig(Simulator.CORPORATE)) {
            Path routes = rig.folder().resolve("routes");
            new RouteFolder(routes).unpack();
            Path file = routes.resolve("trigger-event.camel.yaml");
            String good = Files.readString(file);
            rig.start();
            ChromeDriver browser = browser();
            try {
                browser.get(rig.console("/").build().uri().toString());
                find(browser, "[data-file='trigger-event.camel.yaml'][data-state=running]");
                Files.writeString(file, good + "# edited\n");
                await().atMost(SOON).until(() -> rig.log().contains("runs as it is written now"));
                Files.writeString(file, good.replace("whenLate:", "whenlate:"));
                String refused = "[data-file='trigger-event.camel.yaml'][data-state=rejected]";
                assertThat(find(browser, refused).getText()).contains("Line 8").contains("Write whenLate");
                shoot(browser, "route-refused");
                find(browser, refused + " button.versions").sendKeys(Keys.ENTER);
                find(browser, "#version-list li:nth-child(2) button.rollback").sendKeys(Keys.ENTER);
                shoot(browser, "route-versions");
                find(browser, "#confirm .yes").sendKeys(Keys.ENTER);
                find(browser, "[data-file='trigger-event.camel.yaml'][data-state=running]");
                assertThat(file).hasContent(good);
            } finally {
                browser.quit();
            }
        }
    }
}
