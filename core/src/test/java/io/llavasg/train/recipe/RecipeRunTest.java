package io.llavasg.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSgException;
import io.llavasg.train.CheckpointDirectory;
import io.llavasg.train.StepReport;
import io.llavasg.train.Trainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.log.StepLine;
import io.llavasg.train.log.TrainingLog;
import io.llavasg.train.recipe.RecipeRun.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Recipes run from their files to the trained model. */
class RecipeRunTest {
  private static final Path RECIPES = Path.of("src/test/resources/train/recipes");

  @TempDir private Path folder;

  /** A process that dies does not come back from the step it was at. */
  private static final class Death extends RuntimeException {}

  /** What is written of a step; another loss has other bits. */
  private static String line(StepReport report) {
    return report.step() + " " + Double.toHexString(report.loss()) + " " + report.samples();
  }

  private Path out(String name) {
    return folder.resolve(name);
  }

  private static Recipe recipe(String name, Path model, Path out, String... more) {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("out=" + out);
    if (!model.toString().isEmpty()) {
      settings.add("model=" + model);
    }
    return RecipeFile.read(RECIPES.resolve(name + ".yaml"), settings).recipe();
  }

  private static Trainer.End run(Recipe recipe, Start start, TrainingListener listener) {
    return run(recipe, start, listener, new ArrayList<>());
  }

  private static Trainer.End run(
      Recipe recipe, Start start, TrainingListener listener, List<String> notes) {
    try (RecipeInputs inputs = RecipeInputs.open(recipe, notes::add);
        RecipeRun run = RecipeRun.open(inputs, start, notes::add)) {
      Trainer.End end = run.train(listener);
      if (end == Trainer.End.FINISHED) {
        run.export((written, total) -> {});
      }
      return end;
    }
  }

  private static List<String> lines(Recipe recipe) {
    List<String> lines = new ArrayList<>();
    assertThat(run(recipe, Start.ANEW, report -> lines.add(line(report))))
        .isEqualTo(Trainer.End.FINISHED);
    return lines;
  }

  private static double mean(List<StepLine> steps) {
    return steps.stream().mapToDouble(StepLine::loss).average().orElseThrow();
  }

  /** The model of each stage is the next one's start, as for the real size. */
  @Test
  void lossFallsInThreeStagesInARow() {
    Path model = Path.of("");
    for (int stage = 1; stage <= 3; stage++) {
      Path out = out("stage" + stage);
      Recipe recipe = recipe("tiny-stage" + stage, model, out);
      run(recipe, Start.ANEW, TrainingListener.NONE);
      List<StepLine> steps = TrainingLog.read(out);
      assertThat(steps).hasSizeGreaterThan(20);
      int part = steps.size() / 4;
      assertThat(mean(steps.subList(steps.size() - part, steps.size())))
          .as("stage " + stage)
          .isLessThan(0.8 * mean(steps.subList(0, part)));
      assertThat(out.resolve(TrainingLog.CURVE)).isNotEmptyFile();
      model = out.resolve("model");
    }
    assertThat(model.resolve("model.safetensors")).isNotEmptyFile();
  }

  @Test
  void curveIsTheSameTwiceAndAfterAnyDeath() throws IOException {
    String[] short_ = {"epochs=3", "save_every=2", "model=src/test/resources/model/tiny-llava-sg"};
    Recipe whole = recipe("tiny-stage3", Path.of(""), out("whole"), short_);
    List<String> expected = lines(whole);
    assertThat(lines(recipe("tiny-stage3", Path.of(""), out("again"), short_))).isEqualTo(expected);
    Recipe killed = recipe("tiny-stage3", Path.of(""), out("killed"), short_);
    Random random = new Random();
    Start start = Start.ANEW;
    int deadliest = 0;
    for (int death = 0; death < 3; death++) {
      deadliest = deadliest + 1 + random.nextInt((expected.size() - 1 - deadliest) / (3 - death));
      int last = deadliest;
      Start how = start;
      assertThatThrownBy(
              () ->
                  run(
                      killed,
                      how,
                      report -> {
                        if (report.step() == last) {
                          throw new Death();
                        }
                      }))
          .as("death in step %d".formatted(last))
          .isInstanceOf(Death.class);
      start = Start.RESUMED;
    }
    run(killed, Start.RESUMED, TrainingListener.NONE);
    assertThat(
            Files.readString(out("killed").resolve(TrainingLog.STEPS))
                .replaceAll(",\"seconds\":[^,]*", ""))
        .isEqualTo(
            Files.readString(out("whole").resolve(TrainingLog.STEPS))
                .replaceAll(",\"seconds\":[^,]*", ""));
    assertThat(out("killed").resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(out("whole").resolve("model/model.safetensors"));
  }

  /** Sums in another order; the samples of each step are the same ones. */
  @Test
  void accumulationChangesNoLoss() {
    String[] short_ = {
      "epochs=2", "model=src/test/resources/model/tiny-llava-sg", "learning_rate=1e-4"
    };
    List<List<StepLine>> curves = new ArrayList<>();
    for (int microBatch : new int[] {1, 4}) {
      Path out = out("micro" + microBatch);
      List<String> settings = new ArrayList<>(List.of(short_));
      settings.add("micro_batch=" + microBatch);
      run(
          recipe("tiny-stage3", Path.of(""), out, settings.toArray(String[]::new)),
          Start.ANEW,
          TrainingListener.NONE);
      curves.add(TrainingLog.read(out));
    }
    for (int i = 0; i < curves.getFirst().size(); i++) {
      double loss = curves.getFirst().get(i).loss();
      assertThat(curves.getLast().get(i).loss()).isCloseTo(loss, within(1e-6 * loss));
    }
  }

  @Test
  void runsAreNotMixedUp() {
    String model = "model=src/test/resources/model/tiny-llava-sg";
    Recipe recipe = recipe("tiny-stage1", Path.of(""), out("run"), model, "steps=2");
    lines(recipe);
    assertRefused(recipe, Start.ANEW, "holds a run already", "--resume");
    assertRefused(recipe, Start.RESUMED, "is finished");
    Recipe stopped = recipe("tiny-stage1", Path.of(""), out("stopped"), model, "save_every=1");
    assertThatThrownBy(
            () ->
                run(
                    stopped,
                    Start.ANEW,
                    report -> {
                      if (report.step() == 2) {
                        throw new Death();
                      }
                    }))
        .isInstanceOf(Death.class);
    // Checkpoints of another model, other data, another recipe.
    assertRefused(
        recipe("tiny-stage1", Path.of(""), out("stopped"), "model=" + out("run").resolve("model")),
        Start.RESUMED,
        "another model");
    assertRefused(
        recipe("tiny-stage1", Path.of(""), out("stopped"), model, "seed=3"), Start.RESUMED, "seed");
    for (String other :
        List.of("aspect_ratio=pad", "max_length=1024", "template=vicuna_v1", "data.0.images=src")) {
      assertRefused(
          recipe("tiny-stage1", Path.of(""), out("stopped"), model, other),
          Start.RESUMED,
          "another " + other.substring(0, other.indexOf('=')));
    }
    assertRefused(
        recipe(
            "tiny-stage1",
            Path.of(""),
            out("stopped"),
            model,
            "steps=24",
            "data.0.file=src/test/resources/train/data/turns.json",
            "template=vicuna_v1"),
        Start.RESUMED,
        "another set of data files");
  }

  private static void assertRefused(Recipe recipe, Start start, String... parts) {
    assertThatThrownBy(() -> run(recipe, start, TrainingListener.NONE))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContainingAll(parts)
        .extracting(e -> ((LlavaSgException) e).fault())
        .isEqualTo(LlavaSgException.Fault.USER);
  }

  @Test
  void inputsAreCheckedBeforeAWeightIsRead() {
    String model = "model=src/test/resources/model/tiny-llava-sg";
    assertRefused(
        recipe(
            "tiny-stage2",
            Path.of("nowhere"),
            out("o"),
            "data.0.images=nix",
            "data.0.entities=nil"),
        Start.ANEW,
        "model 'nowhere'",
        "data.0.images 'nix'",
        "data.0.entities 'nil'");
    assertRefused(
        recipe("tiny-stage1", Path.of(""), out("o"), model, "trainable=[mm_projector]"),
        Start.ANEW,
        "'mm_projector', which is no part of",
        "multi_modal_projector");
    assertRefused(
        recipe("tiny-stage1", Path.of(""), out("o"), model, "trainable=[vision_tower]"),
        Start.ANEW,
        "the vision tower is never trained");
    assertRefused(
        recipe("tiny-stage1", Path.of(""), out("o"), model, "max_length=4096"),
        Start.ANEW,
        "max_length is 4096",
        "max_position_embeddings 2048");
    assertRefused(
        recipe("tiny-stage2", Path.of("src/test/resources/model/tiny-llava-hf-f16"), out("o")),
        Start.ANEW,
        "which is no part of");
  }

  @Test
  void brokenSampleStopsWithoutLosingAStepOrIsSkipped() throws IOException {
    List<String> samples =
        Files.readAllLines(Path.of("src/test/resources/train/data/captions.json"));
    Path data =
        Files.writeString(
            folder.resolve("some.json"),
            String.join("\n", samples)
                .replaceFirst(
                    "\"odd-caption-3\",\"image\":\"odd.jpg\"",
                    "\"odd-caption-3\",\"image\":\"x.jpg\""));
    String[] settings = {
      "model=src/test/resources/model/tiny-llava-sg",
      "data.0.file=" + data,
      "batch=1",
      "micro_batch=1",
      "epochs=1",
      "save_every=100"
    };
    Recipe stops = recipe("tiny-stage1", Path.of(""), out("stops"), settings);
    List<String> done = new ArrayList<>();
    assertThatThrownBy(() -> run(stops, Start.ANEW, report -> done.add(line(report))))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("sample 'odd-caption-3'")
        .hasMessageContaining("x.jpg");
    assertThat(CheckpointDirectory.latest(out("stops").resolve("checkpoints")))
        .hasValueSatisfying(
            last ->
                assertThat(last.getFileName().toString())
                    .isEqualTo("step-%08d".formatted(done.size())));
    Path out = out("skips");
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("broken_samples=skip");
    List<String> notes = new ArrayList<>();
    run(
        recipe("tiny-stage1", Path.of(""), out, all.toArray(String[]::new)),
        Start.ANEW,
        TrainingListener.NONE,
        notes);
    assertThat(TrainingLog.read(out)).hasSize(24);
    assertThat(notes)
        .hasSizeGreaterThanOrEqualTo(1)
        .allMatch(note -> note.contains("odd-caption-3"));
  }

  /** The device that is always full gives the very error of a full disk. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDiskUnderTheLogSavesWhatIsDone() throws IOException {
    Path out = Files.createDirectories(out("full"));
    Files.createSymbolicLink(out.resolve(TrainingLog.STEPS), Path.of("/dev/full"));
    Recipe recipe =
        recipe("tiny-stage1", Path.of(""), out, "model=src/test/resources/model/tiny-llava-sg");
    List<String> done = new ArrayList<>();
    assertThatThrownBy(() -> run(recipe, Start.ANEW, report -> done.add(line(report))))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("cannot write the log")
        .hasMessageContaining("No space left")
        .extracting(e -> ((LlavaSgException) e).fault())
        .isEqualTo(LlavaSgException.Fault.RESOURCES);
    Files.delete(out.resolve(TrainingLog.STEPS));
    assertThat(done).hasSize(1);
    assertThat(CheckpointDirectory.latest(out.resolve("checkpoints"))).isPresent();
  }
}
