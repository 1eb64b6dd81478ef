package ualarm.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;

/**
 * Finds the ends that lead nowhere: a queue that alarms are put into and no route works off, and a {@code direct:} that nobody
 * listens to. An alarm that came there would be answered with 200 and wait for ever.
 */
public final class RouteLinks {

    /** What the connector itself calls. */
    private static final List<String> CALLED = List.of(
            "direct:alarm",
            "direct:log-in",
            "direct:read-site",
            "direct:probe-site",
            "direct:fetch-picture",
            "direct:log-in-to-relay");

    private static final Pattern RECEIVES = Pattern.compile("platform-http:/(\\?.*)?");
    private static final Pattern ADDRESS = Pattern.compile("(direct|journal):(?://)?([^?]+)(?:\\?.*)?", Pattern.DOTALL);
    private static final Pattern WHEN_LATE = Pattern.compile("[?&]whenLate=(direct:[^&]+)");
    private static final Pattern FROM = Pattern.compile("from:\\s+uri: \"?([^\\s\"]+)");

    private final Path own;
    private final List<String> packed;
    private final Set<String> listening = new LinkedHashSet<>();
    private final Map<String, String> calledAt = new LinkedHashMap<>();

    /**
     * @param own the folder with the integrator's routes, which need not exist
     * @param packed names of the routes in the jar
     */
    public RouteLinks(Path own, List<String> packed) {
        this.own = own;
        this.packed = packed;
    }

    /**
     * @param camel with all routes read, started or not
     * @param sites the names of all sites, which a {@code *} in a queue's name stands for
     * @return what leads nowhere, a line each; none when all is well
     */
    public List<String> faults(CamelContext camel, Collection<String> sites) {
        // A folder lists its files in no order.
        List<RouteDefinition> routes =
                camel.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions().stream()
                        .sorted(Comparator.comparing(route -> place(route, 0)))
                        .toList();
        boolean receives = false;
        for (RouteDefinition route : routes) {
            String from = route.getInput().getEndpointUri();
            receives |= RECEIVES.matcher(from).matches();
            address(from).ifPresent(address -> listening.addAll(each(address, sites)));
            Matcher late = WHEN_LATE.matcher(from);
            if (late.find()) {
                called(late.group(1), place(route, route.getInput().getLineNumber()));
            }
            for (ProcessorDefinition<?> step :
                    ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
                if (step instanceof EndpointRequiredDefinition to && to.getEndpointUri() != null) {
                    called(to.getEndpointUri(), place(route, step.getLineNumber()));
                }
            }
        }
        CALLED.forEach(address -> calledAt.putIfAbsent(address, "The connector itself"));
        var faults = new ArrayList<String>();
        if (!receives) {
            faults.add("No route receives alarms: none is from platform-http:/." + cause("platform-http:/"));
        }
        calledAt.forEach((address, by) -> {
            if (!listening.containsAll(each(address, sites))) {
                faults.add(
                        address.startsWith("journal:")
                                ? by + " puts alarms into " + address + ", which no route works off." + cause(address)
                                : by + " calls " + address + ", and no route is from there." + cause(address));
            }
        });
        return faults;
    }

    private void called(String uri, String by) {
        address(uri).ifPresent(address -> {
            String scheme = address.substring(0, address.indexOf(':') + 1);
            Stream.of(address.substring(scheme.length()).split(","))
                    .forEach(each -> calledAt.putIfAbsent(scheme + each, by));
        });
    }

    /** Nothing for what is found out only when an alarm comes. */
    private static Optional<String> address(String uri) {
        Matcher address = ADDRESS.matcher(uri);
        return uri.contains("${") || !address.matches()
                ? Optional.empty()
                : Optional.of(address.group(1) + ":" + address.group(2));
    }

    private static Set<String> each(String address, Collection<String> sites) {
        return address.contains("*")
                ? sites.stream().map(site -> address.replace("*", site)).collect(Collectors.toSet())
                : Set.of(address);
    }

    private static String place(RouteDefinition route, int line) {
        Resource file = route.getResource();
        String name = file == null
                ? route.getRouteId()
                : Path.of(file.getLocation().replaceFirst("^\\w+:", ""))
                        .getFileName()
                        .toString();
        return "routes/" + name + (line > 0 ? ":" + line : "");
    }

    /** Which file had it, and one that may be it under a wrong name. */
    String cause(String address) {
        String file = packed.stream()
                .filter(name -> hasFrom(name, address))
                .findFirst()
                .orElse("");
        return (file.isEmpty()
                        ? " Correct the address, or write a route for it."
                        : " Bring back routes/" + file + ".camel.yaml, which has it.")
                + misnamed();
    }

    private static boolean hasFrom(String name, String address) {
        try (var in = RouteLinks.class.getResourceAsStream("/routes/" + name + ".camel.yaml")) {
            return in != null
                    && FROM.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                            .results()
                            .anyMatch(from -> from.group(1).equals(address));
        } catch (IOException e) {
            return false;
        }
    }

    private String misnamed() {
        if (!Files.isDirectory(own)) {
            return "";
        }
        try (Stream<Path> files = Files.list(own)) {
            String names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.ya?ml") && !name.endsWith(".camel.yaml"))
                    .sorted()
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "" : " Not read, because the name does not end in .camel.yaml: " + names + ".";
        } catch (IOException e) {
            return "";
        }
    }
}
