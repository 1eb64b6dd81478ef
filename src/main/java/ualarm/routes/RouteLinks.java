package ualarm.routes;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

    /** Where alarms are to be stored. Without it they would be answered with 200, and be gone. */
    private static final List<Store> STORES = List.of(
            new Store(
                    "journal:event.*",
                    address -> address.startsWith("journal:") && !address.equals("journal:unmatched"),
                    "store-alarm",
                    "store-alarm",
                    "journal:event.*,alarm.*,mail.*"),
            new Store(
                    "journal:unmatched",
                    address -> address.matches("journal:(?!(event|alarm|mail)\\.).*"),
                    "receive-alarm",
                    "keep-alarm",
                    "journal:unmatched"));

    private static final String INTAKE = "platform-http:/";

    /** Stands for what is known only when an alarm comes. */
    private static final String SOMEWHERE = "";

    private static final Pattern RECEIVES = Pattern.compile("platform-http:/(\\?.*)?", Pattern.DOTALL);
    private static final Pattern ADDRESS = Pattern.compile("(direct|journal):(?://)?([^?]+)(?:\\?.*)?", Pattern.DOTALL);
    private static final Pattern FROM = Pattern.compile("from:\\s+uri: \"?([^\\s\"]+)");

    private record Place(String file, int line) {}

    /** A queue, what may be in its place, and where it is filled in the routes as they are shipped. */
    private record Store(String queue, Predicate<String> isIts, String file, String route, String step) {}

    private final Collection<String> sites;
    private final RouteFolder folder;
    private final Set<String> listening = new LinkedHashSet<>();
    private final Set<String> written = new LinkedHashSet<>();
    private final Set<String> files = new LinkedHashSet<>();
    private final List<Pattern> perhapsListening = new ArrayList<>();
    private final Map<String, Place> sources = new LinkedHashMap<>();
    private final List<RouteFault> doubled = new ArrayList<>();
    private final Map<String, Place> calledAt = new LinkedHashMap<>();

    /** What a route calls, by from where it is. */
    private final Map<String, Set<String>> calls = new HashMap<>();

    private boolean receives;
    private boolean isKnownInPart;

    /**
     * @param sites the names of all sites, which a {@code *} in a queue's name stands for; empty when they are not known
     * @param folder where the files of routes lie
     */
    public RouteLinks(Collection<String> sites, RouteFolder folder) {
        this.sites = sites;
        this.folder = folder;
    }

    /**
     * Notes from where a route is.
     *
     * @param uri the address, filled in
     * @param file the file's name
     * @param line where in it
     * @param isTemplate whether the route is made as often as somebody calls for it
     */
    void source(String uri, String file, int line, boolean isTemplate) {
        files.add(file);
        from(uri);
        if (!isTemplate) {
            single(uri).ifPresent(address -> source(address, new Place(file, line)));
        }
    }

    /**
     * Notes what a route calls.
     *
     * @param uri the address, filled in
     * @param by from where the route is; empty where that is not known
     * @param file the file's name
     * @param line where in it
     */
    void call(String uri, String by, String file, int line) {
        files.add(file);
        plain(uri).ifPresent(address -> called(address, by, new Place(file, line)));
        if (uri.contains("${") || uri.contains("{{") || uri.startsWith("kamelet:")) {
            callSomewhere(by);
        }
    }

    /**
     * Notes that a route calls something of which only an alarm that comes shows what it is, or what that does.
     *
     * @param by from where the route is; empty where that is not known
     */
    void callSomewhere(String by) {
        calls.computeIfAbsent(by, none -> new HashSet<>()).add(SOMEWHERE);
    }

    /** Notes an address from where a route would be, if its file could be read; what it would call is not known. */
    void perhaps(String uri) {
        isKnownInPart = true;
        from(uri);
    }

    private void from(String uri) {
        receives |= RECEIVES.matcher(uri).matches();
        plain(uri).ifPresent(address -> {
            written.add(address);
            listening.addAll(each(address));
        });
    }

    /**
     * Notes an address from where a route is that cannot be known.
     *
     * @param uri the address, with {@code {{…}}} in it
     */
    void unknown(String uri) {
        perhapsListening.add(
                Pattern.compile(Stream.of(uri.replaceFirst("\\?.*", "").split("\\{\\{[^{}]*}}", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"))));
    }

    /** From where there can be one route only; of others Camel knows when it starts them. */
    private static Optional<String> single(String uri) {
        return uri.startsWith("platform-http:") ? Optional.of(uri.replaceFirst("\\?$", "")) : plain(uri);
    }

    private void source(String address, Place place) {
        sources.entrySet().stream()
                .filter(other -> isSame(address, other.getKey()))
                .findFirst()
                .filter(other -> other.getValue().line() > 0)
                .ifPresent(other -> doubled.add(new RouteFault(
                        place.file(),
                        place.line(),
                        "the route is from " + address + ", as the one at routes/"
                                + other.getValue().file() + ":"
                                + other.getValue().line()
                                + (other.getKey().equals(address) ? "" : ", which is from " + other.getKey()),
                        "Give one of them another address, or take it away.")));
        sources.putIfAbsent(address, place);
    }

    private boolean isSame(String one, String other) {
        return one.equals(other)
                || one.startsWith("journal:")
                        && (each(one).stream().anyMatch(each(other)::contains)
                                || isAlike(one, other)
                                || isAlike(other, one));
    }

    private void called(String address, String by, Place place) {
        String scheme = address.substring(0, address.indexOf(':') + 1);
        Stream.of(address.substring(scheme.length()).split(",")).forEach(each -> {
            calledAt.putIfAbsent(scheme + each, place);
            calls.computeIfAbsent(by, none -> new HashSet<>()).add(scheme + each);
        });
    }

    /** @return what an alarm that comes in may get to before it is stored */
    private Set<String> reached() {
        var reached = new HashSet<String>();
        var next = new ArrayDeque<>(List.of(INTAKE));
        for (String from = next.poll(); from != null; from = next.poll()) {
            for (String address : calls.getOrDefault(from, Set.of())) {
                if (reached.add(address) && address.startsWith("direct:")) {
                    next.add(address);
                    // Its route is made of a template.
                    if (!sources.containsKey(address)) {
                        reached.add(SOMEWHERE);
                    }
                }
            }
        }
        return reached;
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
        if (faults.size() == doubled.size()) {
            notStored(faults);
        }
        return faults;
    }

    /** Where something leads nowhere, it is known already why. */
    private void notStored(List<RouteFault> faults) {
        Set<String> reached = reached();
        STORES.stream()
                .filter(store -> !isKnownInPart && !reached.contains(SOMEWHERE))
                .filter(store -> reached.stream().noneMatch(store.isIts()))
                .forEach(store -> faults.add(new RouteFault(
                        store.file() + RouteFile.ROUTES,
                        0,
                        "no step stores alarms in " + store.queue() + "; they would be answered with 200, and be gone",
                        "Write - to: " + store.step() + " as the last step of " + store.route() + ".")));
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
