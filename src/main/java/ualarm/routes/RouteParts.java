package ualarm.routes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a file has that other files need: addresses that they call, and what they are made of. It is enough to know that they name it;
 * a file that is exchanged for nothing costs a moment. Used by one thread at a time.
 */
final class RouteParts {

    private static final Pattern BESIDE = Pattern.compile("[?&]beside=([^&]+)");
    private static final List<String> MATERIAL = List.of("routeConfiguration", "routeTemplate", "beans");

    private final RouteFile file;

    /** What is written in it; to read that takes a part of the start, which does without. */
    private Contents contents;

    /**
     * @param addresses what its routes are from, such as {@code direct:store-alarm}
     * @param besides queues whose alarms its routes get as well
     * @param made names of its configurations, templates, beans and building blocks, which are parts of the routes that name them
     * @param isEverywhere whether it has a configuration without a name, which is part of every route
     */
    private record Contents(Set<String> addresses, Set<String> besides, Set<String> made, boolean isEverywhere) {}

    /** @param file a file; of one that Camel cannot read, nothing is known */
    RouteParts(RouteFile file) {
        this.file = file;
    }

    RouteFile file() {
        return file;
    }

    private Contents contents() {
        if (contents == null) {
            contents = read(file);
        }
        return contents;
    }

    private static Contents read(RouteFile file) {
        var addresses = new HashSet<String>();
        var besides = new HashSet<String>();
        var made = new HashSet<String>();
        boolean isEverywhere = false;
        // What cannot be read, Camel does not load.
        Optional<Node> root = YamlText.of(file).root();
        if (file.isKamelet()) {
            root.flatMap(kamelet -> YamlText.member(kamelet, "metadata"))
                    .flatMap(metadata -> text(metadata, "name"))
                    .ifPresent(made::add);
        }
        var withRoutes = new ArrayList<>(root.map(RouteParts::items).orElse(List.of()));
        root.flatMap(kamelet -> YamlText.member(kamelet, "spec"))
                .flatMap(spec -> YamlText.member(spec, "template"))
                .ifPresent(withRoutes::add);
        for (Node item : withRoutes) {
            Node holder = YamlText.member(item, "routeTemplate").orElse(item);
            Node route = YamlText.member(holder, "route").orElse(holder);
            from(route).ifPresent(addresses::add);
            beside(route).ifPresent(besides::add);
            Optional<Node> configuration = YamlText.member(item, "routeConfiguration");
            isEverywhere |= configuration.isPresent()
                    && configuration.flatMap(found -> text(found, "id")).isEmpty();
            Stream.of(configuration, YamlText.member(item, "routeTemplate"))
                    .flatMap(Optional::stream)
                    .flatMap(found -> text(found, "id").stream())
                    .forEach(made::add);
            YamlText.member(item, "beans")
                    .ifPresent(beans ->
                            items(beans).forEach(bean -> text(bean, "name").ifPresent(made::add)));
        }
        return new Contents(addresses, besides, made, isEverywhere);
    }

    private static List<Node> items(Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of();
    }

    private static Optional<String> beside(Node route) {
        return YamlText.member(route, "from")
                .flatMap(from -> YamlText.member(from, "parameters"))
                .flatMap(parameters -> text(parameters, "beside"))
                .or(() -> from(route).map(BESIDE::matcher).filter(Matcher::find).map(found -> found.group(1)));
    }

    private static Optional<String> from(Node route) {
        return YamlText.member(route, "from")
                .flatMap(from -> YamlText.text(from).or(() -> text(from, "uri").map(uri -> whole(uri, from))));
    }

    /** Visual editors write the name of an address below its parameters. */
    private static String whole(String uri, Node from) {
        return uri.contains(":")
                ? uri
                : YamlText.member(from, "parameters")
                        .flatMap(parameters -> text(parameters, "name"))
                        .map(name -> uri + ":" + name)
                        .orElse(uri);
    }

    private static Optional<String> text(Node node, String member) {
        return YamlText.member(node, member).flatMap(YamlText::text);
    }

    /** @return whether it has something that other files are made of, so that it is to be read before them */
    boolean isMaterial() {
        return file.isKamelet()
                || MATERIAL.stream().anyMatch(file.text()::contains)
                        && (contents().isEverywhere() || !contents().made().isEmpty());
    }

    /** @return whether this file's routes are made of something that the other has */
    boolean isMadeOf(RouteParts other) {
        return !contents().addresses().isEmpty() && other.contents().isEverywhere()
                || other.contents().made().stream().anyMatch(this::names);
    }

    /** @return whether a message may come from this file's routes to the other's */
    boolean calls(RouteParts other) {
        return other.contents().addresses().stream()
                        .filter(address -> address.startsWith("direct:"))
                        .anyMatch(address ->
                                isFilledIn(address) || names(address) || names("name: " + address.substring(7)))
                || other.contents().besides().stream().anyMatch(this::stores);
    }

    /** What it is, is known where the route is made of it: it may be any. */
    private static boolean isFilledIn(String address) {
        return address.contains("{{");
    }

    private boolean stores(String queue) {
        return isFilledIn(queue)
                ? file.text().contains("journal:")
                : Pattern.compile("journal:[^\\s\"']*" + Pattern.quote(queue))
                        .matcher(file.text())
                        .find();
    }

    /** @return whether one of this file's routes hands messages to that address, besides the one that is from it */
    boolean calls(String address) {
        return word(address).matcher(file.text()).results().count() > 1;
    }

    /** @return whether this file names a building block, a template or an address */
    boolean names(String name) {
        return word(name).matcher(file.text()).find();
    }

    private static Pattern word(String name) {
        return Pattern.compile("(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])");
    }
}
