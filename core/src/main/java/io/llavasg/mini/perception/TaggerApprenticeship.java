package io.llavasg.mini.perception;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.mini.Planes;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.Tag;
import io.llavasg.perception.ram.RamConfig;
import io.llavasg.perception.ram.RamModel;
import io.llavasg.perception.ram.RamProcessor;
import io.llavasg.perception.ram.RamTagger;
import io.llavasg.perception.ram.TagVocabulary;
import io.llavasg.perception.swin.SwinConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;
import io.llavasg.train.Muon;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A small RAM. */
final class TaggerApprenticeship implements Apprenticeship<RamModel, TaggerApprenticeship.Batch> {
  private static final List<String> TAGS = Kind.ALL.stream().map(Kind::word).toList();

  /**
   * How many tags too many are as bad as one too few: the detector refuses what it does not find,
   * and never looks for what it is not told of.
   */
  private static final int MISSED = 10_000;

  /** Of all layers; see docs/experiments.md. */
  private static final Muon MUON =
      new Muon(
          .005, .95, Pattern.compile("layers?\\..*(query|key|value|dense|reduction)\\.weight$"));

  private static final RamConfig CONFIG =
      new RamConfig(
          SceneRenderer.SIZE,
          BackboneApprenticeship.CONFIG,
          new RamConfig.Head(96, 96, 384, 2, 4, 1e-12, Activation.GELU));

  private final RamProcessor processor = new RamProcessor(CONFIG.imageSize());

  private final Initialisation backbone;

  /**
   * @param backbone what its Swin begins with
   */
  TaggerApprenticeship(Initialisation backbone) {
    this.backbone = backbone;
  }

  /**
   * @param targets B × tags, 0 or 1
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Batch(Planes pixels, float[] targets) {}

  @Override
  public int batchSize() {
    return 32;
  }

  @Override
  public long patches() {
    long side = SceneRenderer.SIZE / CONFIG.swin().patchSize();
    return side * side;
  }

  @Override
  public Optimisation optimisation() {
    return new Optimisation(
        1e-3, Map.of("visual_encoder", 3e-4), .05, .05, .9, .999, 1e-8, 1, Optional.of(MUON));
  }

  @Override
  public Initialisation initialisation() {
    return backbone.then(Initialisations.RAM);
  }

  @Override
  public RamModel build(Parameters parameters) {
    return new RamModel(parameters, CONFIG, TAGS.size());
  }

  @Override
  public Batch prepare(List<PerceptionExample> examples, long seed) {
    float[] targets = new float[examples.size() * TAGS.size()];
    for (int i = 0; i < examples.size(); i++) {
      for (String label : examples.get(i).labels()) {
        targets[i * TAGS.size() + TAGS.indexOf(label)] = 1;
      }
    }
    return new Batch(Planes.of(PerceptionExample.images(examples), processor::apply), targets);
  }

  @Override
  public Tensor loss(RamModel network, Batch batch) {
    try (var scope = Scope.open()) {
      Tensor tokens = network.visualTokens(batch.pixels.tensor());
      Tensor logits = network.logits(network.tagQueries(), network.imageEmbeddings(tokens));
      Tensor targets = Tensor.of(batch.targets, logits.shape());
      return scope.keep(AsymmetricLoss.RAM.of(logits, targets).div((double) logits.size(0)));
    }
  }

  @Override
  public void describe(Path directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    SwinConfig swin = CONFIG.swin();
    json.put("image_res", CONFIG.imageSize());
    json.put("vision_width", CONFIG.visionWidth());
    json.put("embed_dim", swin.embedDim());
    json.put("window_size", swin.windowSize());
    json.put("patch_size", swin.patchSize());
    Manifest.put(json, "depths", swin.depths());
    Manifest.put(json, "num_heads", swin.numHeads());
    RamConfig.Head head = CONFIG.head();
    json.putObject("q2l")
        .put("encoder_width", head.embeddingSize())
        .put("hidden_size", head.hiddenSize())
        .put("intermediate_size", head.intermediateSize())
        .put("num_hidden_layers", head.numHiddenLayers())
        .put("num_attention_heads", head.numAttentionHeads())
        .put("layer_norm_eps", head.layerNormEps())
        .put("hidden_act", "gelu");
    Manifest.write(directory.resolve(Manifest.CONFIG), json);
    Manifest.write(directory.resolve(TagVocabulary.NAMES_FILE), TAGS);
    writeThresholds(directory, Collections.nCopies(TAGS.size(), .5));
  }

  private static void writeThresholds(Path directory, List<Double> thresholds) {
    Manifest.write(
        directory.resolve(TagVocabulary.THRESHOLDS_FILE),
        thresholds.stream().map(value -> String.format(Locale.ROOT, "%.3f", value)).toList());
  }

  /** For each tag the threshold with the fewest mistakes, one that is missed counted as many. */
  @Override
  public void tune(Path directory, Supplier<List<PerceptionExample>> pictures) {
    List<PerceptionExample> examples = pictures.get();
    writeThresholds(directory, Collections.nCopies(TAGS.size(), 0.0));
    List<List<Tag>> scores = tags(directory, examples);
    List<Double> thresholds = new ArrayList<>();
    for (String tag : TAGS) {
      Map<Double, Integer> signs = new TreeMap<>();
      for (int i = 0; i < examples.size(); i++) {
        double score = score(scores.get(i), tag);
        signs.merge(score, examples.get(i).labels().contains(tag) ? MISSED : -1, Integer::sum);
      }
      thresholds.add(Thresholds.best(signs));
    }
    writeThresholds(directory, thresholds);
  }

  private static double score(List<Tag> tags, String name) {
    return tags.stream().filter(tag -> tag.name().equals(name)).mapToDouble(Tag::score).sum();
  }

  private static List<List<Tag>> tags(Path directory, List<PerceptionExample> examples) {
    try (RamTagger tagger = RamTagger.load(directory, Precision.of(DType.F32), Device.CPU)) {
      return tagger.tagAll(examples.stream().map(PerceptionExample::image).toList());
    }
  }

  @Override
  public Map<String, Double> evaluate(Path directory, List<PerceptionExample> examples) {
    List<List<Tag>> tags = tags(directory, examples);
    int right = 0;
    int given = 0;
    int there = 0;
    for (int i = 0; i < examples.size(); i++) {
      Set<String> truth = examples.get(i).labels();
      right += (int) tags.get(i).stream().filter(tag -> truth.contains(tag.name())).count();
      given += tags.get(i).size();
      there += truth.size();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("precision", (double) right / Math.max(1, given));
    figures.put("recall", (double) right / there);
    figures.put("F1", 2.0 * right / (given + there));
    return figures;
  }
}
