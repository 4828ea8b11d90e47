package org.bactrian.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.NullMarked;

/** The direction of dependencies, and what has no place in src/main. */
@AnalyzeClasses(packages = "org.bactrian", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "org.bactrian";

    @ArchTest
    static final ArchRule core_knowsNeitherCamelNorSqlNorThreads = classes()
            .that()
            .resideInAPackage("org.bactrian.saga")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "org.bactrian.saga",
                    "java.lang..",
                    "java.time..",
                    "java.util",
                    "java.util.function",
                    "java.util.regex",
                    "java.util.stream",
                    "java.util.random",
                    "org.jspecify.annotations");

    @ArchTest
    static final ArchRule log_dependsOnTheCoreOnly = noClasses()
            .that()
            .resideInAPackage("org.bactrian.log")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT,
                    "org.bactrian.camel..",
                    "org.bactrian.barrier..",
                    "org.bactrian.embedded..",
                    "org.apache.camel..");

    @ArchTest
    static final ArchRule barrier_dependsOnTheCoreOnly = noClasses()
            .that()
            .resideInAPackage("org.bactrian.barrier")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT, "org.bactrian.camel..", "org.bactrian.log..", "org.bactrian.embedded..");

    @ArchTest
    static final ArchRule embedded_isSeenByTheApplicationOnly = classes()
            .that()
            .resideInAPackage("org.bactrian.embedded")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("org.bactrian.embedded", ROOT);

    @ArchTest
    static final ArchRule ops_isSeenByTheApplicationOnly = noClasses()
            .that()
            .resideOutsideOfPackages("org.bactrian.ops", ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bactrian.ops");

    @ArchTest
    static final ArchRule lint_looksAtFilesOnly = noClasses()
            .that()
            .resideInAnyPackage("org.bactrian.lint", "org.bactrian.routes")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT,
                    "org.bactrian.log..",
                    "org.bactrian.live..",
                    "org.bactrian.barrier..",
                    "org.bactrian.embedded..",
                    "org.bactrian.ops..",
                    "java.sql..",
                    "javax.sql..")
            .because("it starts nothing");

    @ArchTest
    static final ArchRule packages_haveNoCycles = SlicesRuleDefinition.slices()
            .matching("org.bactrian.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule routes_areYaml = noClasses().should().beAssignableTo(RouteBuilder.class);

    @ArchTest
    static final ArchRule time_isGiven = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .because("clocks are handed in, and nothing sleeps");

    @ArchTest
    static final ArchRule packages_areNullMarked = classes().should(new ArchCondition<>("be in a @NullMarked package") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        type, type.getPackageName() + " needs a package-info.java with @NullMarked"));
            }
        }
    });

    @ArchTest
    static final ArchRule names_sayWhatIsThere = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameStartingWith("Abstract");

    @ArchTest
    static final ArchRule statics_areConstants =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule streams_areForTheCommandLine = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.bactrian.Bactrian")
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule logging_isSlf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
}
