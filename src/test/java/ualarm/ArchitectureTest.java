package ualarm;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "ualarm", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule arrowsRunDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("connector")
            .definedBy("ualarm")
            .layer("command")
            .definedBy("ualarm.command")
            .layer("console")
            .definedBy("ualarm.console")
            .layer("intake")
            .definedBy("ualarm.intake")
            .layer("mail")
            .definedBy("ualarm.mail")
            .layer("journal")
            .definedBy("ualarm.journal")
            .layer("milestone")
            .definedBy("ualarm.milestone")
            .layer("token")
            .definedBy("ualarm.token")
            .layer("site")
            .definedBy("ualarm.site")
            .layer("alarm")
            .definedBy("ualarm.alarm")
            .whereLayer("connector")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("command")
            .mayOnlyBeAccessedByLayers("connector")
            .whereLayer("console")
            .mayOnlyBeAccessedByLayers("connector")
            .whereLayer("intake")
            .mayOnlyBeAccessedByLayers("connector", "console")
            .whereLayer("mail")
            .mayOnlyBeAccessedByLayers("connector", "command")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("connector", "command", "intake", "console")
            .whereLayer("milestone")
            .mayOnlyBeAccessedByLayers("connector", "command", "mail", "console")
            .whereLayer("site")
            .mayOnlyBeAccessedByLayers(
                    "connector", "command", "intake", "mail", "journal", "milestone", "token", "console")
            .whereLayer("token")
            .mayOnlyBeAccessedByLayers("connector", "mail", "milestone", "console");

    @ArchTest
    static final ArchRule noCircles = slices().matching("ualarm.(*)..").should().beFreeOfCycles();
}
