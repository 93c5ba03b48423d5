package io.llavasg.mini.perception;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.image.DetectorImageProcessor;
import io.llavasg.image.Normalize;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.PatchWhitening;
import io.llavasg.mini.Planes;
import io.llavasg.mini.RegionPooling;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.swin.SwinConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import io.llavasg.train.Muon;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The Swin that tagger and detector begin with, trained to name regions. The published models began
 * with one that had been trained on ImageNet's names of whole pictures.
 */
final class BackboneApprenticeship
    implements Apprenticeship<BackboneNetwork, BackboneApprenticeship.Batch> {
  /** Of tagger and detector, too. */
  static final SwinConfig CONFIG =
      SwinConfig.of(64, List.of(2, 4), List.of(2, 4), 7).withPatchSize(8);

  private static final List<String> LABELS = Kind.ALL.stream().map(Kind::word).toList();

  /** Pictures on which patches are whitened: the first training scenes, whatever the seed. */
  private static final int EXAMPLES = 400;

  private static final Normalize NORMALIZER = DetectorImageProcessor.PUBLISHED.normalize();

  /**
   * @param regions for each stage's map
   * @param labels of all regions
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Batch(Planes pixels, List<RegionPooling> regions, long[] labels) {}

  @Override
  public int batchSize() {
    return 32;
  }

  @Override
  public long patches() {
    long side = SceneRenderer.SIZE / CONFIG.patchSize();
    return side * side;
  }

  @Override
  public Optimisation optimisation() {
    Muon muon = new Muon(.02, .95, Pattern.compile("(blocks|downsample)\\..*\\.weight$"));
    return new Optimisation(1e-3, Map.of(), .03, 0, .9, .98, 1e-8, 1, Optional.of(muon));
  }

  @Override
  public Initialisation initialisation() {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    SceneRenderer renderer = new SceneRenderer();
    List<RgbImage> pictures =
        LongStream.range(0, EXAMPLES).mapToObj(generator::scene).map(renderer::render).toList();
    float[] pixels = Planes.of(pictures, NORMALIZER::apply).values();
    return Initialisation.empty()
        .with(
            "patch_embeddings\\.projection\\.weight",
            PatchWhitening.of(pixels, SceneRenderer.SIZE, CONFIG.patchSize()))
        .then(Initialisations.SWIN);
  }

  @Override
  public BackboneNetwork build(Parameters parameters) {
    return new BackboneNetwork(parameters, CONFIG, LABELS.size());
  }

  @Override
  public Batch prepare(List<PerceptionExample> examples, long seed) {
    List<List<Mask>> masks =
        examples.stream().map(one -> one.entities().stream().map(Entity::mask).toList()).toList();
    List<RegionPooling> regions = new ArrayList<>();
    for (int stage = 0; stage < CONFIG.stages(); stage++) {
      regions.add(RegionPooling.of(masks, SceneRenderer.SIZE / CONFIG.patchSize() >> stage));
    }
    long[] labels =
        examples.stream()
            .flatMap(one -> one.entities().stream())
            .mapToLong(entity -> LABELS.indexOf(entity.label()))
            .toArray();
    return new Batch(
        Planes.of(PerceptionExample.images(examples), NORMALIZER::apply), regions, labels);
  }

  @Override
  public Tensor loss(BackboneNetwork network, Batch batch) {
    try (var scope = Scope.open()) {
      Tensor labels = Tensor.of(batch.labels, batch.labels.length);
      List<Tensor> logits = network.logits(batch.pixels.tensor(), batch.regions);
      Tensor sum = Functional.crossEntropySum(logits.getFirst(), labels);
      for (Tensor later : logits.subList(1, logits.size())) {
        sum = sum.add(Functional.crossEntropySum(later, labels));
      }
      return scope.keep(sum.div((double) batch.labels.length));
    }
  }

  @Override
  public void describe(Path directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("model_type", "swin");
    json.put("embed_dim", CONFIG.embedDim());
    json.put("window_size", CONFIG.windowSize());
    json.put("patch_size", CONFIG.patchSize());
    Manifest.put(json, "depths", CONFIG.depths());
    Manifest.put(json, "num_heads", CONFIG.numHeads());
    Manifest.write(directory.resolve(Manifest.CONFIG), json);
    Manifest.write(directory.resolve("labels.txt"), LABELS);
  }

  @Override
  public Map<String, Double> evaluate(Path directory, List<PerceptionExample> examples) {
    try (LoadedNetwork<BackboneNetwork> loaded = load(directory)) {
      long right = 0;
      long all = 0;
      for (int from = 0; from < examples.size(); from += batchSize()) {
        int to = Math.min(examples.size(), from + batchSize());
        Batch batch = prepare(examples.subList(from, to), 0);
        long[] best =
            Torch.infer(
                () -> {
                  try (var scope = Scope.open()) {
                    Tensor pixels = batch.pixels.tensor();
                    return loaded
                        .network()
                        .logits(pixels, batch.regions)
                        .getLast()
                        .argmax(1)
                        .toLongs();
                  }
                });
        for (int i = 0; i < best.length; i++) {
          right += best[i] == batch.labels[i] ? 1 : 0;
        }
        all += best.length;
      }
      return Map.of("accuracy", (double) right / all);
    }
  }

  private LoadedNetwork<BackboneNetwork> load(Path directory) {
    return LoadedNetwork.load(
        directory.resolve(Manifest.WEIGHTS),
        WeightMap.of(),
        Precision.of(DType.F32),
        Device.CPU,
        this::build);
  }

  /**
   * A trained backbone's weights as what another network's Swin begins with.
   *
   * @param directory of a finished one
   */
  static Initialisation trained(Path directory) {
    SavedSwin saved = new SavedSwin();
    try (var loaded =
        LoadedNetwork.load(
            directory.resolve(Manifest.WEIGHTS),
            WeightMap.of(),
            Precision.of(DType.F32),
            Device.CPU,
            parameters ->
                new BackboneNetwork(saved.recording(parameters), CONFIG, LABELS.size()))) {
      return saved.initialisation();
    }
  }
}
