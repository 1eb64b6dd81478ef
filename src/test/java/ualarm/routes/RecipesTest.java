package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.command.OfflineRooms;

/** Recipes and building blocks: each is explained, tested and right together with the shipped routes. */
class RecipesTest {

    private static final Path ROUTES = Path.of("routes");
    private static final Pattern MINE = Pattern.compile("\\{\\{(my\\.[\\w.-]+)}}|properties:(my\\.[\\w.-]+)");
    private static final int MOST_LINES = 52;

    static Stream<String> recipes() throws IOException {
        return names("recipes", RouteFile.ROUTES);
    }

    static Stream<String> blocks() throws IOException {
        return names("kamelets", RouteFile.KAMELET);
    }

    private static Stream<String> names(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(ROUTES.resolve(folder))) {
            return files.map(file -> file.getFileName().toString().replace(ending, "")).sorted().toList().stream();
        }
    }

    private static List<RouteFile> shipped() {
        return new ArrayList<>(new RouteFolder(Path.of("none")).packed());
    }

    private static List<RouteFault> faults(List<RouteFile> files, Map<String, String> own) {
        var settings = new HashMap<>(own);
        settings.put("mail.every", "60");
        settings.put("mail.relay", "smtp://relay:25");
        settings.put("mail.login", "http://localhost?connectTimeout=3000");
        return new RouteCheck(
                        new OfflineRooms(Optional.of(settings), List.of("main")),
                        List.of("main"),
                        new RouteFolder(Path.of("none")))
                .faults(files);
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }

    private static String line(String page, String name) throws IOException {
        return Files.readString(Path.of("docs", page))
                .lines()
                .filter(each -> each.startsWith("| `" + name + "` |"))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRecipeIsExplainedAndTested(String name) throws IOException {
        String text = Files.readString(ROUTES.resolve("recipes").resolve(name + RouteFile.ROUTES));
        List<String> comment =
                text.lines().takeWhile(each -> each.startsWith("#")).toList();
        assertThat(text.lines().count()).isLessThanOrEqualTo(MOST_LINES);
        assertThat(comment)
                .anyMatch(each -> each.startsWith("# Set: "))
                .anyMatch(each -> each.startsWith("# Install: "));
        assertThat(RecipesTest.class.getResource("/routes/recipes/" + name + RouteFile.ROUTES))
                .isNotNull();
        assertThat(line("recipes.md", name)).isNotEmpty();
        String said = String.join("\n", comment);
        MINE.matcher(text)
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .forEach(setting -> {
                    assertThat(said).contains(setting + "=");
                    assertThat(line(name)).contains("`" + setting + "`");
                });
        assertThat(yaml(ROUTES.resolve("tests/recipe-" + name + ".test.yaml"))
                        .path("given")
                        .path("routes")
                        .asText())
                .isEqualTo("recipes/" + name + RouteFile.ROUTES);
    }

    private static String line(String recipe) {
        try {
            return line("recipes.md", recipe);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRecipeIsRightTogetherWithTheShippedRoutes(String name) throws IOException {
        Path recipe = ROUTES.resolve("recipes").resolve(name + RouteFile.ROUTES);
        JsonNode given =
                yaml(ROUTES.resolve("tests/recipe-" + name + ".test.yaml")).path("given");
        var settings = new HashMap<String, String>();
        given.path("settings")
                .properties()
                .forEach(each -> settings.put(
                        each.getKey(), each.getValue().asText().replace("${server}", "http://127.0.0.1:1")));
        List<RouteFile> files = shipped();
        for (JsonNode edit : given.path("edits")) {
            String line = edit.path("write").asText();
            // What the test does is what the recipe asks for.
            assertThat(Files.readString(recipe)).contains("        " + line + "\n");
            files.replaceAll(file -> file.name().equals(edit.path("file").asText())
                    ? new RouteFile(
                            file.name(),
                            file.text()
                                    .replaceFirst(
                                            "(?m)^( *)"
                                                    + Pattern.quote(
                                                            edit.path("before").asText()),
                                            "$1" + line + "\n$0"))
                    : file);
        }
        files.add(new RouteFile(name + RouteFile.ROUTES, Files.readString(recipe)));
        assertThat(faults(files, settings)).isEmpty();
        for (JsonNode each : yaml(recipe)) {
            assertThat(each.path("route").path("description").asText()).endsWith(".");
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aBuildingBlockSaysWhatItTakes(String name) throws IOException {
        JsonNode block = yaml(ROUTES.resolve("kamelets").resolve(name + RouteFile.KAMELET));
        JsonNode definition = block.path("spec").path("definition");
        assertThat(block.path("metadata").path("name").asText()).isEqualTo(name);
        assertThat(definition.path("title").asText()).isNotEmpty();
        assertThat(definition.path("description").asText()).endsWith(".");
        String page = Files.readString(Path.of("docs/building-blocks.md"));
        String chapter = page.substring(page.indexOf("## " + name + "\n"));
        definition.path("properties").properties().forEach(each -> {
            JsonNode parameter = each.getValue();
            for (String member : List.of("title", "description", "type", "example")) {
                assertThat(parameter.path(member).asText()).isNotEmpty();
            }
            boolean isMust = definition.path("required").toString().contains("\"" + each.getKey() + "\"");
            assertThat(parameter.has("default")).isEqualTo(!isMust);
            assertThat(chapter).contains("| `" + each.getKey() + "` | " + (isMust ? "yes |" : "|"));
        });
        assertThat(line("building-blocks.md", name)).isNotEmpty();
        assertThat(shipped()).extracting(RouteFile::name).contains("kamelets/" + name + RouteFile.KAMELET);
    }

    @Test
    void thePageOfTheBuildingBlocksHasRightExamples() throws IOException {
        List<RouteFile> files = shipped();
        files.replaceAll(file -> file.name().equals("store-alarm.camel.yaml")
                ? new RouteFile(
                        file.name(),
                        file.text()
                                .replace(
                                        "        - to: journal:",
                                        "        - to: direct:sort-falls\n        - to: journal:"))
                : file);
        var examples = Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(Files.readString(Path.of("docs/building-blocks.md")))
                .results()
                .toList();
        for (var example : examples) {
            files.add(new RouteFile("example" + files.size() + RouteFile.ROUTES, example.group(1)));
        }
        assertThat(examples).hasSize(4);
        assertThat(faults(files, Map.of("my.output", "1"))).isEmpty();
    }
}
