package ualarm.routes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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

    private static final String INTAKE = "platform-http:/";
    private static final Pattern RECEIVES = Pattern.compile("platform-http:/(\\?.*)?", Pattern.DOTALL);
    private static final Pattern ADDRESS = Pattern.compile("(direct|journal):(?://)?([^?]+)(?:\\?.*)?", Pattern.DOTALL);
    private static final Pattern FROM = Pattern.compile("from:\\s+uri: \"?([^\\s\"]+)");

    private record Place(String file, int line) {}

    private final Collection<String> sites;
    private final RouteFolder folder;
    private final Set<String> listening = new LinkedHashSet<>();
    private final Set<String> written = new LinkedHashSet<>();
    private final Set<String> files = new LinkedHashSet<>();
    private final List<Pattern> perhapsListening = new ArrayList<>();
    private final Map<String, Place> sources = new LinkedHashMap<>();
    private final List<RouteFault> doubled = new ArrayList<>();
    private final Map<String, Place> calledAt = new LinkedHashMap<>();
    private boolean receives;

    /**
     * @param sites the names of all sites, which a {@code *} in a queue's name stands for; empty when they are not known
     * @param folder where the files of routes lie
     */
    public RouteLinks(Collection<String> sites, RouteFolder folder) {
        this.sites = sites;
        this.folder = folder;
    }

    /**
     * Notes an address.
     *
     * @param isSource whether a route is from there
     * @param uri the address, filled in
     * @param file the file's name
     * @param line where in it
     * @param isTemplate whether the route is made as often as somebody calls for it
     */
    void address(boolean isSource, String uri, String file, int line, boolean isTemplate) {
        files.add(file);
        if (isSource) {
            perhaps(uri);
            if (!isTemplate) {
                single(uri).ifPresent(address -> source(address, new Place(file, line)));
            }
        } else {
            plain(uri).ifPresent(address -> called(address, new Place(file, line)));
        }
    }

    /** Notes an address from where a route is or would be, if its file could be read. */
    void perhaps(String uri) {
        receives |= RECEIVES.matcher(uri).matches();
        plain(uri).ifPresent(address -> {
            written.add(address);
            listening.addAll(each(address));
        });
    }

    /**
     * Notes an address that cannot be known.
     *
     * @param isSource whether a route is from there
     * @param uri the address, with {@code {{…}}} in it
     */
    void unknown(boolean isSource, String uri) {
        if (isSource) {
            perhapsListening.add(
                    Pattern.compile(Stream.of(uri.replaceFirst("\\?.*", "").split("\\{\\{[^{}]*}}", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"))));
        }
    }

    /** From where there can be one route only; of others Camel knows when it starts them. */
    private static Optional<String> single(String uri) {
        return uri.startsWith("platform-http:") ? Optional.of(uri.replaceFirst("\\?$", "")) : plain(uri);
    }

    private void source(String address, Place place) {
        Place first = sources.putIfAbsent(address, place);
        if (first != null && first.line() > 0) {
            doubled.add(new RouteFault(
                    place.file(),
                    place.line(),
                    "the route is from " + address + ", as the one at routes/" + first.file() + ":" + first.line(),
                    "Give one of them another address, or take it away."));
        }
    }

    private void called(String address, Place place) {
        String scheme = address.substring(0, address.indexOf(':') + 1);
        Stream.of(address.substring(scheme.length()).split(","))
                .forEach(each -> calledAt.putIfAbsent(scheme + each, place));
    }

    /** Nothing for what is found out only when an alarm comes. */
    private static Optional<String> plain(String uri) {
        Matcher address = ADDRESS.matcher(uri);
        return uri.contains("${") || uri.contains("{{") || !address.matches()
                ? Optional.empty()
                : Optional.of(address.group(1) + ":" + address.group(2));
    }

    private Set<String> each(String address) {
        return address.contains("*") && !sites.isEmpty()
                ? sites.stream().map(site -> address.replace("*", site)).collect(Collectors.toSet())
                : Set.of(address);
    }

    private boolean isHeard(String address) {
        return listening.containsAll(each(address))
                || perhapsListening.stream()
                        .anyMatch(each -> each.matcher(address).matches())
                || sites.isEmpty() && listening.stream().anyMatch(each -> isAlike(each, address));
    }

    private static boolean isAlike(String queue, String address) {
        return queue.contains("*") && address.matches(Pattern.quote(queue).replace("*", "\\E.*\\Q"));
    }

    /** @return what leads nowhere, and what is from where another route is from */
    List<RouteFault> faults() {
        var faults = new ArrayList<>(doubled);
        if (!receives) {
            faults.add(new RouteFault(
                    origin(INTAKE).orElse("receive-alarm" + RouteFile.ROUTES),
                    0,
                    "no route receives alarms: none is from " + INTAKE,
                    cause(INTAKE)));
        }
        calledAt.forEach((address, by) -> {
            if (!isHeard(address)) {
                faults.add(new RouteFault(
                        by.file(),
                        by.line(),
                        address.startsWith("journal:")
                                ? "it puts alarms into " + address + ", which no route works off"
                                : "it calls " + address + ", and no route is from there",
                        cause(address)));
            }
        });
        CALLED.stream()
                .filter(address -> !calledAt.containsKey(address) && !isHeard(address))
                .forEach(address -> faults.add(new RouteFault(
                        origin(address).orElse("*" + RouteFile.ROUTES),
                        0,
                        "the connector itself calls " + address + ", and no route is from there",
                        cause(address))));
        return faults;
    }

    /**
     * @param address where no route is from
     * @return which file had it, and one that may be it under a wrong name
     */
    public String cause(String address) {
        return origin(address)
                        .map(file -> files.contains(file)
                                ? "As shipped, routes/" + file + " has it: write it there again."
                                : "Bring back routes/" + file + ", which has it.")
                        .orElseGet(() -> Spelling.nearest(address, written)
                                .map(near -> "Write " + near + ", or a route for it.")
                                .orElse("Correct the address, or write a route for it."))
                + misnamed();
    }

    private Optional<String> origin(String address) {
        return folder.packed().stream()
                .filter(file -> FROM.matcher(file.text())
                        .results()
                        .anyMatch(from -> from.group(1).equals(address)))
                .map(RouteFile::name)
                .findFirst();
    }

    private String misnamed() {
        try {
            String names = folder.misnamed().stream().map(RouteFault::file).collect(Collectors.joining(", "));
            return names.isEmpty() ? "" : " Not read, because the name does not end in .camel.yaml: " + names + ".";
        } catch (IOException e) {
            return "";
        }
    }
}
