package ualarm;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "ualarm", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** As docs/architecture.md draws them. */
    @ArchTest
    static final ArchRule arrowsRunDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("connector")
            .definedBy("ualarm")
            .layer("command")
            .definedBy("ualarm.command")
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
            .whereLayer("mail")
            .mayOnlyBeAccessedByLayers("connector", "command")
            .whereLayer("milestone")
            .mayOnlyBeAccessedByLayers("connector", "command", "console", "mail")
            .whereLayer("intake")
            .mayOnlyBeAccessedByLayers("connector", "console", "milestone")
            .whereLayer("history")
            .mayOnlyBeAccessedByLayers("connector", "command", "console")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("connector", "command", "console", "history", "intake")
            .whereLayer("site")
            .mayOnlyAccessLayers("alarm")
            .whereLayer("alarm")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule noCircles = slices().matching("ualarm.(*)..").should().beFreeOfCycles();
}
