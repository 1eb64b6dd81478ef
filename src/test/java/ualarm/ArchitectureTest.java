package ualarm;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ualarm.milestone.Webhooks;
import ualarm.site.PasswordHash;
import ualarm.site.Secret;

@AnalyzeClasses(packages = "ualarm", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** As docs/architecture.md draws them. */
    @ArchTest
    static final ArchRule arrowsRunDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("connector")
            .definedBy("ualarm")
            .layer("setup")
            .definedBy("ualarm.setup")
            .layer("command")
            .definedBy("ualarm.command")
            .layer("trial")
            .definedBy("ualarm.trial")
            .layer("simulator")
            .definedBy("ualarm.simulator")
            .layer("console")
            .definedBy("ualarm.console")
            .layer("mail")
            .definedBy("ualarm.mail")
            .layer("milestone")
            .definedBy("ualarm.milestone")
            .layer("intake")
            .definedBy("ualarm.intake")
            .layer("history")
            .definedBy("ualarm.history")
            .layer("journal")
            .definedBy("ualarm.journal")
            .layer("routes")
            .definedBy("ualarm.routes")
            .layer("site")
            .definedBy("ualarm.site")
            .layer("alarm")
            .definedBy("ualarm.alarm")
            .whereLayer("connector")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("setup")
            .mayOnlyBeAccessedByLayers("connector")
            .whereLayer("command")
            .mayOnlyBeAccessedByLayers("connector", "setup")
            .whereLayer("trial")
            .mayOnlyBeAccessedByLayers("connector", "command")
            .whereLayer("simulator")
            .mayOnlyBeAccessedByLayers("connector", "command", "trial")
            .whereLayer("console")
            .mayOnlyBeAccessedByLayers("connector", "setup")
            .whereLayer("mail")
            .mayOnlyBeAccessedByLayers("connector", "command")
            .whereLayer("milestone")
            .mayOnlyBeAccessedByLayers("connector", "setup", "command", "console", "mail")
            .whereLayer("intake")
            .mayOnlyBeAccessedByLayers("connector", "setup", "command", "console", "milestone")
            .whereLayer("history")
            .mayOnlyBeAccessedByLayers("connector", "command", "console")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("connector", "command", "console", "history", "intake", "trial")
            .whereLayer("routes")
            .mayOnlyBeAccessedByLayers("connector", "command", "console", "trial")
            .whereLayer("routes")
            .mayOnlyAccessLayers("site", "alarm")
            .whereLayer("site")
            .mayOnlyAccessLayers("alarm")
            .whereLayer("alarm")
            .mayNotAccessAnyLayer();

    /** How long an answer takes tells a guesser nothing of a secret. A test cannot measure that well enough. */
    @ArchTest
    static final ArchRule secretsAreComparedInConstantTime = classes()
            .that()
            .belongToAnyOf(Secret.class, PasswordHash.class, Webhooks.class)
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
            .andShould(never(callMethodWhere(
                    target(name("equals").or(name("equalsIgnoreCase")).or(name("contentEquals"))))));

    @ArchTest
    static final ArchRule noCircles = slices().matching("ualarm.(*)..").should().beFreeOfCycles();

    @Test
    void thePageNamesEveryRoomAndNothingThatIsGone() throws IOException {
        String page = Files.readString(Path.of("docs/architecture.md"));
        Set<String> rooms = new HashSet<>();
        Set<String> classes = new HashSet<>();
        for (String source : List.of("src/main/java/ualarm", "src/test/java/ualarm")) {
            try (Stream<Path> files = Files.walk(Path.of(source))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    classes.add(file.getFileName().toString().replace(".java", ""));
                    if (source.contains("main")) {
                        rooms.add(file.getParent().getFileName().toString());
                    }
                });
            }
        }
        rooms.remove("ualarm");
        assertThat(rooms).allSatisfy(room -> assertThat(page).contains("| `" + room + "` |"));
        assertThat(Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`")
                        .matcher(page)
                        .results()
                        .map(name -> name.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(classes).contains(name));
    }
}
