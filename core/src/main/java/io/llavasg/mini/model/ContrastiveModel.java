package io.llavasg.mini.model;

import static io.llavasg.train.Initialisation.normal;

import io.llavasg.mini.RegionPooling;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import io.llavasg.vision.ClipTextEncoder;
import io.llavasg.vision.ClipVisionConfig;
import io.llavasg.vision.ClipVisionTower;
import io.llavasg.vision.ClipVisionTower.HiddenStates;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CLIP as a whole (Radford et al., 2021): a vision tower and a text encoder whose features are
 * projected to one space, in which a picture and its caption are to lie close together; and, as
 * RegionCLIP has it (Zhong et al., 2022), a part of a picture and what it is called, for those
 * features of parts that LLaVA reads.
 */
final class ContrastiveModel {
  /** A learned temperature does not get below 1 / 100. */
  private static final double LARGEST_LOG_SCALE = Math.log(100);

  private static final double EPSILON = 1e-12;

  /** Of the pictures' contrast beside the regions': LLaVA reads patches, not the class token. */
  private static final double PICTURE_WEIGHT = .3;

  private final ClipVisionTower tower;
  private final LayerNorm postNorm;
  private final Linear visualProjection;
  private final LayerNorm regionNorm;
  private final Linear regionProjection;
  private final ClipTextEncoder text;
  private final Linear textProjection;
  private final Tensor logitScale;
  private final int projection;

  ContrastiveModel(Parameters parameters, ClipShape shape) {
    ClipVisionConfig vision = shape.vision();
    projection = shape.projection();
    Parameters seeing = parameters.in("vision_model");
    tower = new ClipVisionTower(seeing, vision, vision.numHiddenLayers());
    postNorm =
        LayerNorm.of(seeing.in("post_layernorm"), vision.hiddenSize(), vision.layerNormEps());
    visualProjection =
        Linear.withoutBias(parameters.in("visual_projection"), vision.hiddenSize(), projection);
    regionNorm =
        LayerNorm.of(parameters.in("region_norm"), vision.hiddenSize(), vision.layerNormEps());
    regionProjection =
        Linear.withoutBias(parameters.in("region_projection"), vision.hiddenSize(), projection);
    text = new ClipTextEncoder(parameters.in("text_model"), shape.text());
    textProjection =
        Linear.withoutBias(parameters.in("text_projection"), shape.text().hiddenSize(), projection);
    logitScale = parameters.get("logit_scale");
  }

  /** Whether a parameter is of the regions' contrast, which no published CLIP has. */
  static boolean isForTrainingAlone(String name) {
    return name.startsWith("region_");
  }

  /**
   * Initial values as the authors of CLIP draw them, but for those of the vision tower that {@link
   * LocalAttention} gives.
   *
   * @param patches what the patch embedding begins with
   */
  static Initialisation initialisation(ClipShape shape, Initialisation.Fill patches) {
    double seeing = Math.pow(shape.vision().hiddenSize(), -.5);
    return new LocalAttention(shape.vision())
        .rules(patches)
        .with("logit_scale", Initialisation.constant(Math.log(1 / .07)))
        .with("norm\\d?\\.weight", Initialisation.constant(1))
        .with("\\.bias", Initialisation.constant(0))
        .with("class_embedding", normal(seeing))
        .with("token_embedding\\.weight", normal(.02))
        .with("position_embedding\\.weight", normal(.01))
        .with("region_projection\\.weight", normal(seeing))
        .then(half("vis", seeing, shape.vision().numHiddenLayers()))
        .then(
            half(
                "text_", Math.pow(shape.text().hiddenSize(), -.5), shape.text().numHiddenLayers()));
  }

  /** Matrices of one half: what ends a residual branch is smaller, the more of them there are. */
  private static Initialisation half(String prefix, double width, int layers) {
    String start = "^" + prefix + ".*";
    return Initialisation.empty()
        .with(start + "(out_proj|fc2)\\.weight", normal(width * Math.pow(2 * layers, -.5)))
        .with(start + "fc1\\.weight", normal(width * Math.pow(2, -.5)))
        .with(start + "proj(ection)?\\.weight", normal(width));
  }

  /** Class tokens after the last layer (B, hidden_size) → unit vectors (B, projection). */
  private Tensor images(Tensor classes) {
    try (var scope = Scope.open()) {
      return scope.keep(unit(visualProjection.forward(postNorm.forward(classes))));
    }
  }

  /** Parts of pictures at hidden state -2 → unit vectors (R, projection). */
  private Tensor regions(HiddenStates hidden, RegionPooling pooling) {
    try (var scope = Scope.open()) {
      Tensor patches = hidden.beforeLast();
      Tensor pooled = pooling.of(patches.narrow(1, 1, patches.size(1) - 1));
      return scope.keep(unit(regionProjection.forward(regionNorm.forward(pooled))));
    }
  }

  /** Texts → unit vectors (B, projection). */
  private Tensor texts(Texts texts) {
    try (var scope = Scope.open()) {
      Tensor read = text.forward(texts.idTensor(), texts.lastTensor());
      return scope.keep(unit(textProjection.forward(read)));
    }
  }

  /** Rows divided by their lengths: a root-mean-square norm whose weight is 1 / √size. */
  private Tensor unit(Tensor rows) {
    Tensor weight =
        Tensor.empty(DType.F32, Device.CPU, projection).fillInPlace(1 / Math.sqrt(projection));
    return Functional.rmsNorm(rows, weight, EPSILON);
  }

  /** Similarities (N, M) of what is seen (N) to each text (M), over the temperature. */
  private Tensor similarities(Tensor seen, Tensor texts) {
    try (var scope = Scope.open()) {
      Tensor scale = logitScale.clamp(Double.NEGATIVE_INFINITY, LARGEST_LOG_SCALE).exp();
      return scope.keep(seen.matmul(texts.transpose(0, 1)).mul(scale));
    }
  }

  /** What a step makes small: the contrasts of pictures and of what is in them. */
  Tensor loss(CaptionedScenes.Batch batch) {
    try (var scope = Scope.open()) {
      HiddenStates hidden = hiddenStates(batch.pixels().tensor());
      Tensor whole = loss(pictureSimilarities(hidden, batch.captions()));
      Tensor all = whole.mul(PICTURE_WEIGHT);
      for (Regions regions : batch.regions()) {
        all = all.add(loss(hidden, regions));
      }
      return scope.keep(all);
    }
  }

  private Tensor loss(HiddenStates hidden, Regions batch) {
    try (var scope = Scope.open()) {
      Tensor regions = regions(hidden, batch.pooling());
      Tensor all = Tensor.zeros(DType.F32, Device.CPU);
      for (Regions.Naming naming : batch.saidOf()) {
        Tensor similarities = similarities(regions, texts(naming.phrases()));
        Tensor right = Functional.crossEntropySum(similarities, naming.shareTensor());
        all = all.add(right.div((double) naming.regions()));
      }
      return scope.keep(all);
    }
  }

  private Stream<Double> right(HiddenStates hidden, Regions batch) {
    Tensor parts = regions(hidden, batch.pooling());
    return batch.saidOf().stream()
        .map(it -> right(similarities(parts, texts(it.phrases())), it.most()));
  }

  HiddenStates hiddenStates(Tensor pixels) {
    return tower.hiddenStates(pixels);
  }

  /** Similarities (B, B): row i is picture i against every caption, over the temperature. */
  Tensor pictureSimilarities(HiddenStates hidden, Texts captions) {
    return similarities(images(hidden.last().select(1, 0)), texts(captions));
  }

  /**
   * How often what is seen is nearest to the text that belongs to it.
   *
   * @param pictures share of pictures, among the batch's captions
   * @param regions share of regions, among the batch's phrases, for each detail that they tell
   */
  record Retrieval(double pictures, List<Double> regions) {}

  Retrieval retrieval(CaptionedScenes.Batch batch) {
    return Torch.train(
        () ->
            Torch.withoutGradients(
                () -> {
                  HiddenStates hidden = hiddenStates(batch.pixels().tensor());
                  Tensor whole = pictureSimilarities(hidden, batch.captions());
                  long[] own = LongStream.range(0, batch.captions().size()).toArray();
                  return new Retrieval(
                      right(whole, own),
                      batch.regions().stream().flatMap(regions -> right(hidden, regions)).toList());
                }));
  }

  private static double right(Tensor similarities, long[] own) {
    long[] best = similarities.argmax(1).toLongs();
    long right = IntStream.range(0, best.length).filter(i -> best[i] == own[i]).count();
    return (double) right / best.length;
  }

  /** The mean of both directions' cross-entropy: picture i belongs to caption i alone. */
  static Tensor loss(Tensor similarities) {
    try (var scope = Scope.open()) {
      long batch = similarities.size(0);
      Tensor own = Tensor.range(batch, 1, DType.I64, similarities.device());
      Tensor byImage = Functional.crossEntropySum(similarities, own);
      Tensor byCaption = Functional.crossEntropySum(similarities.transpose(0, 1), own);
      return scope.keep(byImage.add(byCaption).div(2.0 * batch));
    }
  }
}
