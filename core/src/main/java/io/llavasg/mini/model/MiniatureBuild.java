package io.llavasg.mini.model;

import io.llavasg.LlavaSgException;
import io.llavasg.mini.model.LanguageBuild.Part;
import io.llavasg.mini.perception.PerceptionBuild;
import io.llavasg.mini.perception.PerceptionStage;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.files.WorldWriter;
import io.llavasg.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes all of the miniature below one folder: the language model as {@link LanguageBuild} has it,
 * its {@code perception}, {@code shipped}, which holds both and nothing else, and {@code test},
 * sets to measure it with. What is finished is kept. To be used by one platform thread; only {@link
 * #requestStop} may be called from others.
 */
public final class MiniatureBuild {
  /** Stages that run; the backbone is in two of them. */
  private static final List<PerceptionStage> SHIPPED =
      List.of(PerceptionStage.TAGGER, PerceptionStage.DETECTOR, PerceptionStage.SEGMENTER);

  private static final int TEST_SCENES = 1000;

  private final Path out;
  private final long seed;
  private final LanguageBuild language;
  private final PerceptionBuild perception;
  private final Consumer<String> notes;

  /**
   * @param recipes folder of {@code stage1.yaml} and so on
   * @param seed of everything random
   * @param listener hears of each step of each part
   * @param notes is told how it goes on, a line each
   */
  public MiniatureBuild(
      Path out, Path recipes, long seed, TrainingListener listener, Consumer<String> notes) {
    this.out = out;
    this.seed = seed;
    this.notes = notes;
    language =
        new LanguageBuild(
            new LanguageBuild.Settings(MiniatureShape.SHIPPED, out, recipes, seed),
            listener,
            notes);
    perception = new PerceptionBuild(out.resolve("perception"), seed, listener, notes);
  }

  /** Whether anything is there already. */
  public boolean isBegun() {
    return language.isBegun(List.of(Part.values()))
        || Stream.of(PerceptionStage.values()).anyMatch(perception::isBegun);
  }

  /** The finished model, with its perception. */
  public Path shipped() {
    return out.resolve("shipped");
  }

  /**
   * Makes what is not finished yet.
   *
   * @return figures of perception's stages; empty after a stop
   */
  public Optional<Map<PerceptionStage, Map<String, Double>>> make() {
    Map<PerceptionStage, Map<String, Double>> figures = new LinkedHashMap<>();
    for (PerceptionStage stage : PerceptionStage.values()) {
      Optional<Map<String, Double>> made = perception.make(stage, stage.steps());
      if (made.isEmpty()) {
        return Optional.empty();
      }
      figures.put(stage, made.get());
    }
    if (!language.make(List.of(Part.values()))) {
      return Optional.empty();
    }
    ship();
    writeTests();
    return Optional.of(figures);
  }

  private void ship() {
    copy(language.model(), shipped());
    for (PerceptionStage stage : SHIPPED) {
      copy(perception.folder(stage), shipped().resolve("perception").resolve(stage.toString()));
    }
    notes.accept("copied the model and its perception to " + shipped());
  }

  /** Test sets of the benchmarks' forms, to measure it with. */
  private void writeTests() {
    if (!Files.isDirectory(tests())) {
      notes.accept("drawing %d test scenes in %s".formatted(TEST_SCENES, tests()));
      Path unfinished = out.resolve("test-" + UUID.randomUUID());
      new WorldWriter(unfinished, SceneRenderer.SIZE)
          .write(Split.TEST, seed, TEST_SCENES, (done, total) -> {});
      try {
        Files.move(unfinished, tests(), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw LlavaSgException.resources(e, "cannot move '%s' to '%s'", unfinished, tests());
      }
    }
  }

  private Path tests() {
    return out.resolve("test");
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      Files.createDirectories(to);
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot copy '%s' to '%s'", from, to);
    }
  }

  /** Ends {@link #make} after the step that is being done; from any thread. */
  public void requestStop() {
    language.requestStop();
    perception.requestStop();
  }
}
