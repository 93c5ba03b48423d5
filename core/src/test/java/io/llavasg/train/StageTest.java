package io.llavasg.train;

import static io.llavasg.train.TrainingFixture.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.data.Example;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.TestDevice;
import io.llavasg.train.TrainingFixture.Circle;
import io.llavasg.train.TrainingSettings.Activations;
import io.llavasg.train.TrainingSettings.NonFinite;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stage trains, and that it leaves the rest alone. */
class StageTest {
  private static final String EMBEDDING = "language_model.model.embed_tokens.weight";

  @TempDir Path temporary;

  private static Map<String, byte[]> bytes(Path directory) {
    Map<String, byte[]> all = new HashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve("model.safetensors"))) {
      file.tensors()
          .forEach((name, tensor) -> all.put(name, tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    }
    return all;
  }

  private Path train(TrainingSettings settings, List<Example> examples) {
    Path out = temporary.resolve("out");
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, TestDevice.DEVICE)) {
      trainer.run(new Circle(examples), Optional.empty(), TrainingListener.NONE);
      trainer.export(out, WriteProgress.NONE);
    }
    return out;
  }

  /** Names of weights whose bytes are not what they were. */
  private static Set<String> changed(Path out) {
    Map<String, byte[]> before = bytes(TrainingFixture.resource("model/tiny-llava-sg"));
    Map<String, byte[]> after = bytes(out);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    return before.keySet().stream()
        .filter(name -> !Arrays.equals(before.get(name), after.get(name)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Predicate<String> chosen) {
    return bytes(TrainingFixture.resource("model/tiny-llava-sg")).keySet().stream()
        .filter(chosen)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static TrainingSettings four(TrainingSettings settings) {
    return TrainingFixture.with(settings, 4, NonFinite.STOP);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void stageOneChangesTheProjectorAlone(DType weights) {
    TrainingSettings settings =
        TrainingFixture.with(
            four(TrainingFixture.settings(List.of("multi_modal_projector"), 2, 1)),
            Activations.KEPT,
            weights);
    Path out = train(settings, TrainingFixture.captions());
    assertThat(changed(out)).isEqualTo(names(name -> name.startsWith("multi_modal_projector.")));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void stageTwoChangesTheGraphAndTwoRowsAlone(DType weights) {
    TrainingSettings settings =
        TrainingFixture.with(
            four(TrainingFixture.settings(TrainingFixture.STAGE2, 4, 1)),
            Activations.RECOMPUTED,
            weights);
    Path out = train(settings, TrainingFixture.instructions());
    assertThat(changed(out))
        .isEqualTo(names(name -> name.startsWith("scene_graph") || name.equals(EMBEDDING)));
    byte[] before = in(bytes(TrainingFixture.resource("model/tiny-llava-sg")), EMBEDDING);
    byte[] after = in(bytes(out), EMBEDDING);
    int row = 40 * Float.BYTES;
    for (int i = 0; i < before.length / row; i++) {
      boolean same = Arrays.equals(before, i * row, (i + 1) * row, after, i * row, (i + 1) * row);
      assertThat(same).as("row %d", i).isEqualTo(i != 602 && i != 603);
    }
  }

  @Test
  void stageThreeChangesEverythingButTheTower() {
    Path out =
        train(
            four(TrainingFixture.settings(TrainingFixture.EVERYTHING, 4, 1)),
            TrainingFixture.instructions());
    assertThat(changed(out)).isEqualTo(names(name -> !name.startsWith("vision_tower.")));
  }

  @Test
  void trainedModelAnswers() {
    Path out =
        train(
            four(TrainingFixture.settings(TrainingFixture.STAGE2, 2, 1)),
            TrainingFixture.instructions());
    assertThat(out.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(TrainingFixture.resource("model/tiny-llava-sg/tokenizer.json"));
    try (LlavaSg model = LlavaSg.load(out)) {
      RgbImage image =
          ImageFile.read(
              TrainingFixture.resource("model/pictures/wide.png"), Orientation.IGNORE_EXIF);
      Entities entities = EntitiesFile.read(TrainingFixture.resource("model/pictures/wide.json"));
      Question question =
          Question.about(image, "What is left of the ball?")
              .with(entities)
              .with(GenerationConfig.GREEDY.withMaxNewTokens(4));
      assertThat(model.ask(question).nodes()).hasSize(6);
    }
  }

  /** The loss of the next step, once with adapters beside the weights and once merged into them. */
  @Test
  void adaptersMergeOnExport() {
    TrainingSettings settings =
        TrainingFixture.settings(TrainingFixture.STAGE2, Optional.of(new Lora(4, 8, 0)), 8, 1);
    List<Example> examples = TrainingFixture.instructions();
    List<StepReport> reports = new ArrayList<>();
    Path out = temporary.resolve("out");
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, TestDevice.DEVICE)) {
      assertThat(trainer.trained())
          .filteredOn(part -> part.name().equals("lora"))
          .containsExactly(new TrainedPart("lora", 42, 3 * 4 * (88 + 64 + 64 + 88 + 3 * 120)));
      trainer.run(
          new Circle(examples),
          Optional.empty(),
          report -> {
            reports.add(report);
            if (report.step() == 4) {
              trainer.export(out, WriteProgress.NONE);
            }
            if (report.step() == 5) {
              trainer.requestStop();
            }
          });
    }
    assertThat(changed(out))
        .isEqualTo(
            names(
                name ->
                    name.startsWith("scene_graph")
                        || name.equals(EMBEDDING)
                        || name.matches("language_model\\.model\\.layers.*_proj\\.weight")));
    List<StepReport> merged = new ArrayList<>();
    TrainingSettings any = TrainingFixture.settings(List.of("multi_modal_projector"), 8, 1);
    try (Trainer trainer =
        Trainer.open(ModelFiles.read(out, Optional.empty()), any, TestDevice.DEVICE)) {
      trainer.run(
          new Circle(examples),
          Optional.empty(),
          report -> {
            merged.add(report);
            trainer.requestStop();
          });
    }
    assertThat(merged.getFirst().loss()).isCloseTo(reports.get(4).loss(), within(1e-4));
    assertThat(merged.getFirst().loss()).isNotCloseTo(reports.get(0).loss(), within(1e-2));
  }

  @Test
  void partsAreCounted() {
    TrainingSettings settings = TrainingFixture.settings(TrainingFixture.STAGE2, 2, 1);
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, TestDevice.DEVICE)) {
      assertThat(trainer.trained())
          .containsExactly(
              new TrainedPart("scene_graph", 56, 24768),
              new TrainedPart("scene_graph_projector", 4, 2960),
              new TrainedPart("marker_rows", 1, 80));
    }
  }

  @Test
  void whatCannotBeTrainedIsRefused() {
    assertRefused(
        List.of("scene_graphs"),
        "trainable names 'scene_graphs', which is no part of this model; its parts are"
            + " multi_modal_projector, scene_graph, scene_graph_projector, language_model,"
            + " marker_rows");
    assertRefused(
        List.of("vision_tower.encoder"),
        "trainable names 'vision_tower.encoder', but the vision tower is never trained");
    assertRefused(
        List.of("scene"),
        "trainable names 'scene', which is no part of this model; its parts are"
            + " multi_modal_projector, scene_graph, scene_graph_projector, language_model,"
            + " marker_rows");
  }

  private static void assertRefused(List<String> trainable, String message) {
    assertThatThrownBy(
            () ->
                Trainer.open(
                        TrainingFixture.model(),
                        TrainingFixture.settings(trainable, 1, 1),
                        TestDevice.DEVICE)
                    .close())
        .isInstanceOf(LlavaSgException.class)
        .hasMessage(message);
  }

  @Test
  void adaptedLanguageModelIsNotTrainedItself() {
    assertThatThrownBy(
            () ->
                TrainingFixture.settings(
                    List.of("language_model.lm_head"), Optional.of(Lora.DEFAULT), 1, 1))
        .hasMessageStartingWith("trainable names 'language_model.lm_head', and lora adapts");
  }

  @Test
  void partOfALayerCanBeTrained() {
    TrainingSettings settings =
        four(TrainingFixture.settings(List.of("language_model.model.layers.1.mlp"), 2, 1));
    Path out = train(settings, TrainingFixture.instructions());
    assertThat(changed(out))
        .isEqualTo(names(name -> name.startsWith("language_model.model.layers.1.mlp.")));
    assertThat(Files.exists(out.resolve("config.json"))).isTrue();
  }
}
