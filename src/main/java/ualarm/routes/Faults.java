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

    /** @return whether nothing is known of that place yet, or of the file where Camel tells no place */
    boolean isNew(RouteFault fault) {
        return all.stream()
                .noneMatch(each -> each.file().equals(fault.file())
                        && (fault.line() <= 1 || Math.abs(each.line() - fault.line()) <= 2));
    }

    List<RouteFault> sorted() {
        var sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(RouteFault::file).thenComparingInt(RouteFault::line));
        return sorted;
    }
}
