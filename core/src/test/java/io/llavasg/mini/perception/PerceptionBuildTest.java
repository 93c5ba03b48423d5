package io.llavasg.mini.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.load.PerceptionLoader;
import io.llavasg.perception.ram.RamFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.StepReport;
import io.llavasg.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PerceptionBuildTest {
  private static final PerceptionBuild.Scenes FEW = new PerceptionBuild.Scenes(8, 4);

  /** All weights together, as the miniature's directory may hold them. */
  private static final long MOST_BYTES = 14_000_000;

  @TempDir private Path folder;

  private PerceptionBuild build(Path out, TrainingListener listener) {
    return new PerceptionBuild(out, 5, FEW, listener, note -> {});
  }

  @Test
  void taggerAndDetectorNeedTheBackbone() {
    PerceptionBuild build = build(folder.resolve("headless"), TrainingListener.NONE);
    assertThatThrownBy(() -> build.make(PerceptionStage.DETECTOR, 1))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("lacks the backbone, which the detector begins with");
  }

  @Test
  void whatIsTrainedIsAPerceptionDirectory() {
    Path out = folder.resolve("perception");
    PerceptionBuild build = build(out, TrainingListener.NONE);
    for (PerceptionStage stage : PerceptionStage.values()) {
      assertThat(build.isBegun(stage)).isFalse();
      Map<String, Double> figures = build.make(stage, 1).orElseThrow();
      assertThat(figures).isNotEmpty();
      assertThat(figures.values()).allSatisfy(figure -> assertThat(figure).isBetween(0.0, 2.0));
      assertThat(build.isBegun(stage)).isTrue();
    }
    assertThat(weightBytes(out)).isLessThan(MOST_BYTES);
    assertThat(RamFiles.read(build.folder(PerceptionStage.TAGGER)).vocabulary().names())
        .isEqualTo(Kind.ALL.stream().map(Kind::word).toList());
    try (PerceptionPipeline pipeline = PerceptionLoader.load(out)) {
      pipeline.perceive(scenes(1).getFirst().image()); // trained for a step, it may find anything
    }
  }

  private static long weightBytes(Path out) {
    try (Stream<Path> files = Files.walk(out, 2)) {
      return files
          .filter(file -> file.endsWith("model.safetensors"))
          .flatMap(file -> Checkpoint.inspect(file).values().stream())
          .peek(tensor -> assertThat(tensor.dtype()).isEqualTo(DType.F16))
          .mapToLong(tensor -> tensor.byteSize())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(PerceptionStage.class)
  void aStoppedTrainingGoesOnToTheSameWeights(PerceptionStage stage) throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    if (stage == PerceptionStage.TAGGER || stage == PerceptionStage.DETECTOR) {
      build(whole, TrainingListener.NONE).make(PerceptionStage.BACKBONE, 1);
      build(parts, TrainingListener.NONE).make(PerceptionStage.BACKBONE, 1);
    }
    assertThat(build(whole, TrainingListener.NONE).make(stage, 3)).isPresent();
    List<PerceptionBuild> first = new ArrayList<>();
    first.add(build(parts, (StepReport report) -> first.getFirst().requestStop()));
    assertThat(first.getFirst().make(stage, 3)).isEmpty();
    assertThat(build(parts, TrainingListener.NONE).make(stage, 3)).isPresent();
    Path weights = Path.of(stage.toString(), "model.safetensors");
    assertThat(Files.mismatch(whole.resolve(weights), parts.resolve(weights))).isEqualTo(-1);
  }

  @Test
  void whatIsFinishedIsNeitherTrainedNorMeasuredAgain() throws IOException {
    Map<String, Double> figures =
        build(folder, TrainingListener.NONE).make(PerceptionStage.BACKBONE, 2).orElseThrow();
    List<String> notes = new ArrayList<>();
    TrainingListener none =
        step -> {
          throw new AssertionError("a step");
        };
    PerceptionBuild again = new PerceptionBuild(folder, 5, FEW, none, notes::add);
    assertThat(again.make(PerceptionStage.BACKBONE, 2)).contains(figures);
    assertThat(notes).singleElement().asString().contains("the backbone is finished");
    PerceptionBuild another = new PerceptionBuild(folder, 6, FEW, none, notes::add);
    assertThatThrownBy(() -> another.make(PerceptionStage.BACKBONE, 2))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("was trained with seed 5");
    Files.delete(folder.resolve("backbone/model.safetensors"));
    assertThat(build(folder, TrainingListener.NONE).make(PerceptionStage.BACKBONE, 2))
        .contains(figures);
    assertThat(folder.resolve("backbone/model.safetensors")).exists();
  }

  /** What a backbone has learnt is where tagger and detector begin. */
  @Test
  void theBackbonesWeightsAreTheOthersFirst() {
    build(folder, TrainingListener.NONE).make(PerceptionStage.BACKBONE, 1);
    Initialisation trained = BackboneApprenticeship.trained(folder.resolve("backbone"));
    Map<String, float[]> saved = values(trained);
    assertThat(saved).isNotEmpty();
    Map<String, float[]> tagger = begun(new TaggerApprenticeship(trained));
    assertSame(
        saved, tagger, "visual_encoder.", "encoder.layers.1.blocks.3.attention.self.value.weight");
    assertSame(saved, tagger, "visual_encoder.", "embeddings.patch_embeddings.projection.weight");
    assertThat(tagger.get("visual_encoder.layernorm.weight"))
        .containsExactly(saved.get("hidden_states_norms.stage2.weight"));
    try (DetectorApprenticeship detector = new DetectorApprenticeship(trained)) {
      Map<String, float[]> begun = begun(detector);
      String swin = "model.backbone.conv_encoder.model.";
      assertSame(saved, begun, swin, "encoder.layers.0.blocks.1.output.dense.weight");
      assertSame(saved, begun, swin, "hidden_states_norms.stage1.weight");
    }
  }

  private static void assertSame(
      Map<String, float[]> saved, Map<String, float[]> begun, String prefix, String name) {
    assertThat(begun.get(prefix + name)).as(name).containsExactly(saved.get(name));
  }

  /** A backbone's stored values, by their names below it. */
  private Map<String, float[]> values(Initialisation trained) {
    Map<String, float[]> values = new HashMap<>();
    Checkpoint.inspect(folder.resolve("backbone/model.safetensors"))
        .keySet()
        .forEach(
            name -> {
              if (name.startsWith("backbone.")) {
                values.put(name.substring("backbone.".length()), stored(name));
              }
            });
    assertThat(trained.rules()).hasSizeGreaterThan(values.size());
    return values;
  }

  private float[] stored(String name) {
    try (SafetensorsFile file =
        SafetensorsFile.open(folder.resolve("backbone/model.safetensors"))) {
      StoredTensor tensor = file.tensor(name);
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      return Torch.infer(() -> Tensor.over(tensor.data(), tensor.dtype(), shape).toFloats());
    }
  }

  /** Parameters before the first step. */
  private <N> Map<String, float[]> begun(Apprenticeship<N, ?> apprentice) {
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(apprentice.optimisation(), 1, 2, Map.of());
    Path file = folder.resolve("begun.safetensors");
    try (NetworkTrainer<N> trainer =
        NetworkTrainer.of(apprentice.initialisation(), settings, apprentice::build)) {
      trainer.write(file, DType.F32);
    }
    Map<String, float[]> values = new HashMap<>();
    try (SafetensorsFile begun = SafetensorsFile.open(file)) {
      for (String name : Checkpoint.inspect(file).keySet()) {
        StoredTensor tensor = begun.tensor(name);
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        values.put(
            name, Torch.infer(() -> Tensor.over(tensor.data(), tensor.dtype(), shape).toFloats()));
      }
    }
    return values;
  }

  @Test
  void anotherTrainingsCheckpointIsRefused() {
    PerceptionBuild build = build(folder, TrainingListener.NONE);
    build.make(PerceptionStage.SEGMENTER, 1);
    assertThatThrownBy(() -> build.make(PerceptionStage.SEGMENTER, 2))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("was trained with steps 1, and the recipe says 2");
  }

  /** By chance, one scene in ten has a thing inside another. */
  @ParameterizedTest
  @EnumSource(PerceptionStage.class)
  void halfOfThePicturesOfWhatShipsHaveThingsThatTouch(PerceptionStage stage) {
    boolean ships = stage != PerceptionStage.BACKBONE;
    List<PerceptionExample> pictures = build(folder, TrainingListener.NONE).examples(stage, 3, 12);
    for (int i = 0; i < pictures.size(); i++) {
      Optional<Contact> shown =
          switch (i % 4) {
            case 0 -> Optional.of(Contact.INSIDE);
            case 1 -> Optional.of(Contact.BEHIND);
            default -> Optional.empty();
          };
      assertThat(stage.shown(i)).isEqualTo(shown.filter(contact -> ships));
      if (ships && shown.isPresent()) {
        assertThat(pictures.get(i).contacts()).contains(shown.get());
      }
    }
  }

  @Test
  void theBackboneLearns() {
    assertLearns(new BackboneApprenticeship(), 50, .5);
  }

  @Test
  void theTaggerLearns() {
    assertLearns(new TaggerApprenticeship(Initialisation.empty()), 100, .5);
  }

  @Test
  void theDetectorLearns() {
    try (DetectorApprenticeship detector = new DetectorApprenticeship(Initialisation.empty())) {
      assertLearns(detector, 50, .5);
    }
  }

  @Test
  void theSegmenterLearns() {
    assertLearns(new SegmenterApprenticeship(), 50, .5);
  }

  /** A few pictures by heart: the loss falls to a part of what it was. */
  private static <N, B> void assertLearns(Apprenticeship<N, B> apprentice, int steps, double part) {
    Torch.threads(1);
    B batch = apprentice.prepare(scenes(3), 1);
    List<Double> losses = new ArrayList<>();
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(apprentice.optimisation(), steps, 2, Map.of());
    try (NetworkTrainer<N> trainer =
        NetworkTrainer.of(apprentice.initialisation(), settings, apprentice::build)) {
      trainer.run(
          (network, step) -> apprentice.loss(network, batch),
          Optional.empty(),
          step -> losses.add(step.loss()));
    }
    assertThat(losses.getLast()).isLessThan(part * losses.getFirst());
  }

  private static List<PerceptionExample> scenes(int count) {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    return IntStream.range(0, count)
        .mapToObj(seed -> PerceptionExample.drawn(generator, seed))
        .toList();
  }
}
