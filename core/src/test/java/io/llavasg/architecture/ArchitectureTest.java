package io.llavasg.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.llavasg.LlavaSgException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The house rules of the library that a compiler does not check. */
class ArchitectureTest {
  private static final String ROOT = "io.llavasg";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** What every package may use, beside LlavaSgException. */
  private static final String FILE = "file";

  /** What else a package may use of the others: arrows point one way only. */
  private static final Map<String, Set<String>> ALLOWED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("tensor", Set.of()),
              Map.entry("nn", Set.of("tensor")),
              Map.entry("checkpoint", Set.of("nn", "tensor")),
              Map.entry("vision", Set.of("nn", "tensor")),
              Map.entry("language", Set.of("nn", "tensor")),
              Map.entry("sge", Set.of("nn", "tensor")),
              Map.entry(FILE, Set.of()),
              Map.entry("graph", Set.of()),
              Map.entry("text", Set.of()),
              Map.entry("image", Set.of()),
              Map.entry(
                  "mini",
                  Set.of(
                      "train",
                      "data",
                      "perception",
                      "generate",
                      "model",
                      "vision",
                      "language",
                      "sge",
                      "checkpoint",
                      "nn",
                      "tensor",
                      "graph",
                      "text",
                      "image")),
              Map.entry("mini.world", Set.of("perception", "checkpoint", "graph", "text", "image")),
              Map.entry(
                  "mini.perception",
                  Set.of(
                      "mini",
                      "train",
                      "perception",
                      "checkpoint",
                      "nn",
                      "tensor",
                      "graph",
                      "text",
                      "image")),
              Map.entry("data", Set.of("perception", "graph", "text", "image")),
              Map.entry(
                  "eval",
                  Set.of(
                      "generate",
                      "data",
                      "perception",
                      "model",
                      "checkpoint",
                      "graph",
                      "text",
                      "image")),
              Map.entry(
                  "perception", Set.of("checkpoint", "nn", "tensor", "graph", "text", "image")),
              Map.entry(
                  "model",
                  Set.of(
                      "vision", "language", "sge", "checkpoint", "nn", "tensor", "image", "text")),
              Map.entry(
                  "generate",
                  Set.of(
                      "model",
                      "vision",
                      "language",
                      "sge",
                      "checkpoint",
                      "nn",
                      "tensor",
                      "graph",
                      "text",
                      "image")),
              Map.entry(
                  "train",
                  Set.of(
                      "data",
                      "perception",
                      "generate",
                      "model",
                      "vision",
                      "language",
                      "sge",
                      "checkpoint",
                      "nn",
                      "tensor",
                      "graph",
                      "text",
                      "image"))));

  private static String[] in(String name) {
    return new String[] {ROOT + "." + name, ROOT + "." + name + ".."};
  }

  @Test
  void packagesPointOneWay() {
    for (var entry : ALLOWED.entrySet()) {
      DescribedPredicate<JavaClass> forbidden =
          resideInAPackage(ROOT + "..")
              .and(DescribedPredicate.not(LlavaSgExceptionOnly.IT))
              .and(DescribedPredicate.not(resideInAPackage(ROOT + "." + FILE)));
      for (String name : entry.getValue()) {
        forbidden =
            forbidden.and(DescribedPredicate.not(resideInAPackage(ROOT + "." + name + "..")));
      }
      forbidden =
          forbidden.and(
              DescribedPredicate.not(resideInAPackage(ROOT + "." + entry.getKey() + "..")));
      noClasses()
          .that()
          .resideInAnyPackage(in(entry.getKey()))
          .should()
          .dependOnClassesThat(forbidden.as("are not among %s", entry.getValue()))
          .check(CLASSES);
    }
  }

  /**
   * What answers, perceives and draws never depends on the drawn world, the only place where the
   * truth about a picture is known: nothing that runs for a user can have it.
   */
  @Test
  void nothingThatRunsKnowsTheTruth() {
    noClasses()
        .that()
        .resideOutsideOfPackages(in("mini"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(in("mini"))
        .check(CLASSES);
  }

  @Test
  void partsOfTheMiniatureDoNotGoInCircles() {
    slices().matching(ROOT + ".mini.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** The root package's exception, which every package throws. */
  private static final class LlavaSgExceptionOnly {
    static final DescribedPredicate<JavaClass> IT =
        DescribedPredicate.describe(
            "LlavaSgException",
            type ->
                type.isEquivalentTo(LlavaSgException.class)
                    || type.isEquivalentTo(LlavaSgException.Fault.class));
  }

  /** What is public at the root beside the exception: made of the packages, and used by none. */
  @Test
  void nobodyUsesTheFacade() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT).and(DescribedPredicate.not(LlavaSgExceptionOnly.IT)))
        .check(CLASSES);
  }

  @Test
  void everyPackageHasItsPlace() {
    List<String> known = List.copyOf(ALLOWED.keySet());
    classes()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .resideInAnyPackage(
            known.stream().map(name -> ROOT + "." + name + "..").toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    slices().matching(ROOT + ".graph.(**)").should().beFreeOfCycles().check(CLASSES);
    slices().matching(ROOT + ".perception.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void modelKnowsOfImagesOnlyTheirAspectRatio() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".model")
        .and()
        .doNotHaveSimpleName("ModelFiles")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".image..")
        .check(CLASSES);
  }

  @Test
  void modelLeavesTokenizersToItsConversion() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".model")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".text..", ROOT + ".model.*..")
        .check(CLASSES);
  }

  @Test
  void metricsKnowNothingAndTasksNoModel() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".eval.metric")
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "..")
                .and(DescribedPredicate.not(resideInAPackage(ROOT + ".eval.metric")))
                .and(DescribedPredicate.not(LlavaSgExceptionOnly.IT)))
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".eval.task")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".eval", ROOT + ".generate..", ROOT + ".model..")
        .check(CLASSES);
  }

  @Test
  void onlyTensorKnowsLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void onlyTextKnowsTheTokenizerLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".text..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void libraryPrintsNothing() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
  }

  @Test
  void libraryStartsNoVirtualThreads() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "it makes a virtual thread",
                call ->
                    List.of("ofVirtual", "startVirtualThread", "newVirtualThreadPerTaskExecutor")
                        .contains(call.getTarget().getName())))
        .check(CLASSES);
  }

  @Test
  void namesSayWhatThingsAre() {
    noClasses().should().haveNameMatching(".*(Utils?|Helpers?)(\\$.*)?").check(CLASSES);
    noMethods()
        .that()
        .arePublic()
        .should()
        .haveNameMatching("get[A-Z].*")
        .because("accessors are named for what they give")
        .check(CLASSES);
    methods()
        .that()
        .arePublic()
        .and()
        .haveNameMatching("is[A-Z].*")
        .should()
        .haveRawReturnType(boolean.class)
        .check(CLASSES);
  }

  @Test
  void rulesSawTheLibrary() {
    assertThat(CLASSES.contain(LlavaSgException.class)).isTrue();
    assertThat(CLASSES.size()).isGreaterThan(100);
    for (String name : ALLOWED.keySet()) {
      assertThat(CLASSES)
          .as(name)
          .anyMatch(type -> type.getPackageName().equals(ROOT + "." + name));
    }
  }
}
