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
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

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

    @Test
    void anInstallerSetsUpAConnectorThatHasNoSiteAndRaisesATestAlarm(@TempDir Path folder) throws Exception {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "Debian's chromium and chromium-driver are not installed");
        int console = Rig.freePort();
        Files.writeString(
                folder.resolve("application.properties"),
                "alarm.host=127.0.0.1\nalarm.port=" + Rig.freePort() + "\nconsole.port=" + console
                        + "\njournal.directory=" + folder.resolve("data") + "\n");
        var certificate = TestCertificate.in(Files.createDirectories(folder.resolve("tls")), 1);
        try (var xprotect = new XProtect(
                        new Release(2025, 1), Edition.CORPORATE, certificate.certificate(), certificate.key());
                var connector = new FirstConnector(folder)) {
            xprotect.removeAnalyticsEvent();
            ChromeDriver browser = browser();
            try {
                await().atMost(SOON).until(() -> connector.log().contains("No site is set yet"));
                long began = System.nanoTime();
                browser.get("http://127.0.0.1:" + console + "/");
                find(browser, "#url").sendKeys(xprotect.server().url(), Keys.TAB);
                find(browser, "#certificate");
                assertThat(find(browser, "#address-lights [data-level=fail]").getText())
                        .contains("self-signed");
                shoot(browser, "setup-certificate");
                find(browser, "#trust").sendKeys(Keys.ENTER);
                find(browser, "#username").sendKeys(XProtect.USER);
                find(browser, "#password").sendKeys("wrong", Keys.TAB);
                find(browser, "#login-lights [data-level=fail]");
                find(browser, "#password").clear();
                find(browser, "#password").sendKeys(XProtect.PASSWORD, Keys.TAB);
                find(browser, "#login-lights [data-level=ok]");
                find(browser, "#show-plan").sendKeys(Keys.ENTER);
                assertThat(find(browser, "#will").getText())
                        .contains("Will create the analytics event", "Will trust XProtect's certificate")
                        .doesNotContain(XProtect.PASSWORD);
                shoot(browser, "setup-plan");
                find(browser, "#apply").sendKeys(Keys.ENTER);
                find(browser, "#site[data-state=running]");
                assertThat(find(browser, "#targets").getText()).contains("http://127.0.0.1:");
                find(browser, "[data-camera='" + Rig.CAMERA_A + "'] .test-alarm")
                        .sendKeys(Keys.ENTER);
                find(browser, "#steps [data-result=delivered]");
                System.out.println("first alarm by the page: " + (System.nanoTime() - began) / 1_000_000 + " ms");
                assertThat(xprotect.all("events")).hasSize(1);
                shoot(browser, "setup-running");
                browser.get("http://127.0.0.1:" + console + "/");
                find(browser, "[data-site=main][data-state=running]");
                find(browser, "[data-settings=main] a.change").sendKeys(Keys.ENTER);
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(find(browser, "#url").getDomProperty("value"))
                                .isEqualTo(xprotect.server().url()));
                assertThat(find(browser, "#password").getDomProperty("value")).isEmpty();
                find(browser, "#more summary").sendKeys(Keys.ENTER);
                find(browser, "#timeOffset").clear();
                find(browser, "#timeOffset").sendKeys("-2", Keys.TAB);
                shoot(browser, "settings");
                find(browser, "#show-plan").sendKeys(Keys.ENTER);
                find(browser, "#apply").sendKeys(Keys.ENTER);
                find(browser, "#site[data-state=running]");
                assertThat(connector.starts()).isEqualTo(2);
                assertThat(Files.readString(folder.resolve("application.properties")))
                        .contains("alarm.time-offset=-2\n");
                find(browser, "#console").sendKeys(Keys.ENTER);
                find(browser, "[data-site=main][data-state=running]");
                assertThat(find(browser, "#settings-summary").getText()).contains("-2 s");
                shoot(browser, "settings-changed");
            } finally {
                browser.quit();
            }
        }
    }
}
