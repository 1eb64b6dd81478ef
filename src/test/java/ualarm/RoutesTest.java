package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.routes.RouteFile;
import ualarm.routes.RouteFolder;

/** The shipped routes. Runs after all others, because it asks which of their steps they have run. */
class RoutesTest {

    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
            .getSchema(RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));

    static List<Path> routes() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void isValidYamlOfCamelAndSaysWhatItIsFor(Path file) throws IOException {
        JsonNode yaml = new YAMLMapper().readTree(file.toFile());
        assertThat(SCHEMA.validate(yaml)).isEmpty();
        for (JsonNode each : yaml) {
            JsonNode route = each.elements().next();
            // The configuration without an id is that of all routes which name none.
            assertThat(route.has("id") || each.has("routeConfiguration")).isTrue();
            assertThat(route.path("description").asText()).endsWith(".").doesNotContain("\n");
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void isPackedInTheJar(Path file) {
        assertThat(new RouteFolder(Path.of("none")).packed())
                .extracting(RouteFile::name)
                .contains(file.getFileName().toString());
    }

    @Test
    void everyStepWasRunByATest() throws IOException {
        var missing = RouteCoverage.missing();
        assumeTrue(missing.isPresent(), "no other test has run");
        assertThat(missing.get()).isEmpty();
    }
}
