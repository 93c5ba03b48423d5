package io.llavasg.train.recipe;

import io.llavasg.LlavaSgException;
import io.llavasg.data.CachedEntities;
import io.llavasg.data.DataCheck;
import io.llavasg.data.DataSet;
import io.llavasg.data.DataSource;
import io.llavasg.data.EntitiesSource;
import io.llavasg.data.ExampleMaker;
import io.llavasg.data.ExampleStream;
import io.llavasg.data.FieldEntities;
import io.llavasg.data.FolderEntities;
import io.llavasg.data.Preparation;
import io.llavasg.data.SampleFile;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.Size;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.ModelFiles;
import io.llavasg.perception.cache.PerceptionCache;
import io.llavasg.text.Tokenizer;
import io.llavasg.train.TrainingSettings;
import io.llavasg.train.recipe.Recipe.SceneGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What a recipe reads, opened and checked against each other; no weight is loaded. */
public final class RecipeInputs implements AutoCloseable {
  private final Recipe recipe;
  private final ModelFiles files;
  private final ModelParts parts;
  private final Tokenizer tokenizer;
  private final DataSet data;
  private final ExampleMaker maker;

  private RecipeInputs(Recipe recipe, ModelFiles files, Tokenizer tokenizer, DataSet data) {
    this.recipe = recipe;
    this.files = files;
    this.tokenizer = tokenizer;
    this.data = data;
    parts = ModelParts.of(files);
    parts.require(recipe.trainable());
    maker = new ExampleMaker(preparation(recipe, files), tokenizer);
  }

  /**
   * Opens the model's description, the tokenizer and the data files.
   *
   * @param warnings is told of what cannot be used, a line each; from several threads
   * @throws LlavaSgException user, if one is missing or broken, or does not suit the others
   */
  public static RecipeInputs open(Recipe recipe, Consumer<String> warnings) {
    requirePresent(recipe);
    ModelFiles files = ModelFiles.read(recipe.model(), Optional.empty());
    Tokenizer tokenizer = Tokenizer.load(files.directory());
    try {
      DataSet data = data(recipe, warnings);
      try {
        return new RecipeInputs(recipe, files, tokenizer, data);
      } catch (RuntimeException e) {
        data.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Everything that is missing in one error, so that a user need not find it piece by piece. */
  private static void requirePresent(Recipe recipe) {
    List<String> missing = new ArrayList<>();
    if (!Files.isDirectory(recipe.model())) {
      missing.add("model '%s'".formatted(recipe.model()));
    }
    for (int i = 0; i < recipe.data().size(); i++) {
      Recipe.Data data = recipe.data().get(i);
      if (!Files.isRegularFile(data.file())) {
        missing.add("data.%d.file '%s'".formatted(i, data.file()));
      }
      if (data.images().isPresent() && !Files.isDirectory(data.images().get())) {
        missing.add("data.%d.images '%s'".formatted(i, data.images().get()));
      }
      boolean entities = recipe.reading().sceneGraph() == SceneGraph.PRESENT;
      if (entities && data.entities().isPresent() && !Files.isDirectory(data.entities().get())) {
        missing.add("data.%d.entities '%s'".formatted(i, data.entities().get()));
      }
    }
    if (!missing.isEmpty()) {
      throw LlavaSgException.user(
          "the recipe names what is not there: %s", String.join(", ", missing));
    }
  }

  private static Preparation preparation(Recipe recipe, ModelFiles files) {
    LlavaSgConfig config = files.config();
    int context = config.text().maxPositionEmbeddings();
    if (recipe.reading().maxLength() > context) {
      throw LlavaSgException.user(
          "max_length is %d, and the model's max_position_embeddings %d: it never saw such a position",
          recipe.reading().maxLength(), context);
    }
    ClipImageProcessor processor =
        ClipImageProcessor.read(files.processor(), recipe.reading().aspectRatio());
    int side = config.vision().imageSize();
    if (!processor.crop().equals(new Size(side, side))) {
      throw LlavaSgException.user(
          "the image processor of '%s' crops to %s pixels, and vision_config.image_size is %d",
          files.directory(), processor.crop(), side);
    }
    return new Preparation(
        recipe.reading().template(),
        processor,
        config.vision().gridSize(),
        mostNodes(recipe, files),
        recipe.reading().maxLength(),
        config.text().vocabSize());
  }

  private static OptionalInt mostNodes(Recipe recipe, ModelFiles files) {
    if (recipe.reading().sceneGraph() == SceneGraph.ABSENT) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        files
            .config()
            .sceneGraph()
            .orElseThrow(
                () ->
                    LlavaSgException.user(
                        "scene_graph is true, and '%s' is plain LLaVA: convert it first",
                        files.directory()))
            .config()
            .maxNodes());
  }

  private static DataSet data(Recipe recipe, Consumer<String> warnings) {
    List<DataSource> sources = new ArrayList<>();
    try {
      for (Recipe.Data each : recipe.data()) {
        EntitiesSource entities = entities(recipe, each, warnings);
        SampleFile samples = SampleFile.open(each.file());
        try {
          int count = each.samples().orElse(samples.count());
          sources.add(new DataSource(samples, count, each.images(), entities));
        } catch (RuntimeException e) {
          samples.close();
          throw e;
        }
      }
      return new DataSet(sources);
    } catch (RuntimeException e) {
      sources.forEach(DataSource::close);
      throw e;
    }
  }

  private static EntitiesSource entities(
      Recipe recipe, Recipe.Data data, Consumer<String> warnings) {
    Path beside = data.file().toAbsolutePath().resolveSibling("");
    EntitiesSource own = new FieldEntities(data.entities().orElse(beside));
    if (data.entities().isEmpty() || recipe.reading().sceneGraph() == SceneGraph.ABSENT) {
      return own;
    }
    Path folder = data.entities().get();
    return own.or(
        PerceptionCache.isPresent(folder)
            ? CachedEntities.open(folder, warnings)
            : new FolderEntities(folder));
  }

  public Recipe recipe() {
    return recipe;
  }

  public ModelFiles files() {
    return files;
  }

  public DataSet data() {
    return data;
  }

  /** What the trainer is told, over this data. */
  public TrainingSettings settings() {
    return recipe.settings(data.count());
  }

  /** Parameters that are trained, adapters not counted. */
  public long trainedParameters() {
    return parts.elements(recipe.trainable());
  }

  /** What a training by the recipe needs here. */
  public MemoryEstimate memory() {
    boolean gpu = DeviceMemory.device(recipe.machine().device()).isCuda();
    return MemoryEstimate.of(recipe, parts, gpu);
  }

  /** What it needs on another machine, which has a GPU unless the recipe is for a CPU. */
  public MemoryEstimate memoryElsewhere() {
    String device = recipe.machine().device();
    boolean gpu = device.equals("auto") || DeviceMemory.device(device).isCuda();
    return MemoryEstimate.of(recipe, parts, gpu);
  }

  /** Memory of the device that the recipe means, in bytes; empty where nothing tells. */
  public OptionalLong deviceMemory() {
    return DeviceMemory.of(DeviceMemory.device(recipe.machine().device()));
  }

  /** A check of the samples. */
  public DataCheck check() {
    return new DataCheck(data, maker);
  }

  /** The examples, from the start; to be closed before this. */
  public ExampleStream stream(Consumer<String> warnings) {
    return new ExampleStream(
        data,
        maker,
        new ExampleStream.Settings(
            recipe.reading().grouping(),
            recipe.course().batch(),
            recipe.course().accumulation(),
            recipe.course().seed(),
            recipe.reading().broken(),
            recipe.machine().decoders(),
            FixedReading.of(recipe)),
        warnings);
  }

  @Override
  public void close() {
    data.close();
    tokenizer.close();
  }
}
