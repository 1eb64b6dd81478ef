package ualarm.routes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Gathers faults, each once, and gives them in the order of files and lines. */
final class Faults {

    private final Set<RouteFault> all = new LinkedHashSet<>();

    void add(RouteFault fault) {
        all.add(fault);
    }

    void add(String file, int line, String what, String remedy) {
        add(new RouteFault(file, line, what, remedy));
    }

    void add(Element element, Node node, String what, String remedy) {
        add(element.file(), YamlText.line(node), what, remedy);
    }

    List<RouteFault> sorted() {
        var sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(RouteFault::file).thenComparingInt(RouteFault::line));
        return sorted;
    }
}
