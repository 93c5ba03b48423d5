package io.llavasg.mini.model;

import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.graph.Mask;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.mini.Ahead;
import io.llavasg.mini.Planes;
import io.llavasg.mini.PretrainingRun;
import io.llavasg.mini.RegionPooling;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.language.Note;
import io.llavasg.mini.world.language.Notes;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.model.Projector;
import io.llavasg.model.convert.Conversion;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.sge.SceneGraphExpression;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.text.Tokenizer;
import io.llavasg.train.Fingerprint;
import io.llavasg.train.Initialisation;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lets W_v, SGE and W_g begin in the language model's words: what they make of a patch or a node is
 * to be near what its thing's note is at one glance. A large language model finds out what
 * projected features mean from captions alone (the paper's stage 1); a small one, whose attention
 * is spread over two hundred tokens that mean nothing to it yet, does not begin to.
 *
 * @param joined the model as its parts were joined
 * @param folder of checkpoints, logs and the aligned weights
 * @param steps of {@value #BATCH} scenes each
 */
record WordAlignment(
    Path joined,
    Path folder,
    int steps,
    long seed,
    TrainingListener listener,
    Consumer<String> notes) {
  private static final int BATCH = 16;
  private static final double LEARNING_RATE = 2e-3;

  private static final Pattern ALIGNED =
      Pattern.compile("^(multi_modal_projector|scene_graph|scene_graph_projector)\\.");

  /**
   * What is trained.
   *
   * @param messages SGE as it is
   * @param silent the same without message passing, as some rows of Table II have it
   */
  private record Projections(
      Mlp ofImages, SceneGraphExpression messages, SceneGraphExpression silent, Mlp ofGraphs) {
    static Projections of(Parameters parameters, LlavaSgConfig config) {
      int features = config.vision().hiddenSize();
      int size = config.text().hiddenSize();
      SceneGraphConfig graph = config.sceneGraph().orElseThrow().config();
      Parameters module = parameters.in("scene_graph");
      return new Projections(
          Projector.of(
              parameters.in("multi_modal_projector"), features, size, config.projectorAct()),
          new SceneGraphExpression(module, graph, features, size),
          new SceneGraphExpression(module, graph.withMessagePassing(false), features, size),
          Projector.of(
              parameters.in("scene_graph_projector"),
              graph.hiddenSize(),
              size,
              config.projectorAct()));
    }

    /** By turns, so that W_g begins with either. */
    SceneGraphExpression expression(int step) {
      return step % 2 == 0 ? messages : silent;
    }
  }

  /**
   * A batch, in plain Java.
   *
   * @param notes of each picture those of each thing, and last that of the background
   * @param shares (pictures, places, most notes of a picture): how much of a place each note is
   *     about
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Batch(
      Planes pixels, RegionPooling regions, List<List<Glance>> notes, float[] shares) {}

  /**
   * Trains them, and writes the model with them.
   *
   * @param out a directory that is not there yet
   * @param running is given what ends it after the step that is being done
   * @return whether it is finished
   */
  boolean write(Path out, Consumer<Runnable> running) {
    Torch.threads(1);
    ModelFiles files = ModelFiles.read(joined, Optional.empty());
    Path aligned = folder.resolve("aligned.safetensors");
    if (!train(files, aligned, running)) {
      return false;
    }
    try (SafetensorsFile weights = SafetensorsFile.open(aligned)) {
      Conversion.rewrite(
          files,
          out,
          stored ->
              weights.tensors().containsKey(stored.name())
                  ? Optional.of(sink -> sink.accept(weights.tensor(stored.name()).data()))
                  : Optional.empty(),
          WriteProgress.NONE);
    }
    return true;
  }

  private boolean train(ModelFiles files, Path aligned, Consumer<Runnable> running) {
    try (LoadedModel loaded = LoadedModel.load(files, Precision.of(DType.F32), Device.CPU);
        Tokenizer tokenizer = Tokenizer.load(joined)) {
      ClipImageProcessor processor = ClipImageProcessor.read(joined, AspectRatio.PAD);
      int grid = files.config().vision().imageSize() / files.config().vision().patchSize();
      SceneGenerator generator = new SceneGenerator(Split.TRAIN);
      Optimisation adam =
          new Optimisation(LEARNING_RATE, Map.of(), .05, 0, .9, .99, 1e-8, 1, Optional.empty());
      NetworkTrainer.Settings settings =
          new NetworkTrainer.Settings(
              adam, steps, seed, Map.of("data", BATCH + " scenes", "model", fingerprint()));
      try (Ahead<Batch> ahead =
              new Ahead<>(step -> batch(generator, step, processor, grid, tokenizer));
          NetworkTrainer<Projections> trainer =
              NetworkTrainer.of(
                  stored(weights()),
                  settings,
                  parameters -> Projections.of(parameters, files.config()))) {
        running.accept(trainer::requestStop);
        long positions = (long) BATCH * grid * grid;
        boolean finished =
            new PretrainingRun(folder, "alignment", positions, positions, listener, notes)
                .of(
                    trainer,
                    steps,
                    (network, step) -> loss(network, step, loaded.model(), ahead.of(step)));
        if (finished) {
          trainer.write(aligned, DType.F32);
        }
        return finished;
      }
    }
  }

  /** Of the joined model's weights: aligned to another's words, nothing fits. */
  private String fingerprint() {
    Fingerprint fingerprint = new Fingerprint();
    try (SafetensorsFile weights = SafetensorsFile.open(weights())) {
      for (String name : weights.tensors().keySet()) {
        Torch.infer(
            () -> {
              fingerprint.add(name, tensor(weights.tensor(name)));
              return name;
            });
      }
    }
    return fingerprint.finish();
  }

  private static Tensor tensor(StoredTensor stored) {
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  private Path weights() {
    return joined.resolve("model.safetensors");
  }

  /** Initial values are those of a file. */
  private static Initialisation stored(Path file) {
    Initialisation rules = Initialisation.empty();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      for (String name : weights.tensors().keySet()) {
        if (ALIGNED.matcher(name).find()) {
          StoredTensor stored = weights.tensor(name);
          long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
          float[] values = Torch.infer(() -> tensor(stored).toFloats());
          rules =
              rules.with(
                  "^" + Pattern.quote(name),
                  (parameter, fanIn) -> parameter.copyInPlace(Tensor.of(values, shape)));
        }
      }
    }
    return rules;
  }

  private Batch batch(
      SceneGenerator generator,
      long step,
      ClipImageProcessor processor,
      int grid,
      Tokenizer tokenizer) {
    SceneRenderer renderer = new SceneRenderer();
    List<Scene> scenes =
        IntStream.range(0, BATCH)
            .mapToObj(i -> Chance.of(seed).split("alignment").split(step * BATCH + i).next())
            .map(generator::scene)
            .toList();
    List<List<Mask>> masks = scenes.stream().map(renderer::masks).toList();
    List<List<Glance>> notes =
        scenes.stream()
            .map(scene -> notes(scene).map(note -> Glance.of(note, tokenizer)).toList())
            .toList();
    return new Batch(
        Planes.of(scenes.stream().map(renderer::render).toList(), processor::apply),
        RegionPooling.of(masks, grid),
        notes,
        shares(masks, grid));
  }

  private static Stream<Note> notes(Scene scene) {
    return Stream.concat(Notes.ofThings(scene).stream(), Stream.of(Notes.ofBackground(scene)));
  }

  /** (pictures, places, most things and the background): how much of each place a thing covers. */
  static float[] shares(List<List<Mask>> masks, int grid) {
    int most = 1 + masks.stream().mapToInt(List::size).max().orElseThrow();
    float[] shares = new float[masks.size() * grid * grid * most];
    for (int picture = 0; picture < masks.size(); picture++) {
      List<Mask> things = masks.get(picture);
      int size = things.getFirst().width();
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          int place = y * grid / size * grid + x * grid / size;
          int thing = 0;
          while (thing < things.size() && !things.get(thing).at(x, y)) {
            thing++;
          }
          shares[(picture * grid * grid + place) * most + thing] +=
              (float) (grid * grid) / (size * size);
        }
      }
    }
    return shares;
  }

  /** ‖made − wanted‖² / ‖wanted‖², of patches plus of nodes. */
  private static Tensor loss(Projections network, int step, LlavaSgModel model, Batch batch) {
    try (var scope = Scope.open()) {
      Tensor features = Torch.withoutGradients(() -> model.visionFeatures(batch.pixels.tensor()));
      Tensor pooled = Torch.withoutGradients(() -> batch.regions.of(features));
      Tensor said = Torch.withoutGradients(() -> said(model, batch));
      List<Tensor> nodes = new ArrayList<>();
      List<Tensor> things = new ArrayList<>();
      long from = 0;
      for (int picture = 0; picture < batch.notes.size(); picture++) {
        int count = batch.notes.get(picture).size() - 1;
        Tensor entities = pooled.narrow(0, from, count).unsqueeze(0);
        Tensor noPrompt = Tensor.zeros(DType.F32, Device.CPU, 1, 0, said.size(2));
        Tensor graph = network.expression(step).forward(entities, noPrompt).graph();
        nodes.add(network.ofGraphs.forward(graph).select(0, 0));
        things.add(said.select(0, picture).narrow(0, 0, count));
        from += count;
      }
      Tensor shares = Tensor.of(batch.shares, batch.notes.size(), features.size(1), said.size(1));
      Tensor patches = missing(network.ofImages.forward(features), shares.matmul(said));
      Tensor graphs =
          missing(
              Functional.cat(0, nodes.toArray(Tensor[]::new)),
              Functional.cat(0, things.toArray(Tensor[]::new)));
      return scope.keep(patches.add(graphs));
    }
  }

  private static Tensor missing(Tensor made, Tensor wanted) {
    Tensor difference = made.sub(wanted);
    return difference.mul(difference).sum().div(wanted.mul(wanted).sum());
  }

  /** What each note is to a language model that reads it at one glance (pictures, most, size). */
  private static Tensor said(LlavaSgModel model, Batch batch) {
    List<Document> rows = batch.notes.stream().map(Document::glances).toList();
    return NextToken.embedded(model.languageModel(), Rows.of(rows));
  }
}
