package ualarm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Notes which steps of the shipped routes the tests have run, in files, because the tests run in several processes. Steps of a
 * route count once for all its instances.
 */
final class RouteCoverage {

    private static final Path FOLDER = Path.of(System.getProperty("route.steps", "target/route-steps/here"));
    private static final String SHIPPED = "classpath:routes/";
    private static final String THERE = "is there: ";
    private static final String RUN = "was run: ";
    private static final Set<String> NOTED = ConcurrentHashMap.newKeySet();
    private static final Map<String, List<String>> LINES = new ConcurrentHashMap<>();

    private RouteCoverage() {}

    /** Watches a connector. */
    static void record(CamelContext camel) {
        record(camel, definition -> true);
    }

    /** Watches routes whose neighbours are mocks: what sends to one was not run until it has sent to the real one. */
    static void recordAllButSending(CamelContext camel) {
        record(
                camel,
                definition -> !(definition instanceof SendDefinition<?> || definition instanceof ToDynamicDefinition));
    }

    private static void record(CamelContext camel, Predicate<NamedNode> counts) {
        camel.getCamelContextExtension().addInterceptStrategy((context, definition, target, next) -> {
            // An integrator's edited copy of a file has other steps on the same lines.
            if (!isShipped(definition) || !counts.test(definition)) {
                return target;
            }
            String step = step(definition);
            note(THERE + step);
            return new DelegateAsyncProcessor(target) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    note(RUN + step);
                    return super.process(exchange, callback);
                }
            };
        });
    }

    /** A step that a test weaves in bears the place of its neighbour, where the file has another. */
    private static boolean isShipped(NamedNode definition) {
        String location = definition.getLocation();
        return location != null
                && location.startsWith(SHIPPED)
                && LINES.computeIfAbsent(location.substring(location.indexOf(':') + 1), RouteCoverage::lines)
                        .get(definition.getLineNumber() - 1)
                        .strip()
                        .startsWith("- " + definition.getShortName() + ":");
    }

    private static List<String> lines(String resource) {
        try (var in = RouteCoverage.class.getResourceAsStream("/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void note(String line) {
        if (NOTED.add(line)) {
            try {
                Files.createDirectories(FOLDER);
                Files.writeString(
                        FOLDER.resolve(String.valueOf(ProcessHandle.current().pid())),
                        line + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @return the steps that no test of this run has run; nothing when no test has started a connector */
    static Optional<Set<String>> missing() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return Optional.empty();
        }
        var missing = new TreeSet<String>();
        var run = new TreeSet<String>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                Files.readAllLines(file)
                        .forEach(line ->
                                (line.startsWith(RUN) ? run : missing).add(line.substring(line.indexOf(": ") + 2)));
            }
        }
        missing.removeAll(run);
        return Optional.of(missing);
    }

    private static String step(NamedNode definition) {
        return definition.getLocation().substring(SHIPPED.length()) + ":" + definition.getLineNumber() + " "
                + definition.getShortName();
    }
}
