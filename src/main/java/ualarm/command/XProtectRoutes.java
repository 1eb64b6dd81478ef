package ualarm.command;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.Answers;
import ualarm.milestone.Arrivals;
import ualarm.milestone.EventRequest;
import ualarm.milestone.MilestoneRoom;
import ualarm.milestone.Token;
import ualarm.routes.RouteFile;
import ualarm.routes.RouteFolder;
import ualarm.routes.RouteLinks;
import ualarm.site.Secret;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.Site;

/**
 * The connector's own routes to XProtect without the rest of it, so that a command asks as the connector does, edited routes included.
 * Nothing is scheduled, no port is opened, nothing is written.
 */
public final class XProtectRoutes implements AutoCloseable {

    /** What commands ask for; what these call is kept as well. */
    private static final List<String> ASKED = List.of(
            "find-site",
            "log-in",
            "read-cameras",
            "read-licences",
            "read-events",
            "read-definitions",
            "read-rights",
            "find-alarms",
            "post-event");

    private final Main main = new Main();
    private final List<String> asked;
    private final MilestoneRoom room;
    private final RouteFolder folder;
    private ProducerTemplate template;

    /**
     * Starts the routes.
     *
     * @param settings the checked settings
     * @throws SettingsException when they are not right after all
     * @throws IllegalStateException when a route cannot be read or is missing, saying which and what to do
     */
    XProtectRoutes(Settings settings) {
        this(settings, ASKED);
    }

    /**
     * Starts routes.
     *
     * @param settings the checked settings
     * @param asked the routes that will be asked; what these call is kept as well
     * @throws SettingsException when the settings are not right after all
     * @throws IllegalStateException when a route cannot be read or is missing, saying which and what to do
     */
    public XProtectRoutes(Settings settings, List<String> asked) {
        this.asked = List.copyOf(asked);
        folder = new RouteFolder(settings.routes());
        room = new MilestoneRoom(
                settings,
                (route, time) -> {},
                this::logIn,
                alarm -> CompletableFuture.failedFuture(new IllegalStateException()),
                (site, event) -> CompletableFuture.failedFuture(new IllegalStateException()),
                Arrivals.Listener.NONE);
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation("false");
        // What an installer sets of Camel holds here as well, a proxy for example; but not its servers.
        settings.others().forEach(main::addOverrideProperty);
        Map.of(
                        "camel.main.name", "ualarm-milestone-connector-command",
                        "camel.main.shutdown-timeout", "1",
                        "camel.main.jmx-enabled", "false",
                        "camel.main.stream-caching-enabled", "false",
                        "camel.main.routes-collector-enabled", "false",
                        "camel.management.enabled", "false",
                        "camel.server.enabled", "false",
                        // What is not kept would be waited for.
                        "camel.component.direct.block", "false")
                .forEach(main::addOverrideProperty);
        main.configure().addConfiguration(room);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport support) {
                load(support.getCamelContext());
            }
        });
        start();
        template = main.getCamelContext().createProducerTemplate();
    }

    private void start() {
        try {
            main.start();
        } catch (RuntimeException e) {
            close();
            Throwable cause = root(e);
            throw cause instanceof SettingsException settings
                    ? settings
                    : new IllegalStateException(
                            "The routes cannot be used: " + words(cause) + " The command validate tells more.", e);
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** A YAML fault shows the line with a mark under the place, which makes no sense in one line. */
    private static String words(Throwable failure) {
        return Findings.words(failure).replaceAll("[ ^]+$", "").replace(" ^ ", " ");
    }

    /** At once: how faults are handled holds only for routes that are read with it. */
    private List<Resource> resources() throws IOException {
        var resources = new ArrayList<Resource>();
        for (RouteFile file : folder.read()) {
            resources.add(ResourceHelper.fromString("routes/" + file.name(), file.text()));
        }
        return resources;
    }

    private void load(CamelContext camel) {
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(resources());
            keepAsked(camel.getCamelContextExtension().getContextPlugin(Model.class));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** In whatever files they stand, so that an integrator may have moved them or have them call more. */
    private void keepAsked(Model model) throws Exception {
        var byAddress = new HashMap<String, RouteDefinition>();
        model.getRouteDefinitions()
                .forEach(route -> byAddress.put(bare(route.getInput().getEndpointUri()), route));
        var kept = new LinkedHashSet<RouteDefinition>();
        asked.forEach(route -> keep("direct:" + route, byAddress, kept));
        for (RouteDefinition route : List.copyOf(model.getRouteDefinitions())) {
            if (!kept.contains(route)) {
                model.removeRouteDefinition(route);
            }
        }
    }

    private void keep(String address, Map<String, RouteDefinition> byAddress, Set<RouteDefinition> kept) {
        RouteDefinition route = byAddress.get(address);
        if (route == null) {
            throw new IllegalStateException(
                    "no route is from " + address + ". " + new RouteLinks(List.of(), folder).cause(address));
        }
        if (kept.add(route)) {
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class).stream()
                    .filter(EndpointRequiredDefinition.class::isInstance)
                    .map(step -> ((EndpointRequiredDefinition) step).getEndpointUri())
                    .filter(Objects::nonNull)
                    .map(XProtectRoutes::bare)
                    .filter(to -> to.startsWith("direct:") && !to.contains("${"))
                    .forEach(to -> keep(to, byAddress, kept));
        }
    }

    private static String bare(String uri) {
        return uri.replaceFirst("\\?.*", "").replaceFirst("^direct://", "direct:");
    }

    /**
     * What a route has read.
     *
     * @param exchange has it in its variables
     */
    public record Read(Exchange exchange) {

        /**
         * @param variable a variable's name
         * @param type what it is
         * @return the variable; nothing when it was not read
         */
        public <T> Optional<T> get(String variable, Class<T> type) {
            return Optional.ofNullable(exchange.getVariable(variable, type));
        }

        /** @return the last answer's HTTP status */
        public int status() {
            return get("status", Integer.class).orElse(0);
        }

        /** @return the last answer as JSON; nothing in it when it is none */
        public JsonNode answer() {
            return Answers.tree(get("answer", byte[].class).orElse(null));
        }

        /** @return whether the user is an administrator; nothing where XProtect, before 2024 R2, does not tell (milestone-api.md 8.4) */
        public Optional<Boolean> isAdministrator() {
            JsonNode said = answer().path("data").path("isAdministrator");
            return status() == 200 && said.isBoolean() ? Optional.of(said.booleanValue()) : Optional.empty();
        }

        /** @return the last answer's status and error text */
        public String said() {
            String text = Answers.errorText(exchange.getVariable("answer", byte[].class));
            return "it answered " + exchange.getVariable("status") + (text.isEmpty() ? "" : " (" + text + ")");
        }
    }

    /**
     * Runs a route to its end.
     *
     * @param route its name
     * @param site the site that it asks
     * @return what it has read
     * @throws IOException when there was no answer, saying why and what to do
     * @throws Later when the answer was not good, saying why and what to do
     */
    public Read ask(String route, Site site) throws IOException {
        return ask(route, site, null, Map.of());
    }

    /**
     * Runs a route to its end.
     *
     * @param route its name
     * @param site the site that it asks
     * @param body what it begins with; null for nothing
     * @param variables what it finds in its variables
     * @return what it has read
     * @throws IOException when there was no answer, saying why and what to do
     * @throws Later when the answer was not good, saying why and what to do
     */
    public Read ask(String route, Site site, Object body, Map<String, Object> variables) throws IOException {
        Exchange exchange = run(route, site.name(), body, variables);
        Exception failure = exchange.getException();
        if (failure == null) {
            return new Read(exchange);
        }
        Later why = room.answers().inWords(site.name(), failure);
        if (failure instanceof IOException && !(failure instanceof JacksonException)) {
            throw new IOException(why.getMessage(), failure);
        }
        throw why;
    }

    /**
     * Logs in; what is asked later is asked with the same token.
     *
     * @param site the site
     * @throws Later when that fails, saying why and what to do
     */
    public void logIn(Site site) {
        room.tokens().bearer(site.name());
    }

    private CompletableFuture<Token> logIn(String site) {
        Exchange exchange = run("log-in", site, null, Map.of());
        return exchange.getException() == null
                ? CompletableFuture.completedFuture(exchange.getMessage().getBody(Token.class))
                : CompletableFuture.failedFuture(exchange.getException());
    }

    /**
     * @param site a site that was logged in to
     * @return the header that shows its token
     */
    Secret bearer(Site site) {
        return room.tokens().bearer(site.name());
    }

    /**
     * Triggers the site's analytics event.
     *
     * @param site the site
     * @param event id of the analytics event
     * @param camera where it happens
     * @return XProtect's answer
     */
    Read trigger(Site site, UUID event, UUID camera) {
        Exchange exchange = ExchangeBuilder.anExchange(main.getCamelContext())
                .withBody(new EventRequest(event.toString(), "cameras/" + camera, ""))
                .build();
        exchange.setVariable("site", site.name());
        return new Read(template.send("direct:post-event", exchange));
    }

    private Exchange run(String route, String site, Object body, Map<String, Object> variables) {
        Exchange exchange = ExchangeBuilder.anExchange(main.getCamelContext())
                .withBody(body)
                .build();
        variables.forEach(exchange::setVariable);
        exchange.setVariable("site", site);
        return template.send("direct:" + route, exchange);
    }

    @Override
    public void close() {
        main.stop();
    }
}
