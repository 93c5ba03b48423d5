package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LoadedModel;
import io.llavasg.nn.LowRank;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stored parameters, of which those that the settings name are copies to be trained. The rest stays
 * what it is, pages of a mapped file perhaps.
 */
final class TrainableParameters implements Parameters {
  /** What the two markers' embeddings are called where they are trained apart from the table. */
  static final String MARKER_ROWS = "marker_rows";

  private static final String TOWER = "vision_tower";
  private static final String LAYERS = "language_model.model.layers";

  private final Parameters stored;
  private final LlavaSgConfig config;
  private final TrainingSettings settings;
  private final Device device;
  private final Lifetime lifetime;
  private final Map<String, TrainedParameter> trained = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private final Fingerprint fingerprint = new Fingerprint();

  /**
   * @param stored as they lie in their files, on the CPU
   * @param lifetime becomes the owner of everything that is not the files' own pages
   */
  TrainableParameters(
      Parameters stored,
      LlavaSgConfig config,
      TrainingSettings settings,
      Device device,
      Lifetime lifetime) {
    this.stored = stored;
    this.config = config;
    this.settings = settings;
    this.device = device;
    this.lifetime = lifetime;
    for (String name : settings.trainable()) {
      if (ModuleName.of(name).overlaps(TOWER)) {
        throw LlavaSgException.user(
            "trainable names '%s', but the vision tower is never trained", name);
      }
    }
    if (isTrained(MARKER_ROWS)
        && config.text().tieWordEmbeddings()
        && !isTrained(LoadedModel.EMBEDDING)) {
      throw LlavaSgException.user(
          "trainable names 'marker_rows', but this model's embedding is its head, too: name"
              + " '%s' instead",
          LoadedModel.EMBEDDING);
    }
  }

  private boolean isTrained(String parameter) {
    return settings.trainable().stream().anyMatch(name -> ModuleName.of(name).matches(parameter));
  }

  /**
   * The marker rows stand alone where they are trained and the embedding around them is not: so the
   * other rows cannot change.
   */
  private boolean hasMarkerRows() {
    return config.sceneGraph().isPresent()
        && isTrained(MARKER_ROWS)
        && !isTrained(LoadedModel.EMBEDDING);
  }

  @Override
  public boolean contains(String name) {
    return stored.contains(name);
  }

  @Override
  public Tensor get(String name, long... shape) {
    Tensor pages = stored.get(name, shape);
    asked.add(name);
    fingerprint.add(name, pages);
    return isTrained(name) ? train(name, pages) : frozen(pages);
  }

  private Tensor frozen(Tensor pages) {
    try (var scope = Scope.open()) {
      Tensor there = pages.to(settings.weights()).to(device);
      return there == pages ? pages : lifetime.own(there);
    }
  }

  /** Gives a built model its own marker rows, where they are trained. */
  LlavaSgModel withMarkers(LlavaSgModel model) {
    if (!hasMarkerRows()) {
      return model;
    }
    try (var scope = Scope.open()) {
      Tensor rows = Torch.withoutGradients(model::markers);
      return model.withMarkers(train(MARKER_ROWS, rows));
    }
  }

  private Tensor train(String name, Tensor initial) {
    TrainedParameter parameter =
        new TrainedParameter(name, initial, settings.weights(), device, lifetime);
    trained.put(name, parameter);
    return parameter.weight();
  }

  /**
   * A new adapter, whose update is zero: A is uniform within ±1 / √in, as its authors draw it, and
   * B is zero.
   */
  @Override
  public Optional<LowRank> adapter(String layer, int in, int out) {
    if (settings.lora().isEmpty() || !ModuleName.of(LAYERS).matches(layer)) {
      return Optional.empty();
    }
    Lora lora = settings.lora().get();
    try (var scope = Scope.open()) {
      Torch.seed(Seeds.of(settings.seed(), layer.hashCode(), 0));
      double bound = 1 / Math.sqrt(in);
      Tensor down =
          Tensor.empty(DType.F32, Device.CPU, lora.rank(), in).uniformInPlace(-bound, bound);
      Tensor up = Tensor.zeros(DType.F32, Device.CPU, out, lora.rank());
      return Optional.of(
          new LowRank(
              train(layer + ".lora_A.weight", down),
              train(layer + ".lora_B.weight", up),
              lora.scale(),
              lora.dropout()));
    }
  }

  /**
   * The trained parameters, in the order in which the model asked for them.
   *
   * @throws LlavaSgException user, if a name of the settings stands for none of them
   */
  List<TrainedParameter> trained() {
    for (String name : settings.trainable()) {
      ModuleName module = ModuleName.of(name);
      boolean markers = name.equals(MARKER_ROWS) && config.sceneGraph().isPresent();
      if (!markers && trained.keySet().stream().noneMatch(module::matches)) {
        throw LlavaSgException.user(
            "trainable names '%s', which is no part of this model; its parts are %s",
            name, String.join(", ", parts()));
      }
    }
    for (String name : settings.optimisation().learningRates().keySet()) {
      if (trained.keySet().stream().noneMatch(ModuleName.of(name)::matches)) {
        throw LlavaSgException.user(
            "learning_rates names '%s', and nothing of that name is trained", name);
      }
    }
    return List.copyOf(trained.values());
  }

  /** Of the model as it is stored; to be asked for once, when the model is built. */
  String fingerprint() {
    return fingerprint.finish();
  }

  private List<String> parts() {
    Set<String> parts = new LinkedHashSet<>();
    asked.forEach(name -> parts.add(name.substring(0, name.indexOf('.'))));
    parts.remove(TOWER);
    List<String> all = new ArrayList<>(parts);
    if (config.sceneGraph().isPresent()) {
      all.add(MARKER_ROWS);
    }
    return all;
  }
}
