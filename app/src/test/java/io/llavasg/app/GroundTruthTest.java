package io.llavasg.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Only what makes the miniature and its world, named so, knows the truth about drawn scenes. */
class GroundTruthTest {
  @Test
  void commandsThatAnswerDoNotDependOnTheDrawnWorld() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(Mini|World)\\w*(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.llavasg.mini..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.llavasg.app"));
  }
}
