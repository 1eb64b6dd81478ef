package ualarm.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.Language;

/** Which components, languages and data formats there are: those that are packed or in {@code lib/}, and where others can be had. */
final class CamelParts {

    /** A kind of part. */
    enum Kind {
        /** What an address begins with. */
        COMPONENT("component", Component.class),
        /** What an expression is written in. */
        LANGUAGE("language", Language.class),
        /** What is marshalled into. */
        DATAFORMAT("dataformat", DataFormat.class);

        private final String word;
        private final Class<?> type;

        Kind(String word, Class<?> type) {
            this.word = word;
            this.type = type;
        }
    }

    private final CamelContext camel;
    private final Map<Kind, Map<String, String>> artifacts = new HashMap<>();
    private final Map<String, Optional<JsonNode>> schemas = new HashMap<>();

    CamelParts(CamelContext camel) {
        this.camel = camel;
    }

    boolean has(Kind kind, String name) {
        return kind == Kind.COMPONENT && camel.hasComponent(name) != null
                || camel.getRegistry().lookupByNameAndType(name, kind.type) != null
                || camel.getRegistry().lookupByNameAndType(name + "-" + kind.word, kind.type) != null
                || camel.getCamelContextExtension()
                        .getFactoryFinder("META-INF/services/org/apache/camel/" + kind.word + "/")
                        .findClass(name)
                        .isPresent();
    }

    /** @return what to do about a part that is not there, a whole sentence */
    String remedy(Kind kind, String name) {
        Map<String, String> all = artifacts.computeIfAbsent(kind, CamelParts::artifacts);
        if (all.containsKey(name)) {
            return "It is one of Camel's: put " + jar(all.get(name)) + " into lib/.";
        }
        var there = new LinkedHashSet<String>();
        all.keySet().stream().filter(each -> has(kind, each)).forEach(there::add);
        if (kind == Kind.COMPONENT) {
            there.add("journal");
        }
        var names = new LinkedHashSet<>(there);
        names.addAll(all.keySet());
        return Spelling.nearest(name, names)
                .map(near -> "Write " + near
                        + (there.contains(near) ? "." : ", and put " + jar(all.get(near)) + " into lib/."))
                .orElse("There are " + String.join(", ", there) + "; another's jar goes into lib/.");
    }

    private String jar(String artifact) {
        return "the jar of " + artifact + " " + camel.getVersion() + ", and of what it needs,";
    }

    private static Map<String, String> artifacts(Kind kind) {
        var names = new TreeMap<String, String>();
        try (var lines = new BufferedReader(new InputStreamReader(
                CamelParts.class.getResourceAsStream("/ualarm/routes/camel-parts.txt"), StandardCharsets.UTF_8))) {
            lines.lines()
                    .map(line -> line.split(" "))
                    .filter(words -> words[0].equals(kind.word))
                    .forEach(words -> names.put(words[1], words[2]));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return names;
    }

    /**
     * @param scheme a component's name
     * @return what Camel says of it; nothing where it says nothing
     */
    Optional<JsonNode> schema(String scheme) {
        return schemas.computeIfAbsent(scheme, this::readSchema);
    }

    private Optional<JsonNode> readSchema(String scheme) {
        try {
            String text = ((CatalogCamelContext) camel).getComponentParameterJsonSchema(scheme);
            return text == null ? Optional.empty() : Optional.of(new ObjectMapper().readTree(text));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
