package io.llavasg.mini.perception;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.image.DetectorImageProcessor;
import io.llavasg.mini.Planes;
import io.llavasg.mini.perception.SetLoss.Truth;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.Detection;
import io.llavasg.perception.groundingdino.BertConfig;
import io.llavasg.perception.groundingdino.Caption;
import io.llavasg.perception.groundingdino.Captions;
import io.llavasg.perception.groundingdino.GroundingDinoConfig;
import io.llavasg.perception.groundingdino.GroundingDinoConfig.BoxHeads;
import io.llavasg.perception.groundingdino.GroundingDinoConfig.Stack;
import io.llavasg.perception.groundingdino.GroundingDinoDetector;
import io.llavasg.perception.groundingdino.GroundingDinoModel;
import io.llavasg.perception.groundingdino.Variant;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.WordPieceVocabulary;
import io.llavasg.train.Initialisation;
import io.llavasg.train.Muon;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A small Grounding-DINO. Closing it closes its tokenizer. */
final class DetectorApprenticeship
    implements Apprenticeship<GroundingDinoModel, DetectorApprenticeship.Batch>, AutoCloseable {
  private static final WordPieceVocabulary VOCABULARY = WorldVocabulary.of(Kind.ALL);
  private static final int HEADS = 4;
  private static final int POINTS = 3;
  private static final Stack ENCODER = new Stack(2, 256, HEADS, POINTS);
  private static final Stack DECODER = new Stack(3, 256, HEADS, POINTS);

  private static final GroundingDinoConfig CONFIG =
      new GroundingDinoConfig(
          BackboneApprenticeship.CONFIG,
          new TreeSet<>(List.of(1, 2)),
          new BertConfig(VOCABULARY.pieces().size(), 64, 1, 2, 128, 16, 2, 1e-12, Activation.GELU),
          64,
          ENCODER,
          DECODER,
          2,
          30,
          256,
          20,
          1e-5,
          Activation.RELU,
          BoxHeads.SHARED,
          Variant.OFFICIAL);

  /**
   * Of the layers of Swin, encoder and decoder, but not of what chooses where to look; see
   * docs/experiments.md.
   */
  private static final Muon MUON =
      new Muon(
          .005,
          .95,
          Pattern.compile("layers\\..*(query|key|value|dense|fc1|fc2|proj|reduction)\\.weight$"));

  /** Of a photo that is not square, no side gets longer than this. */
  private static final int LONGEST = 186;

  private final DetectorImageProcessor processor = DetectorImageProcessor.PUBLISHED;
  private final Captions captions =
      new Captions(Tokenizer.of(VOCABULARY.toTokenizerJson(), "the world's words"), CONFIG);

  private final Initialisation backbone;

  /**
   * @param backbone what its Swin begins with
   */
  DetectorApprenticeship(Initialisation backbone) {
    this.backbone = backbone;
  }

  /** Pictures of one caption. */
  record Batch(Planes pixels, Caption caption, List<List<Truth>> truths) {}

  @Override
  public int batchSize() {
    return 16;
  }

  @Override
  public long patches() {
    long side = SceneRenderer.SIZE / CONFIG.backbone().patchSize();
    return side * side;
  }

  @Override
  public Optimisation optimisation() {
    return new Optimisation(
        1e-3, Map.of("model.backbone", 3e-4), .03, 1e-4, .9, .999, 1e-8, 1, Optional.of(MUON));
  }

  @Override
  public Initialisation initialisation() {
    return backbone.then(Initialisations.groundingDino(CONFIG));
  }

  @Override
  public GroundingDinoModel build(Parameters parameters) {
    return new GroundingDinoModel(parameters, CONFIG);
  }

  @Override
  public Batch prepare(List<PerceptionExample> examples, long seed) {
    Caption caption = captions.of(named(examples, new Random(seed))).getFirst();
    List<String> labels = caption.tags().stream().map(Caption.Tag::label).toList();
    List<List<Truth>> truths = new ArrayList<>();
    for (PerceptionExample example : examples) {
      List<Truth> own = new ArrayList<>();
      for (Entity entity : example.entities()) {
        int phrase = labels.indexOf(entity.label());
        if (phrase >= 0) {
          own.add(truth(phrase, entity.box().orElseThrow()));
        }
      }
      truths.add(own);
    }
    // Pictures have the size that the processor would give them.
    return new Batch(
        Planes.of(PerceptionExample.images(examples), processor.normalize()::apply),
        caption,
        truths);
  }

  private static Truth truth(int phrase, Box box) {
    double size = SceneRenderer.SIZE;
    return new Truth(
        phrase,
        (float) ((box.x0() + box.x1()) / 2 / size),
        (float) ((box.y0() + box.y1()) / 2 / size),
        (float) (box.width() / size),
        (float) (box.height() / size));
  }

  /**
   * What the pictures are asked for: all kinds; or some of them; or those of one picture and a few
   * others, as a tagger would name them.
   */
  private static List<String> named(List<PerceptionExample> examples, Random random) {
    List<String> all = new ArrayList<>(Kind.ALL.stream().map(Kind::word).toList());
    Collections.shuffle(all, random);
    int choice = random.nextInt(3);
    if (choice == 0) {
      return all;
    }
    if (choice == 1) {
      return all.subList(0, 1 + all.size() / 4 + random.nextInt(all.size() * 3 / 4));
    }
    List<String> some = new ArrayList<>(examples.get(random.nextInt(examples.size())).labels());
    some.addAll(all.subList(0, random.nextInt(6)));
    List<String> distinct = new ArrayList<>(new TreeSet<>(some));
    Collections.shuffle(distinct, random);
    return distinct;
  }

  @Override
  public Tensor loss(GroundingDinoModel network, Batch batch) {
    try (var scope = Scope.open()) {
      var outputs = network.everyLayer(batch.pixels.tensor(), batch.caption.prompt());
      return scope.keep(SetLoss.PUBLISHED.of(outputs, batch.caption, batch.truths));
    }
  }

  @Override
  public void describe(Path directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("model_type", "grounding-dino");
    ObjectNode swin = json.putObject("backbone_config").put("model_type", "swin");
    swin.put("image_size", SceneRenderer.SIZE).put("embed_dim", CONFIG.backbone().embedDim());
    swin.put("window_size", CONFIG.backbone().windowSize());
    swin.put("patch_size", CONFIG.backbone().patchSize());
    Manifest.put(swin, "depths", CONFIG.backbone().depths());
    Manifest.put(swin, "num_heads", CONFIG.backbone().numHeads());
    Manifest.put(swin, "out_indices", CONFIG.backboneStages());
    BertConfig text = CONFIG.text();
    json.putObject("text_config")
        .put("model_type", "bert")
        .put("vocab_size", text.vocabSize())
        .put("hidden_size", text.hiddenSize())
        .put("num_hidden_layers", text.numHiddenLayers())
        .put("num_attention_heads", text.numAttentionHeads())
        .put("intermediate_size", text.intermediateSize())
        .put("max_position_embeddings", text.maxPositionEmbeddings())
        .put("type_vocab_size", text.typeVocabSize())
        .put("layer_norm_eps", text.layerNormEps())
        .put("hidden_act", "gelu");
    json.put("d_model", CONFIG.dModel());
    put(json, "encoder", ENCODER);
    put(json, "decoder", DECODER);
    json.put("num_feature_levels", CONFIG.numFeatureLevels());
    json.put("num_queries", CONFIG.numQueries());
    json.put("max_text_len", CONFIG.maxTextLen());
    Manifest.write(directory.resolve(Manifest.CONFIG), json);
    ObjectNode preparation = JsonNodeFactory.instance.objectNode();
    preparation
        .putObject("size")
        .put("shortest_edge", SceneRenderer.SIZE)
        .put("longest_edge", LONGEST);
    Manifest.write(directory.resolve("preprocessor_config.json"), preparation);
    Manifest.write(directory.resolve("vocab.txt"), VOCABULARY.pieces());
  }

  private static void put(ObjectNode json, String name, Stack stack) {
    json.put(name + "_layers", stack.layers())
        .put(name + "_ffn_dim", stack.ffnDim())
        .put(name + "_attention_heads", stack.heads())
        .put(name + "_n_points", stack.points());
  }

  /** Asked, as a good tagger would have it, for the kinds that are there. */
  @Override
  public Map<String, Double> evaluate(Path directory, List<PerceptionExample> examples) {
    DetectionCount count = new DetectionCount();
    ContactMeans recall = new ContactMeans();
    try (GroundingDinoDetector detector =
        GroundingDinoDetector.load(directory, Precision.of(DType.F32), Device.CPU)) {
      for (PerceptionExample example : examples) {
        List<Detection> found = detector.detect(example.image(), List.copyOf(example.labels()));
        List<Boolean> seen = count.add(found, example.entities());
        List<Contact> contacts = example.contacts();
        for (int i = 0; i < seen.size(); i++) {
          recall.add(contacts.get(i), seen.get(i) ? 1 : 0);
        }
      }
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("precision", count.precision());
    recall.into(figures, "recall");
    return figures;
  }

  @Override
  public void close() {
    captions.close();
  }
}
