package io.llavasg.model;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.CheckpointParameters;
import io.llavasg.checkpoint.LoadReport;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.nn.Parameters;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.HostMemory;
import io.llavasg.tensor.Lifetime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A model with its weights in memory, and the mapped files that they may be pages of. */
public final class LoadedModel implements AutoCloseable {
  /** The language model's token embedding, by this project's names. */
  public static final String EMBEDDING = "language_model.model.embed_tokens.weight";

  private final Lifetime lifetime = new Lifetime();
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final LlavaSgModel model;
  private final LoadReport report;

  private LoadedModel(
      ModelFiles files,
      Function<Map<String, StoredTensor>, Precision> choice,
      Device device,
      Memory memory,
      UnaryOperator<Parameters> around) {
    try {
      Map<String, StoredTensor> tensors = tensors(files, checkpoints);
      Precision precision = choice.apply(tensors);
      if (!device.isCuda()) {
        requireMemory(files, tensors, precision, memory);
      }
      CheckpointParameters parameters =
          new CheckpointParameters(tensors, unused(files.config()), precision, device, lifetime);
      model = new LlavaSgModel(around.apply(parameters), files.config());
      report = parameters.report();
      report.require(files.directory());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Loads a model, strictly. Where {@code auto} meets weights of several dtypes, all are kept in
   * the one of the language model's embedding.
   *
   * @throws LlavaSgException user, if the weights do not fit the manifest; resources, if this
   *     machine's memory is too small
   */
  public static LoadedModel load(ModelFiles files, Precision precision, Device device) {
    return load(files, precision, device, Memory.ofHost());
  }

  /**
   * What there is for weights, in bytes.
   *
   * @param all used or not: pages of files find room as others give theirs up
   * @param free what copies may take
   */
  record Memory(long all, long free) {
    static Memory ofHost() {
      return new Memory(HostMemory.bytes(), HostMemory.freeBytes());
    }
  }

  static LoadedModel load(ModelFiles files, Precision precision, Device device, Memory memory) {
    return new LoadedModel(
        files,
        tensors -> uniform(precision, tensors),
        device.required(),
        memory,
        UnaryOperator.identity());
  }

  /** A published language model may stand beside a vision tower of another dtype. */
  private static Precision uniform(Precision precision, Map<String, StoredTensor> tensors) {
    StoredTensor embedding = tensors.get(EMBEDDING);
    return precision.dtype().isPresent() || embedding == null
        ? precision
        : Precision.of(embedding.dtype());
  }

  /** In what {@link #load} keeps a model's weights, from its files' headers. */
  public static Precision precision(ModelFiles files, Precision precision) {
    List<Checkpoint> opened = new ArrayList<>();
    try {
      return uniform(precision, tensors(files, opened));
    } finally {
      opened.forEach(Checkpoint::close);
    }
  }

  /**
   * Loads a model, strictly, with parameters that are not all as stored.
   *
   * @param around gets the parameters as they are stored, each in its dtype, and gives those that
   *     the model is made of
   */
  public static LoadedModel load(
      ModelFiles files, Device device, UnaryOperator<Parameters> around) {
    return new LoadedModel(
        files, tensors -> Precision.AUTO, device.required(), Memory.ofHost(), around);
  }

  /** Names that a checkpoint may hold beyond what a configuration's model uses. */
  public static WeightMap unused(LlavaSgConfig config) {
    WeightMap map = Layout.LLAVA_HF.weightMap().ignoring("vision_tower\\.post_layernorm\\.");
    for (int i = config.visionLayers(); i < config.vision().numHiddenLayers(); i++) {
      map = map.ignoring("vision_tower\\.encoder\\.layers\\." + i + "\\.");
    }
    if (config.text().tieWordEmbeddings()) {
      map = map.ignoring("language_model\\.lm_head\\.");
    }
    if (config.sceneGraph().isPresent()) {
      SceneGraphConfig graph = config.sceneGraph().get().config();
      if (!graph.messagePassing()) {
        map = map.ignoring("scene_graph\\.message_passing\\.");
      }
      if (!graph.promptAttention()) {
        map = map.ignoring("scene_graph\\.prompt_(norm|proj|attention)\\.");
      }
    }
    return map;
  }

  /**
   * All tensors by this project's names.
   *
   * @param opened gets the files that they are in, to be closed
   */
  private static Map<String, StoredTensor> tensors(ModelFiles files, List<Checkpoint> opened) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (ModelFiles.Weights weights : files.weights()) {
      Checkpoint checkpoint = Checkpoint.open(weights.directory());
      opened.add(checkpoint);
      weights.layout().weightMap().rename(checkpoint.tensors()).forEach(tensors::putIfAbsent);
    }
    return tensors;
  }

  /**
   * Refuses a model that is too large for this machine, from its files' headers: to be asked before
   * other work is done for it. {@link #load} asks, too.
   *
   * @throws LlavaSgException resources
   */
  public static void requireMemory(ModelFiles files, Precision precision, Device device) {
    if (device.isCuda()) {
      return;
    }
    List<Checkpoint> opened = new ArrayList<>();
    try {
      Map<String, StoredTensor> tensors = tensors(files, opened);
      requireMemory(files, tensors, uniform(precision, tensors), Memory.ofHost());
    } finally {
      opened.forEach(Checkpoint::close);
    }
  }

  private static void requireMemory(
      ModelFiles files, Map<String, StoredTensor> tensors, Precision precision, Memory memory) {
    long needed = 0;
    long copied = 0;
    long stored = 0;
    Precision auto = uniform(Precision.AUTO, tensors);
    boolean isUniform = true;
    for (StoredTensor tensor : tensors.values()) {
      TensorInfo info = tensor.info();
      DType wanted = precision.choose(info.dtype());
      long bytes = info.byteSize() / info.dtype().bytes() * wanted.bytes();
      needed += bytes;
      stored += info.byteSize();
      isUniform &= auto.choose(info.dtype()) == info.dtype();
      copied += wanted == info.dtype() ? 0 : bytes;
    }
    if (needed > memory.all) {
      throw LlavaSgException.resources(
          "'%s' needs %.1f GB of memory for its weights, and this machine has %.1f GB; a smaller"
              + " --dtype or a GPU may do",
          files.directory(), needed / 1e9, memory.all / 1e9);
    }
    if (copied > memory.free) {
      throw LlavaSgException.resources(
          "'%s' needs %.1f GB of memory for weights in another --dtype than its own, and %.1f GB"
              + " are free%s",
          files.directory(),
          copied / 1e9,
          memory.free / 1e9,
          isUniform && stored <= memory.all ? "; --dtype auto leaves them as stored" : "");
    }
  }

  public LlavaSgModel model() {
    return model;
  }

  /** Size of the weights in memory, in bytes. */
  public long weightBytes() {
    return lifetime.bytes();
  }

  public LoadReport report() {
    return report;
  }

  @Override
  public void close() {
    lifetime.close();
    checkpoints.forEach(Checkpoint::close);
  }
}
