package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.LoadOptions;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.ImageDomain;
import io.llavasg.generate.Question;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.model.LanguageBuild.Part;
import io.llavasg.model.ModelFiles;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.train.StepReport;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.log.StepLine;
import io.llavasg.train.log.TrainingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole making, at a size that takes seconds. */
@TestInstance(Lifecycle.PER_CLASS)
class LanguageBuildTest {
  @TempDir private static Path folder;

  private static Path recipes = Path.of("");

  private final List<StepReport> steps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** While all was made. */
  private final List<String> told = new ArrayList<>();

  private LanguageBuild build(String name, TrainingListener listener) {
    return new LanguageBuild(
        new LanguageBuild.Settings(MiniatureShape.TINY, folder.resolve(name), recipes, 5),
        listener,
        notes::add);
  }

  @BeforeAll
  void makeAll() throws IOException {
    recipes = ShortRecipes.in(folder.resolve("recipes"));
    assertThat(build("whole", steps::add).make(List.of(Part.values()))).isTrue();
    told.addAll(notes);
  }

  @Test
  void everyPartIsLogged() {
    for (String part :
        List.of(
            "clip", "llama", "base", "stage1", "stage2", "stage3", "round2", "round3", "round4")) {
      List<StepLine> log = TrainingLog.read(folder.resolve("whole").resolve(part));
      assertThat(log).as(part).isNotEmpty();
      assertThat(log).allMatch(line -> Double.isFinite(line.loss()));
    }
    assertThat(steps).hasSizeGreaterThan(8);
  }

  @Test
  void partsOfTwoSeedsAreNotMixed() {
    LanguageBuild.Settings other =
        new LanguageBuild.Settings(MiniatureShape.TINY, folder.resolve("whole"), recipes, 6);
    LanguageBuild build = new LanguageBuild(other, steps::add, notes::add);
    assertThatThrownBy(() -> build.make(List.of(Part.LAST)))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("begun with seed 5, not 6");
  }

  /** Made of three steps, it knows nothing; but it is measured. */
  @Test
  void theLanguageModelsRelationsAreTold() {
    assertThat(told)
        .anySatisfy(
            note ->
                assertThat(note)
                    .containsPattern(
                        "of relations between things called by one, two and three words it has"
                            + " right \\d+\\.\\d, \\d+\\.\\d, \\d+\\.\\d %$"));
  }

  /** What is aligned begins elsewhere; all else is as it was joined. */
  @Test
  void alignmentMovesProjectorsAndTheSceneGraphAlone() {
    Path base = folder.resolve("whole/base");
    try (SafetensorsFile joined = SafetensorsFile.open(weights(base.resolve("joined")));
        SafetensorsFile aligned = SafetensorsFile.open(weights(base.resolve("model")))) {
      List<String> moved = new ArrayList<>();
      for (String name : joined.tensors().keySet()) {
        if (joined.tensor(name).data().mismatch(aligned.tensor(name).data()) >= 0) {
          moved.add(name.substring(0, name.indexOf('.')));
        }
      }
      assertThat(moved).contains("multi_modal_projector", "scene_graph", "scene_graph_projector");
      assertThat(moved)
          .containsOnly("multi_modal_projector", "scene_graph", "scene_graph_projector");
    }
  }

  @Test
  void theModelAnswersWithAndWithoutAGraph() throws IOException {
    Path data = folder.resolve("whole/data");
    Path picture = data.resolve("images/000000.png");
    RgbImage image = ImageFile.read(picture, Orientation.IGNORE_EXIF);
    Entities entities = EntitiesFile.read(data.resolve("entities/000000.json"));
    try (LlavaSg model = LlavaSg.load(build("whole", report -> {}).model(), LoadOptions.DEFAULT)) {
      Question question =
          Question.about(image, "Is there a dog?")
              .with(GenerationConfig.GREEDY.withMaxNewTokens(4));
      Answer seen = model.ask(question.with(entities));
      assertThat(seen.sceneGraph().orElseThrow().nodes()).hasSameSizeAs(entities.list());
      Answer plain = model.ask(question.withoutSceneGraph());
      assertThat(plain.sceneGraph()).isEmpty();
      assertThat(seen.promptTokens()).isEqualTo(plain.promptTokens() + entities.size() + 2);
    }
  }

  /** Each row of Table II is the same model with parts of the module switched off. */
  @ParameterizedTest
  @EnumSource
  void rowsOfTheTableAreOneModel(GraphRow row) throws IOException {
    Path model = folder.resolve("whole/stage1/model");
    Path switched = folder.resolve(row.name());
    row.write(model, switched);
    row.write(model, switched); // what is there is kept
    SceneGraphConfig config =
        ModelFiles.read(switched, Optional.empty()).config().sceneGraph().orElseThrow().config();
    assertThat(config.messagePassing()).isEqualTo(row.name().contains("_MP"));
    assertThat(config.promptAttention()).isEqualTo(row.name().contains("PROMPT"));
    LlavaSg.load(switched, LoadOptions.DEFAULT).close();
    assertThat(Files.mismatch(weights(model), weights(switched))).isEqualTo(-1);
    GraphRow other = row == GraphRow.SG ? GraphRow.SG_MP : GraphRow.SG;
    assertThatThrownBy(() -> other.write(model, switched))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("exists");
  }

  private static Path weights(Path model) {
    return model.resolve("model.safetensors");
  }

  /** A process may end anywhere between the last step and the last file. */
  @Test
  void whatFollowsTheLastStepIsMadeUpFor() throws IOException {
    LanguageBuild build = build("whole", step -> fail("it is trained already"));
    Path domain = build.model().resolve(ImageDomain.FILE);
    Path weights = weights(build.model());
    byte[] known = Files.readAllBytes(domain);
    byte[] last = Files.readAllBytes(weights);
    Files.delete(domain);
    Files.write(weights, new byte[] {1}); // as of a round before, or a copy cut short
    assertThat(build.make(List.of(Part.LAST))).isTrue();
    assertThat(domain).hasBinaryContent(known);
    assertThat(weights).hasBinaryContent(last);
    try (Stream<Path> files = Files.list(build.model())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertThat(build.make(List.of(Part.LAST))).isTrue();
    assertThat(domain).hasBinaryContent(known);
    assertThat(weights).hasBinaryContent(last);
  }

  /** The model of another last round, from before there was this one, is not this one's. */
  @Test
  void aFinishedModelIsTheLastRounds() throws IOException {
    Path before = folder.resolve("before");
    Path whole = folder.resolve("whole");
    for (String part : List.of("round3/model", "model")) {
      Files.createDirectories(before.resolve(part));
      PartDirectory.copyFiles(whole.resolve(part), before.resolve(part));
    }
    LanguageBuild build = build("before", report -> {});
    build.requestStop();
    assertThat(build.make(List.of(Part.LAST))).isFalse();
  }

  @Test
  void whatIsFinishedIsKept() throws IOException {
    Path weights = folder.resolve("whole/clip/model.safetensors");
    byte[] before = Files.readAllBytes(weights);
    notes.clear();
    assertThat(build("whole", report -> {}).make(List.of(Part.TOKENIZER, Part.CLIP))).isTrue();
    assertThat(notes).allMatch(note -> note.contains("is finished"));
    assertThat(Files.readAllBytes(weights)).isEqualTo(before);
  }

  /** Stopped after each step and gone on with, it ends with the same weights. */
  @Test
  void aStoppedPretrainingGoesOnToTheSameWeights() throws IOException {
    List<Part> wanted = List.of(Part.TOKENIZER, Part.CLIP, Part.LLAMA, Part.BASE);
    int runs = 0;
    for (boolean finished = false; !finished; runs++) {
      LanguageBuild[] build = new LanguageBuild[1];
      build[0] = build("stopped", report -> build[0].requestStop());
      finished = build[0].make(wanted);
    }
    assertThat(runs).isGreaterThan(2);
    for (String part : List.of("clip", "llama", "base/model")) {
      assertThat(weights(folder.resolve("stopped").resolve(part)))
          .hasSameBinaryContentAs(weights(folder.resolve("whole").resolve(part)));
    }
  }

  /** Not after the hours that the parts before take. */
  @Test
  void aRecipeThatIsNoneIsRefusedBeforeAnythingIsMade() throws IOException {
    Path broken = ShortRecipes.in(folder.resolve("broken"));
    Files.writeString(broken.resolve("round4.yaml"), "no recipe");
    var settings =
        new LanguageBuild.Settings(MiniatureShape.TINY, folder.resolve("new"), broken, 5);
    LanguageBuild build = new LanguageBuild(settings, report -> {}, notes::add);
    assertThatThrownBy(() -> build.make(List.of(Part.values())))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("round4.yaml' is no recipe");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  /** What has been trained needs its recipe no more. */
  @Test
  void finishedStagesNeedNoRecipe() {
    var settings =
        new LanguageBuild.Settings(
            MiniatureShape.TINY, folder.resolve("whole"), folder.resolve("nowhere"), 5);
    LanguageBuild build = new LanguageBuild(settings, report -> {}, notes::add);
    assertThat(build.make(List.of(Part.values()))).isTrue();
  }

  @Test
  void aPartNeedsTheOneBefore() {
    assertThatThrownBy(() -> build("nothing", report -> {}).make(List.of(Part.LLAMA)))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("lacks tokenizer, which llama needs");
  }
}
