package io.llavasg.mini.model;

import io.llavasg.LlavaSgException;
import io.llavasg.mini.model.LanguageBuild.Part;
import io.llavasg.mini.perception.PerceptionBuild;
import io.llavasg.mini.perception.PerceptionStage;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.files.WorldWriter;
import io.llavasg.train.TrainingListener;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
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

  private final Settings settings;
  private final LanguageBuild language;
  private final PerceptionBuild perception;
  private final Consumer<String> notes;

  /**
   * What is made, and where.
   *
   * @param language its folder is that of all parts
   * @param perception scenes that a stage is tuned and measured on
   * @param steps of each stage of perception
   * @param tests scenes of the test sets
   */
  record Settings(
      LanguageBuild.Settings language,
      PerceptionBuild.Scenes perception,
      ToIntFunction<PerceptionStage> steps,
      int tests) {}

  MiniatureBuild(Settings settings, TrainingListener listener, Consumer<String> notes) {
    this.settings = settings;
    this.notes = notes;
    language = new LanguageBuild(settings.language(), listener, notes);
    perception =
        new PerceptionBuild(
            out().resolve("perception"),
            settings.language().seed(),
            settings.perception(),
            listener,
            notes);
  }

  /**
   * What ships.
   *
   * @param recipes folder of {@code stage1.yaml} and so on
   * @param seed of everything random
   * @param listener hears of each step of each part
   * @param notes is told how it goes on, a line each
   */
  public static MiniatureBuild shipped(
      Path out, Path recipes, long seed, TrainingListener listener, Consumer<String> notes) {
    var language = new LanguageBuild.Settings(MiniatureShape.SHIPPED, out, recipes, seed);
    return new MiniatureBuild(
        new Settings(language, PerceptionBuild.Scenes.ENOUGH, PerceptionStage::steps, 1000),
        listener,
        notes);
  }

  private Path out() {
    return settings.language().out();
  }

  /** Whether anything is there already. */
  public boolean isBegun() {
    return language.isBegun(List.of(Part.values()))
        || Stream.of(PerceptionStage.values()).anyMatch(perception::isBegun);
  }

  /** The finished model, with its perception. */
  public Path shipped() {
    return out().resolve("shipped");
  }

  /** The test sets. */
  Path tests() {
    return out().resolve("test");
  }

  /**
   * Makes parts of the language model alone that are not finished yet.
   *
   * @return whether they are finished now; false after a stop
   * @throws LlavaSgException user, as {@link #make}
   */
  public boolean makeLanguage(List<Part> parts) {
    language.requireRecipes(List.of(Part.values()));
    return language.make(parts);
  }

  /**
   * Makes what is not finished yet.
   *
   * @return figures of perception's stages; empty after a stop
   * @throws LlavaSgException user, if a recipe that is still needed is not there or is none, or the
   *     folder was begun with another seed
   */
  public Optional<Map<PerceptionStage, Map<String, Double>>> make() {
    language.requireRecipes(List.of(Part.values()));
    language.requireSameSeed();
    Map<PerceptionStage, Map<String, Double>> figures = new LinkedHashMap<>();
    for (PerceptionStage stage : PerceptionStage.values()) {
      Optional<Map<String, Double>> made =
          perception.make(stage, settings.steps().applyAsInt(stage));
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

  /** Copies every time: a part may have been made anew. */
  private void ship() {
    notes.accept("copying the model and its perception to " + shipped());
    for (PerceptionStage stage : SHIPPED) {
      PartDirectory.copyFiles(
          perception.folder(stage), shipped().resolve("perception").resolve(stage.toString()));
    }
    PartDirectory.copyFiles(language.model(), shipped());
  }

  private void writeTests() {
    if (tests().toFile().isDirectory()) {
      if (!tests().resolve("baselines").toFile().isDirectory()) {
        notes.accept(
            "%s lacks answers of baselines: remove it to have it drawn with them"
                .formatted(tests()));
      }
      return;
    }
    notes.accept("drawing %d test scenes in %s".formatted(settings.tests(), tests()));
    new WorldWriter(tests(), SceneRenderer.SIZE)
        .write(Split.TEST, settings.language().seed(), settings.tests(), (done, total) -> {});
  }

  /** Ends {@link #make} after the step that is being done; from any thread. */
  public void requestStop() {
    language.requestStop();
    perception.requestStop();
  }
}
