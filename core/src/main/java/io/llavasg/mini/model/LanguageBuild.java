package io.llavasg.mini.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.file.WholeFile;
import io.llavasg.generate.ImageDomain;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.files.WorldWriter;
import io.llavasg.model.convert.Conversion;
import io.llavasg.model.convert.ConversionOptions;
import io.llavasg.tensor.DType;
import io.llavasg.train.Trainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.recipe.Recipe;
import io.llavasg.train.recipe.RecipeFile;
import io.llavasg.train.recipe.RecipeInputs;
import io.llavasg.train.recipe.RecipeRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the miniature's language model from nothing, part after part, each in a folder of its own
 * below one: {@code tokenizer}, {@code clip}, {@code llama}, {@code base} (both joined, and what is
 * seen aligned with words), {@code data}, {@code stage1} to {@code stage3}, {@code round2} to
 * {@code round4} (stage 3 again and again, each on scenes of its own, {@code data2} to {@code
 * data4}), and {@code model}, the last one's in half precision, with the images that it knows. A
 * part that is finished is kept, one that is not goes on from its last checkpoint. To be used by
 * one platform thread; only {@link #requestStop} may be called from others.
 */
public final class LanguageBuild {
  private static final String SEED = "seed.txt";

  private final Settings settings;
  private final PretrainedParts parts;
  private final TrainingListener listener;
  private final Consumer<String> notes;
  private volatile Runnable stopRunning = () -> {};
  private volatile boolean stopRequested;

  /** What is made, in this order. */
  public enum Part {
    TOKENIZER,
    CLIP(TOKENIZER),
    LLAMA(TOKENIZER),
    BASE(CLIP, LLAMA),
    STAGE1(BASE),
    STAGE2(STAGE1),
    STAGE3(STAGE2),
    ROUND2(STAGE3),
    ROUND3(ROUND2),
    ROUND4(ROUND3);

    /** The one that ends with the model. */
    public static final Part LAST = ROUND4;

    private final List<Part> needed;

    Part(Part... needed) {
      this.needed = List.of(needed);
    }

    private boolean hasRecipe() {
      return compareTo(STAGE1) >= 0;
    }
  }

  /**
   * What is made, and where.
   *
   * @param recipes folder of {@code stage1.yaml} to {@code round4.yaml}
   */
  public record Settings(MiniatureShape shape, Path out, Path recipes, long seed) {}

  /**
   * @param listener hears of each step of each part
   * @param notes is told how it goes on, a line each
   */
  public LanguageBuild(Settings settings, TrainingListener listener, Consumer<String> notes) {
    this.settings = settings;
    this.listener = listener;
    this.notes = notes;
    parts = new PretrainedParts(settings.shape(), settings.out(), settings.seed(), listener, notes);
  }

  /** Whether anything of the parts is there already. */
  public boolean isBegun(List<Part> wanted) {
    return wanted.stream().anyMatch(part -> Files.exists(folder(part)));
  }

  /** Where a part is made. */
  public Path folder(Part part) {
    return settings.out().resolve(part.name().toLowerCase(Locale.ROOT));
  }

  /** The finished model. */
  public Path model() {
    return settings.out().resolve("model");
  }

  /**
   * Makes the parts that are not finished yet.
   *
   * @return whether all are finished now; false after a stop
   * @throws LlavaSgException user, if what a part needs is not there, or parts that are there are
   *     of another seed
   */
  public boolean make(List<Part> wanted) {
    requireRecipes(wanted);
    requireSameSeed();
    for (Part part : wanted) {
      if (isFinished(part)) {
        notes.accept("%s is finished: %s".formatted(name(part), folder(part)));
      } else if (stopRequested || !make(part)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads the recipes of what is still to be trained, which may be hours away.
   *
   * @throws LlavaSgException user, if one is not there or is none
   */
  void requireRecipes(List<Part> wanted) {
    wanted.stream()
        .filter(part -> part.hasRecipe() && !PartDirectory.isComplete(trained(part)))
        .forEach(this::recipe);
  }

  /**
   * All parts are of one seed: finished ones say nothing of theirs, so the folder does.
   *
   * @throws LlavaSgException user, if it was begun with another
   */
  void requireSameSeed() {
    Path file = settings.out().resolve(SEED);
    String seed = Long.toString(settings.seed());
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(settings.out());
        WholeFile.replace(file, (seed + "\n").getBytes(StandardCharsets.UTF_8));
      }
      String begun = Files.readString(file).strip();
      if (!begun.equals(seed)) {
        throw LlavaSgException.user(
            "'%s' was begun with seed %s, not %s: go on with that, or begin in another folder",
            settings.out(), begun, seed);
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot write '%s': %s", file, e.toString());
    }
  }

  private static String name(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  private boolean isFinished(Part part) {
    return switch (part) {
      case TOKENIZER -> Files.isRegularFile(folder(part).resolve("tokenizer_config.json"));
      case CLIP, LLAMA -> PartDirectory.isComplete(folder(part));
      case BASE, STAGE1, STAGE2, STAGE3, ROUND2, ROUND3, ROUND4 ->
          PartDirectory.isComplete(trained(part))
              && (part != Part.LAST || Files.isRegularFile(domain()));
    };
  }

  private boolean make(Part part) {
    part.needed.forEach(before -> requireFinished(before, part));
    notes.accept("making %s in %s".formatted(name(part), folder(part)));
    return switch (part) {
      case TOKENIZER -> {
        parts.makeTokenizer();
        yield true;
      }
      case CLIP -> parts.makeClip(this::running);
      case LLAMA -> parts.makeLlama(this::running);
      case BASE -> makeBase();
      case STAGE1, STAGE2, STAGE3, ROUND2, ROUND3, ROUND4 -> makeStage(part);
    };
  }

  private void requireFinished(Part before, Part part) {
    if (!isFinished(before)) {
      throw LlavaSgException.user(
          "'%s' lacks %s, which %s needs: make it first", settings.out(), name(before), name(part));
    }
  }

  private void running(Runnable stop) {
    stopRunning = stop;
    if (stopRequested) {
      stop.run();
    }
  }

  private boolean makeStage(Part stage) {
    if (stage == Part.LAST) {
      forgetDomain();
    }
    boolean finished = PartDirectory.isComplete(trained(stage));
    if (!finished) {
      write(data(stage));
      finished = train(recipe(stage));
    }
    if (finished && stage == Part.LAST) {
      finish();
    }
    return finished;
  }

  /** What is written last: without it the model is another round's, or half written. */
  private Path domain() {
    return model().resolve(ImageDomain.FILE);
  }

  private void forgetDomain() {
    try {
      Files.deleteIfExists(domain());
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot remove '%s'", domain());
    }
  }

  /** A stage's recipe over this build's model and data. */
  private RecipeFile recipe(Part stage) {
    Data data = data(stage);
    Path path = settings.recipes().resolve(name(stage) + ".yaml");
    List<String> overrides = ownData(RecipeFile.read(path, List.of()).recipe(), data.folder());
    overrides.add("model=" + quoted(trained(stage.needed.getFirst())));
    overrides.add("out=" + quoted(folder(stage)));
    overrides.add("seed=" + data.seed());
    return RecipeFile.read(path, overrides);
  }

  /** The last stage's model in half precision, with the images that it knows. */
  private void finish() {
    Path half = folder(Part.LAST).resolve("half");
    if (!PartDirectory.isComplete(half)) {
      Conversion.from(trained(Part.LAST), Optional.empty())
          .write(half, ConversionOptions.DEFAULT.withDtype(DType.F16), WriteProgress.NONE);
    }
    PartDirectory.copyFiles(half, model());
    notes.accept("measuring what drawn scenes look like to the model");
    SceneDomain.write(model(), settings.shape().knownScenes(), settings.seed());
  }

  /** Settings that put a recipe's files of samples where this world's are, by their names. */
  private List<String> ownData(Recipe recipe, Path data) {
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < recipe.data().size(); i++) {
      Recipe.Data one = recipe.data().get(i);
      String key = "data." + i + ".";
      overrides.add(key + "file=" + quoted(data.resolve(one.file().getFileName())));
      overrides.add(key + "images=" + quoted(data.resolve("images")));
      if (one.entities().isPresent()) {
        overrides.add(key + "entities=" + quoted(data.resolve("entities")));
      }
    }
    return overrides;
  }

  /** The model that a part ends with. */
  private Path trained(Part part) {
    return folder(part).resolve("model");
  }

  /**
   * Scenes to train on.
   *
   * @param seed of them, and of the training
   */
  private record Data(Path folder, int scenes, long seed) {}

  private Data data(Part stage) {
    MiniatureShape shape = settings.shape();
    return switch (stage) {
      case ROUND2 -> data("data2", shape.furtherScenes(), 1);
      case ROUND3 -> data("data3", shape.furtherScenes(), 2);
      case ROUND4 -> data("data4", shape.furtherScenes(), 3);
      default -> data("data", shape.scenes(), 0);
    };
  }

  private Data data(String name, int scenes, int seedsOn) {
    return new Data(settings.out().resolve(name), scenes, settings.seed() + seedsOn);
  }

  /** Draws the scenes if they are not there. */
  private void write(Data data) {
    if (Files.isDirectory(data.folder())) {
      return;
    }
    notes.accept("drawing %d scenes in %s".formatted(data.scenes(), data.folder()));
    new WorldWriter(data.folder(), SceneRenderer.SIZE)
        .write(Split.TRAIN, data.seed(), data.scenes(), (done, total) -> {});
  }

  private static String quoted(Path path) {
    return JsonNodeFactory.instance.textNode(path.toString()).toString();
  }

  /**
   * The two pretrained parts as one LLaVA-SG, with new markers, and with projectors and SGE that
   * begin in the language model's words.
   */
  private boolean makeBase() {
    Path joined = folder(Part.BASE).resolve("joined");
    if (!PartDirectory.isComplete(joined)) {
      Conversion.ofParts(parts.llama(), parts.clip(), Optional.empty())
          .write(
              joined,
              ConversionOptions.DEFAULT
                  .withSceneGraph(settings.shape().sceneGraph())
                  .withSeed(settings.seed()),
              WriteProgress.NONE);
    }
    return new WordAlignment(
            joined,
            folder(Part.BASE),
            settings.shape().alignmentSteps(),
            settings.seed(),
            listener,
            notes)
        .write(trained(Part.BASE), this::running);
  }

  private boolean train(RecipeFile file) {
    RecipeRun.Start start =
        Files.isDirectory(file.recipe().out().resolve("checkpoints"))
            ? RecipeRun.Start.RESUMED
            : RecipeRun.Start.ANEW;
    try (RecipeInputs inputs = RecipeInputs.open(file.recipe(), notes);
        RecipeRun run = RecipeRun.open(inputs, start, notes)) {
      running(run::requestStop);
      boolean finished = run.train(listener) == Trainer.End.FINISHED;
      if (finished) {
        run.export(WriteProgress.NONE);
      }
      return finished;
    }
  }

  /** Ends the making after the step that is being done; from any thread. */
  public void requestStop() {
    stopRequested = true;
    stopRunning.run();
  }
}
