package io.llavasg.train;

import static io.llavasg.train.ChildTraining.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.llavasg.LlavaSgException;
import io.llavasg.LlavaSgException.Fault;
import io.llavasg.data.Example;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.text.Prompt;
import io.llavasg.train.Trainer.End;
import io.llavasg.train.TrainingFixture.Circle;
import io.llavasg.train.TrainingSettings.Activations;
import io.llavasg.train.TrainingSettings.NonFinite;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing that was done is lost, and what goes on is what would have gone on. */
class ResumeTest {
  @TempDir Path directory;

  private static List<String> uninterrupted() {
    List<String> lines = new ArrayList<>();
    try (Trainer trainer =
        Trainer.open(TrainingFixture.model(), ChildTraining.settings(), Device.CPU)) {
      trainer.run(
          new Circle(TrainingFixture.instructions()),
          Optional.empty(),
          report -> lines.add(ChildTraining.line(report)));
    }
    return lines;
  }

  @Test
  void trainingKilledAtThreeRandomStepsGivesTheSameLosses()
      throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom();
    TreeMap<Integer, String> seen = new TreeMap<>();
    for (int round = 0; round < 4; round++) {
      int lines = round == 3 ? STEPS : 3 + random.nextInt(3);
      Process child = ChildTraining.start(directory, -1);
      try (var reader = child.inputReader()) {
        for (String line : ChildTraining.read(reader, lines)) {
          int step = Integer.parseInt(line.substring(0, line.indexOf(' ')));
          String before = seen.put(step, line);
          assertThat(before == null ? line : before).isEqualTo(line);
        }
        child.destroyForcibly();
      }
      child.waitFor();
    }
    assertThat(List.copyOf(seen.values())).isEqualTo(uninterrupted());
  }

  @Test
  void fullDiskLosesNoCheckpoint() throws IOException, InterruptedException {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("unix"),
        "files are limited in size by a shell");
    try (Trainer trainer =
        Trainer.open(TrainingFixture.model(), ChildTraining.settings(), Device.CPU)) {
      trainer.run(
          new Circle(TrainingFixture.instructions()),
          Optional.of(new Saving(directory, 2, 2)),
          report -> {
            if (report.step() == 4) {
              trainer.requestStop();
            }
          });
    }
    Process child = ChildTraining.start(directory, 100);
    try (var reader = child.inputReader()) {
      List<String> lines = ChildTraining.read(reader, 10);
      assertThat(child.waitFor()).as(lines.toString()).isEqualTo(3);
      assertThat(lines.getLast()).startsWith("RESOURCES cannot write '");
    }
    assertThat(names()).containsExactly("step-00000002", "step-00000004");
    child = ChildTraining.start(directory, -1);
    try (var reader = child.inputReader()) {
      assertThat(ChildTraining.read(reader, STEPS)).isEqualTo(uninterrupted().subList(4, STEPS));
    }
    assertThat(child.waitFor()).isZero();
  }

  private List<String> names() throws IOException {
    try (var children = Files.list(directory)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"KEPT, F32, 0", "RECOMPUTED, BF16, 0", "RECOMPUTED, F32, 0.3"})
  void stoppedTrainingGoesOn(Activations activations, DType weights, double dropout) {
    List<String> trainable = dropout > 0 ? TrainingFixture.STAGE2 : TrainingFixture.EVERYTHING;
    Optional<Lora> lora = dropout > 0 ? Optional.of(new Lora(4, 8, dropout)) : Optional.empty();
    TrainingSettings settings =
        TrainingFixture.with(
            TrainingFixture.with(
                TrainingFixture.settings(trainable, lora, 2, 2), 8, NonFinite.STOP),
            activations,
            weights);
    List<String> whole = new ArrayList<>();
    run(settings, Optional.empty(), 8, whole);
    List<String> parts = new ArrayList<>();
    Optional<Saving> saving = Optional.of(new Saving(directory, 100, 1));
    assertThat(run(settings, saving, 3, parts)).isEqualTo(End.STOPPED);
    assertThat(run(settings, saving, 4, parts)).isEqualTo(End.STOPPED);
    assertThat(run(settings, saving, 100, parts)).isEqualTo(End.FINISHED);
    assertThat(parts).isEqualTo(whole);
  }

  private static End run(
      TrainingSettings settings, Optional<Saving> saving, int steps, List<String> lines) {
    int until = lines.size() + steps;
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, Device.CPU)) {
      Circle source = new Circle(TrainingFixture.instructions());
      saving
          .flatMap(s -> CheckpointDirectory.latest(s.directory()))
          .ifPresent(last -> trainer.resume(last, source));
      return trainer.run(
          source,
          saving,
          report -> {
            lines.add(ChildTraining.line(report));
            if (lines.size() == until && steps < 100) {
              trainer.requestStop();
            }
          });
    }
  }

  @Test
  void brokenSampleLosesNoStep() throws IOException {
    Example broken = withoutLabels(TrainingFixture.instructions().get(4));
    List<Example> examples = new ArrayList<>(TrainingFixture.instructions().subList(0, 6));
    examples.add(broken);
    TrainingSettings settings = TrainingFixture.settings(TrainingFixture.STAGE2, 2, 1);
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, Device.CPU)) {
      Optional<Saving> saving = Optional.of(new Saving(directory, 100, 2));
      assertThatThrownBy(() -> trainer.run(new Circle(examples), saving, TrainingListener.NONE))
          .hasMessage("sample 'no-graph' has no token to learn: its answers are empty or cut off");
    }
    assertThat(names()).containsExactly("step-00000003");
  }

  private static Example withoutLabels(Example example) {
    List<Prompt.Segment> segments = new ArrayList<>();
    for (Prompt.Segment segment : example.prompt().segments()) {
      segments.add(
          segment instanceof Prompt.Text text ? new Prompt.Text(text.ids(), List.of()) : segment);
    }
    return new Example(
        example.id(),
        new Prompt(segments),
        example.graphPromptIds(),
        example.pixels(),
        example.nodes(),
        example.length());
  }

  @Test
  void checkpointOfAnotherTrainingIsRefused() throws IOException {
    TrainingSettings settings = TrainingFixture.settings(TrainingFixture.STAGE2, 2, 1);
    List<String> lines = new ArrayList<>();
    run(settings, Optional.of(new Saving(directory, 1, 1)), 2, lines);
    Path last = CheckpointDirectory.latest(directory).orElseThrow();
    assertRefused(
        TrainingFixture.settings(TrainingFixture.STAGE2, 2, 4),
        TrainingFixture.model(),
        last,
        "'%s' was trained with batch 2, and the recipe says 8: go on with its own recipe, or begin"
            + " in another directory");
    assertRefused(
        TrainingFixture.with(settings, Muon.of(.01, .95, List.of("scene_graph"))),
        TrainingFixture.model(),
        last,
        "'%s' was trained with muon unset, and the recipe says"
            + " Muon[learningRate=0.01, momentum=0.95, matrices=^(?:\\Qscene_graph\\E)(?:\\.|$)]: go"
            + " on with its own recipe, or begin in another directory");
    Path other = Files.createDirectories(directory.resolveSibling("other-model"));
    copyChanged(TrainingFixture.resource("model/tiny-llava-sg"), other);
    assertRefused(
        settings,
        ModelFiles.read(other, Optional.empty()),
        last,
        "'%s' is a checkpoint of another model: go on with the one that it began with, or begin in"
            + " another directory");
    try (Trainer fresh = Trainer.open(TrainingFixture.model(), settings, Device.CPU)) {
      assertThatThrownBy(
              () ->
                  fresh.run(
                      new Circle(TrainingFixture.instructions()),
                      Optional.of(new Saving(directory, 1, 1)),
                      TrainingListener.NONE))
          .hasMessageEndingWith(
              "holds checkpoints of an earlier training: resume it, or name another directory");
    }
  }

  @Test
  void muonThatFitsNoWeightIsRefused() {
    TrainingSettings settings =
        TrainingFixture.with(
            TrainingFixture.settings(TrainingFixture.STAGE2, 2, 1),
            Muon.of(.01, .95, List.of("scene_grap")));
    assertThatThrownBy(() -> Trainer.open(TrainingFixture.model(), settings, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("Muon moves none of the trained matrices");
  }

  private static void assertRefused(
      TrainingSettings settings, ModelFiles model, Path checkpoint, String message) {
    try (Trainer trainer = Trainer.open(model, settings, Device.CPU)) {
      Circle source = new Circle(TrainingFixture.instructions());
      assertThatThrownBy(() -> trainer.resume(checkpoint, source))
          .hasMessage(message.formatted(checkpoint))
          .isInstanceOfSatisfying(
              LlavaSgException.class, e -> assertThat(e.fault()).isEqualTo(Fault.USER));
    }
  }

  /** The same model but for the last bytes of its weights. */
  private static void copyChanged(Path from, Path to) throws IOException {
    try (var children = Files.list(from)) {
      for (Path child : children.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(child);
        if (child.toString().endsWith("model.safetensors")) {
          bytes[bytes.length - 3] ^= 1;
        }
        Files.write(to.resolve(child.getFileName().toString()), bytes);
      }
    }
  }

  @Test
  void damagedCheckpointIsRefused() throws IOException {
    TrainingSettings settings = TrainingFixture.settings(TrainingFixture.STAGE2, 2, 1);
    run(settings, Optional.of(new Saving(directory, 1, 1)), 1, new ArrayList<>());
    Path last = CheckpointDirectory.latest(directory).orElseThrow();
    Path weights = last.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, Device.CPU)) {
      assertThatThrownBy(() -> trainer.resume(last, new Circle(TrainingFixture.instructions())))
          .isInstanceOfSatisfying(
              LlavaSgException.class, e -> assertThat(e.fault()).isEqualTo(Fault.USER))
          .hasMessageContaining("weights.safetensors");
    }
  }
}
