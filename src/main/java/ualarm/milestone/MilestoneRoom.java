package ualarm.milestone;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.TypeConverterSupport;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.SteadyClock;
import ualarm.site.Secret;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.Site;
import ualarm.site.Sites;
import ualarm.site.Trust;

/** What the routes to XProtect need: what each site has, its token, where its requests go, and what its answers mean. */
public final class MilestoneRoom implements CamelConfiguration {

    /** Ids of events that XProtect sent by webhook; it sends one again within a minute or so. */
    private static final int WEBHOOKS_REMEMBERED = 10_000;

    private final Settings settings;
    private final Sites sites;
    private final Answers answers;
    private final RefreshPlan plan;
    private final Inventories inventories;
    private final CameraFinder finder;
    private final Triggers triggers;
    private final Tokens tokens;
    private final Pictures pictures;
    private final TriggeredEvents events;
    private final Arrivals arrivals;
    private final CameraStates cameraStates;
    private volatile EventsComponent shown;

    /**
     * @param settings the settings
     * @param wake has the route of that id run at a time
     * @param logIn runs the route {@code log-in} for a site
     * @param fetch runs the route {@code fetch-picture} for an alarm
     * @param lookUp runs the route {@code look-for-event} for a site and an event's id, and tells the answer's status
     * @param arrivals is told which events XProtect has shown
     */
    public MilestoneRoom(
            Settings settings,
            BiConsumer<String, Instant> wake,
            Function<String, CompletableFuture<Token>> logIn,
            Function<CameraAlarm, CompletableFuture<byte[]>> fetch,
            BiFunction<String, String, CompletableFuture<Integer>> lookUp,
            Arrivals.Listener arrivals) {
        Clock clock = SteadyClock.PROCESS;
        this.settings = settings;
        this.sites = settings.sites();
        this.answers = new Answers(sites, clock);
        this.plan = new RefreshPlan(
                sites, clock, InstantSource.system(), answers, time -> wake.accept("refresh-site", time));
        answers.use(plan);
        this.inventories = new Inventories(
                sites, new InventoryFolder(settings.journal().directory().resolve("sites")));
        this.finder = new CameraFinder(sites, inventories, plan::isBehind, plan::missed);
        this.triggers = new Triggers(sites, inventories);
        this.tokens = new Tokens(sites, clock, logIn, time -> wake.accept("refresh-token", time));
        this.pictures = new Pictures(triggers, fetch);
        this.events = new TriggeredEvents(clock, this::isShown);
        this.arrivals = new Arrivals(events, clock, arrivals, lookUp);
        this.cameraStates = new CameraStates(clock);
    }

    @Override
    public void configure(CamelContext camel) {
        WireLogs.silence();
        List.of("http", "https").forEach(scheme -> {
            var http = new BoundedHttp();
            // What is tried again, and when, is the journal's business (camel.md 6).
            http.setAutomaticRetriesDisabled(true);
            http.setCookieManagementDisabled(true);
            http.setAuthCachingDisabled(true);
            http.setContentCompressionDisabled(true);
            http.setFollowRedirects(false);
            camel.addComponent(scheme, http);
        });
        // A token is revealed only where it becomes a header on the wire.
        convert(camel, Secret.class, String.class, Secret::reveal);
        // Camel finds an enum's name as well, but only after it has looked for all other ways.
        convert(camel, String.class, HttpMethods.class, HttpMethods::valueOf);
        camel.getRegistry().bind("anyName", NoopHostnameVerifier.INSTANCE);
        sites.all().stream()
                .filter(site -> !site.trust().equals(Trust.SYSTEM))
                .forEach(site -> camel.getRegistry().bind("trust-" + site, trust(site)));
        bind(camel);
    }

    /** @param camel gets what routes call by name; it need never be started */
    public void bind(CamelContext camel) {
        Registry registry = camel.getRegistry();
        var gateways = new Gateways(sites, camel::getEndpoint);
        sites.all()
                .forEach(site -> inventories
                        .of(site.name())
                        .ifPresent(known -> gateways.learn(site.name(), known.gateways(), true)));
        registry.bind(
                "httpLimits",
                new HttpLimits(camel.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "limits")));
        registry.bind("xprotectJson", Answers.mapper());
        registry.bind("gateways", gateways);
        registry.bind("answers", answers);
        registry.bind("refreshPlan", plan);
        registry.bind("inventories", inventories);
        registry.bind("cameraFinder", finder);
        registry.bind("triggers", triggers);
        registry.bind("tokens", tokens);
        registry.bind("analyticsEvent", new AnalyticsEvent(sites, inventories, plan, settings.timeOffset()));
        registry.bind("raisedAlarm", new RaisedAlarm(sites, triggers, settings.timeOffset(), SteadyClock.PROCESS));
        registry.bind("xmlEvent", new XmlEvent(sites, inventories, answers, settings.timeOffset()));
        registry.bind("eventServers", new EventServers(sites));
        registry.bind("pictures", pictures);
        registry.bind("snapshots", new Snapshots(sites));
        registry.bind("provisioning", new Provisioning(sites));
        registry.bind("webhooks", new Webhooks(sites));
        registry.bind("triggeredEvents", events);
        registry.bind("arrivals", arrivals);
        registry.bind("cameraStates", cameraStates);
        shown = new EventsComponent(
                sites,
                site -> wanted(site, gateways),
                site -> tokens.begunBearer(site.name()),
                arrivals,
                this::canBeAsked);
        camel.addComponent("xprotect-events", shown);
        registry.bind("webhooksTaken", MemoryIdempotentRepository.memoryIdempotentRepository(WEBHOOKS_REMEMBERED));
    }

    private boolean isShown(String site) {
        return shown != null && shown.isLive(site) && canBeAsked(sites.site(site));
    }

    /** Events that came as XML bear an id of ours, which XProtect need not know them by. */
    private boolean canBeAsked(Site site) {
        return inventories
                .of(site.name())
                .filter(known -> known.hasEventsApi() && !Triggers.byXml(site, known))
                .isPresent();
    }

    /** @return where the site's own events are shown; nothing while it is not known to show any */
    private EventsSocket.Wanted wanted(Site site, Gateways gateways) {
        return inventories
                .of(site.name())
                .filter(known -> Version.hasEventsSocket(known.productVersion()))
                .map(known -> Stream.of(site.event(), Site.SUPERVISION_EVENT)
                        .map(known.events()::get)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toCollection(TreeSet::new)))
                .filter(types -> !types.isEmpty())
                .map(types -> {
                    types.addAll(CameraStates.TYPES);
                    return new EventsSocket.Wanted(gateways.inUse(site.name()), types);
                })
                .orElse(null);
    }

    private static SSLContextParameters trust(Site site) {
        try {
            var managers = new TrustManagersParameters();
            managers.setTrustManager(Trust.of(site.trust()));
            var parameters = new SSLContextParameters();
            parameters.setTrustManagers(managers);
            return parameters;
        } catch (Exception e) {
            throw new SettingsException(List.of("site." + site + ".trust cannot be used (" + e.getMessage()
                    + "). Write the PEM file of the issuer of XProtect's certificate."));
        }
    }

    private static <F, T> void convert(CamelContext camel, Class<F> from, Class<T> to, Function<F, T> convert) {
        camel.getTypeConverterRegistry().addTypeConverter(to, from, new TypeConverterSupport() {
            @Override
            public <R> R convertTo(Class<R> type, Exchange exchange, Object value) {
                return type.cast(convert.apply(from.cast(value)));
            }
        });
    }

    /** @return what the sites have */
    public Inventories inventories() {
        return inventories;
    }

    /** @return finds cameras */
    public CameraFinder finder() {
        return finder;
    }

    /** @return how the sites stand */
    public SiteStates states() {
        return new SiteStates(inventories, plan);
    }

    /** @return what XProtect's answers mean */
    public Answers answers() {
        return answers;
    }

    /** @return when sites are read */
    public RefreshPlan plan() {
        return plan;
    }

    /** @return which events XProtect has shown */
    public Arrivals arrivals() {
        return arrivals;
    }

    /** @return which cameras XProtect has no connection to */
    public CameraStates cameraStates() {
        return cameraStates;
    }

    /** @return the logins */
    public Tokens tokens() {
        return tokens;
    }
}
