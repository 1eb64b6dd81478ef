package ualarm.command;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import ualarm.intake.Companions;
import ualarm.intake.IntakeCounts;
import ualarm.intake.IntakeRoom;
import ualarm.mail.MailRoom;
import ualarm.milestone.Arrivals;
import ualarm.milestone.MilestoneRoom;
import ualarm.site.Settings;

/**
 * What routes call by name, without the connector: for a Camel that is never started. No port is opened and no file is looked at, for the
 * rooms are those of a connector with one site that is nowhere; only names and classes matter.
 */
public final class OfflineRooms implements Consumer<CamelContext> {

    private static final String SITE = """
            site.main.url=http://127.0.0.1
            site.main.username=nobody
            site.main.password=none
            journal.directory=nowhere
            mail.templates=nowhere
            """;

    private static final Pattern BEAN = Pattern.compile("camel\\.beans\\.(\\w+)(?:\\[.*)?");
    private static final Pattern CLASS = Pattern.compile("#class:([\\w.$]+).*");

    private final Optional<Map<String, String>> properties;
    private final Collection<String> sites;

    /**
     * @param properties what {@code {{…}}} in a route stands for; nothing when the settings are not right, and nobody can know
     * @param sites the names of all sites
     */
    public OfflineRooms(Optional<Map<String, String>> properties, Collection<String> sites) {
        this.properties = properties;
        this.sites = sites;
    }

    @Override
    public void accept(CamelContext camel) {
        var all = new Properties();
        properties.ifPresent(all::putAll);
        camel.getPropertiesComponent().setOverrideProperties(all);
        camel.getPropertiesComponent().setIgnoreMissingProperty(properties.isEmpty());
        var settings = new Settings(SITE, Path.of("nowhere"), Map.of(), Map.of());
        var milestone = new MilestoneRoom(
                settings,
                (route, time) -> {},
                site -> new CompletableFuture<>(),
                alarm -> new CompletableFuture<>(),
                (site, event) -> new CompletableFuture<>(),
                Arrivals.Listener.NONE);
        milestone.bind(camel);
        MeterRegistry metrics = new SimpleMeterRegistry();
        new IntakeRoom(
                        settings,
                        new IntakeCounts(metrics),
                        new CompletableFuture<>(),
                        time -> {},
                        Companions.NONE,
                        alarm -> Set.of())
                .bind(camel);
        new MailRoom(settings, milestone.finder(), milestone.inventories(), CompletableFuture::new, time -> {})
                .configure(camel);
        camel.getRegistry().bind(MicrometerConstants.METRICS_REGISTRY_NAME, metrics);
        // It begins no thread before it has something to do.
        camel.getRegistry().bind("siteThreads", new ScheduledThreadPoolExecutor(1));
        // What these are is not looked at; a route of the integrator's may name them.
        camel.getRegistry().bind("vertx", new Object());
        camel.getRegistry().bind("anyName", new Object());
        sites.forEach(site -> camel.getRegistry().bind("trust-" + site, new Object()));
        properties.orElse(Map.of()).forEach((name, value) -> bean(camel, name, value));
    }

    /** An integrator's own, by {@code camel.beans.<name>=#class:<class>}. */
    private static void bean(CamelContext camel, String property, String value) {
        Matcher bean = BEAN.matcher(property);
        if (bean.matches()) {
            Matcher type = CLASS.matcher(value);
            Class<?> known = type.matches() ? camel.getClassResolver().resolveClass(type.group(1)) : null;
            camel.getRegistry().bind(bean.group(1), known == null ? new Object() : known);
        }
    }
}
