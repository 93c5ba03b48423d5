package io.llavasg.train;

import static io.llavasg.train.TrainingFixture.STAGE2;
import static io.llavasg.train.TrainingFixture.assertClose;
import static io.llavasg.train.TrainingFixture.in;
import static io.llavasg.train.TrainingFixture.resource;
import static io.llavasg.train.TrainingFixture.tensors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.data.Example;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.TestDevice;
import io.llavasg.train.StepReport.Outcome;
import io.llavasg.train.TrainingFixture.Circle;
import io.llavasg.train.TrainingSettings.Activations;
import io.llavasg.train.TrainingSettings.NonFinite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole steps against PyTorch's, and what a stage changes. */
class TrainerTest {
  /** Losses are about 16; ten steps gather roundings, not more. */
  private static final double LOSS_TOLERANCE = 1e-4;

  @TempDir Path temporary;

  private static List<StepReport> run(Trainer trainer, List<Example> examples, int steps) {
    List<StepReport> reports = new ArrayList<>();
    trainer.run(
        new Circle(examples),
        Optional.empty(),
        report -> {
          reports.add(report);
          if (reports.size() == steps) {
            trainer.requestStop();
          }
        });
    return reports;
  }

  private static void assertRecords(List<StepReport> reports, JsonNode records) {
    assertThat(reports).hasSize(records.size());
    for (int i = 0; i < records.size(); i++) {
      StepReport report = reports.get(i);
      assertThat(report.step()).isEqualTo(i + 1);
      assertThat(report.loss())
          .as("step %d", i + 1)
          .isCloseTo(records.get(i).path("loss").asDouble(), within(LOSS_TOLERANCE));
      assertThat(report.gradientNorm())
          .as("step %d", i + 1)
          .isCloseTo(records.get(i).path("norm").asDouble(), within(1e-3));
      assertThat(report.labelTokens()).isEqualTo(records.get(i).path("label_tokens").asLong());
      assertThat(report.positions()).isEqualTo(records.get(i).path("positions").asLong());
    }
  }

  @ParameterizedTest
  @EnumSource(Activations.class)
  void firstTenLossesOfStageOneArePyTorchs(Activations activations) {
    JsonNode expected = TrainingFixture.expected().path("stage1");
    TrainingSettings settings =
        TrainingFixture.with(
            TrainingFixture.settings(expected.path("settings"), List.of("multi_modal_projector")),
            activations,
            DType.F32);
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, TestDevice.DEVICE)) {
      List<StepReport> reports = run(trainer, TrainingFixture.captions(), 10);
      assertRecords(reports, expected.path("records"));
      for (int i = 0; i < 10; i++) {
        assertThat(reports.get(i).learningRate())
            .isCloseTo(
                expected.path("records").get(i).path("rates").path("0.002").asDouble(),
                within(1e-12));
      }
    }
  }

  /** With weight decay, clipping, and learning rates of their own for two modules. */
  @Test
  void threeStepsAreTorchOptimAdamWs() {
    JsonNode expected = TrainingFixture.expected().path("three_steps");
    List<String> trainable = new ArrayList<>(STAGE2);
    trainable.add("multi_modal_projector");
    TrainingSettings settings = TrainingFixture.settings(expected.path("settings"), trainable);
    Map<String, float[]> reference = tensors(resource("train/three-steps.safetensors"));
    Path out = temporary.resolve("trained");
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, TestDevice.DEVICE)) {
      assertRecords(run(trainer, TrainingFixture.instructions(), 3), expected.path("records"));
      trainer.export(out, WriteProgress.NONE);
    }
    Map<String, float[]> trained = tensors(out.resolve("model.safetensors"));
    Map<String, float[]> before = tensors(resource("model/tiny-llava-sg/model.safetensors"));
    reference.forEach(
        (name, values) -> {
          if (!name.equals("marker_rows")) {
            assertSameChange(name, in(before, name), in(trained, name), values);
          }
        });
    float[] table = in(trained, "language_model.model.embed_tokens.weight");
    float[] rows = java.util.Arrays.copyOfRange(table, 602 * 40, 604 * 40);
    assertClose("marker_rows", rows, in(reference, "marker_rows"), 1e-4);
  }

  /**
   * Adam divides a gradient by its size, so that one which is little but rounding moves its weight
   * as far as any: hence the change as a whole is compared. That of a bias shared by all keys is
   * rounding alone.
   */
  private static void assertSameChange(
      String name, float[] before, float[] actual, float[] expected) {
    double difference = 0;
    double change = 0;
    for (int i = 0; i < before.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      change += Math.pow(expected[i] - before[i], 2);
    }
    assertThat(change).as(name).isPositive();
    if (!name.endsWith("k_proj.bias")) {
      assertThat(Math.sqrt(difference / change)).as(name).isLessThan(1e-2);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "4, 2", "2, 4"})
  void stepIsTheSameHoweverItIsDivided(int batch, int accumulation) {
    List<StepReport> whole = stageTwo(8, 1);
    List<StepReport> divided = stageTwo(batch, accumulation);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(divided.get(i).loss() / whole.get(i).loss()).isCloseTo(1, within(1e-6));
    }
  }

  private static List<StepReport> stageTwo(int batch, int accumulation) {
    TrainingSettings settings = TrainingFixture.settings(STAGE2, batch, accumulation);
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, TestDevice.DEVICE)) {
      return run(trainer, TrainingFixture.instructions(), 6);
    }
  }

  @ParameterizedTest
  @CsvSource({"KEPT, F32", "RECOMPUTED, F32", "RECOMPUTED, BF16"})
  void lossFallsInEveryStageAndTwiceAlike(Activations activations, DType weights) {
    List<Double> first = curve(activations, weights, "a");
    List<Double> second = curve(activations, weights, "b");
    assertThat(second).isEqualTo(first);
    for (int stage = 0; stage < 3; stage++) {
      assertThat(mean(first, stage * 12 + 9)).isLessThan(mean(first, stage * 12));
    }
  }

  private static double mean(List<Double> losses, int from) {
    return losses.subList(from, from + 3).stream().mapToDouble(d -> d).average().orElseThrow();
  }

  /** The losses of three stages in a row, each from the model that the one before it wrote. */
  private List<Double> curve(Activations activations, DType weights, String name) {
    List<List<String>> stages =
        List.of(List.of("multi_modal_projector"), STAGE2, TrainingFixture.EVERYTHING);
    List<Double> losses = new ArrayList<>();
    ModelFiles files = TrainingFixture.model();
    for (int stage = 0; stage < 3; stage++) {
      TrainingSettings settings =
          TrainingFixture.with(
              TrainingFixture.with(
                  TrainingFixture.settings(stages.get(stage), 2, 2), 12, NonFinite.STOP),
              activations,
              weights);
      List<Example> examples =
          stage == 0 ? TrainingFixture.captions() : TrainingFixture.instructions();
      Path out = temporary.resolve(name + stage);
      try (Trainer trainer = Trainer.open(files, settings, TestDevice.DEVICE)) {
        run(trainer, examples, 12).forEach(report -> losses.add(report.loss()));
        trainer.export(out, WriteProgress.NONE);
      }
      files = ModelFiles.read(out, Optional.empty());
    }
    return losses;
  }

  @Test
  void lossThatIsNoNumberSkipsItsStepOrNamesItsSamples() {
    TrainingSettings base = TrainingFixture.settings(STAGE2, 2, 1);
    List<Example> examples = TrainingFixture.instructions();
    List<Example> broken =
        List.of(examples.get(0), examples.get(1), broken(examples.get(4)), examples.get(3));
    TrainingSettings skipping = TrainingFixture.with(base, 3, NonFinite.SKIP);
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), skipping, TestDevice.DEVICE)) {
      List<StepReport> reports = run(trainer, broken, 3);
      assertThat(reports)
          .extracting(StepReport::outcome)
          .containsExactly(Outcome.DONE, Outcome.SKIPPED, Outcome.DONE);
      assertThat(reports.get(2).loss()).isFinite();
    }
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), base, TestDevice.DEVICE)) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> run(trainer, broken, 3))
          .hasMessage(
              "the loss of step 2 is NaN with the samples no-graph, empty-graph: a lower learning"
                  + " rate may do, or skip such steps");
    }
  }

  /** With pixels that are no numbers. */
  private static Example broken(Example example) {
    var pixels = example.pixels().orElseThrow();
    java.util.Arrays.fill(pixels.values(), Float.NaN);
    return example;
  }
}
