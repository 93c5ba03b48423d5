package io.llavasg.mini.model;

import static io.llavasg.train.Initialisation.normal;

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
import java.util.stream.IntStream;

/**
 * CLIP as a whole (Radford et al., 2021): a vision tower and a text encoder whose features are
 * projected to one space, in which a picture and its caption are to lie close together.
 */
final class ContrastiveModel {
  /** A learned temperature does not get below 1 / 100. */
  private static final double LARGEST_LOG_SCALE = Math.log(100);

  private static final double EPSILON = 1e-12;

  private final ClipVisionTower tower;
  private final LayerNorm postNorm;
  private final Linear visualProjection;
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
    text = new ClipTextEncoder(parameters.in("text_model"), shape.text());
    textProjection =
        Linear.withoutBias(parameters.in("text_projection"), shape.text().hiddenSize(), projection);
    logitScale = parameters.get("logit_scale");
  }

  /** Initial values as the authors of CLIP draw them. */
  static Initialisation initialisation(ClipShape shape) {
    double seeing = Math.pow(shape.vision().hiddenSize(), -.5);
    return Initialisation.empty()
        .with("logit_scale", Initialisation.constant(Math.log(1 / .07)))
        .with("norm\\d?\\.weight", Initialisation.constant(1))
        .with("\\.bias", Initialisation.constant(0))
        .with("vision_model\\.embeddings\\.(class|position)_embedding.*", normal(seeing))
        .with("patch_embedding\\.weight|token_embedding\\.weight", normal(.02))
        .with("position_embedding\\.weight", normal(.01))
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

  /** Pictures (B, 3, H, W) → unit vectors (B, projection). */
  Tensor images(Tensor pixels) {
    try (var scope = Scope.open()) {
      Tensor seen = postNorm.forward(tower.hidden(pixels).select(1, 0));
      return scope.keep(unit(visualProjection.forward(seen)));
    }
  }

  /** Captions, as {@link ClipTextEncoder#forward} takes them → unit vectors (B, projection). */
  Tensor captions(Tensor ids, Tensor last) {
    try (var scope = Scope.open()) {
      return scope.keep(unit(textProjection.forward(text.forward(ids, last))));
    }
  }

  /** Rows divided by their lengths: a root-mean-square norm whose weight is 1 / √size. */
  private Tensor unit(Tensor rows) {
    Tensor weight =
        Tensor.empty(DType.F32, Device.CPU, projection).fillInPlace(1 / Math.sqrt(projection));
    return Functional.rmsNorm(rows, weight, EPSILON);
  }

  /** Similarities (B, B): row i is picture i against every caption, over the temperature. */
  Tensor similarities(Tensor images, Tensor captions) {
    try (var scope = Scope.open()) {
      Tensor scale = logitScale.clamp(Double.NEGATIVE_INFINITY, LARGEST_LOG_SCALE).exp();
      return scope.keep(images.matmul(captions.transpose(0, 1)).mul(scale));
    }
  }

  /** What a step makes small. */
  Tensor loss(CaptionedScenes.Batch batch) {
    try (var scope = Scope.open()) {
      Tensor images = images(batch.pixelTensor());
      Tensor captions = captions(batch.idTensor(), batch.lastTensor());
      return scope.keep(loss(similarities(images, captions)));
    }
  }

  /** For which share of a batch's pictures the own caption is the most similar of all. */
  double retrieval(CaptionedScenes.Batch batch) {
    return Torch.train(
        () ->
            Torch.withoutGradients(
                () -> {
                  Tensor captions = captions(batch.idTensor(), batch.lastTensor());
                  long[] best =
                      similarities(images(batch.pixelTensor()), captions).argmax(1).toLongs();
                  long right = IntStream.range(0, best.length).filter(i -> best[i] == i).count();
                  return (double) right / best.length;
                }));
  }

  /** The mean of both directions' cross-entropy: picture i belongs to caption i alone. */
  static Tensor loss(Tensor similarities) {
    try (var scope = Scope.open()) {
      long batch = similarities.size(0);
      Tensor own = Tensor.range(batch, 1);
      Tensor byImage = Functional.crossEntropySum(similarities, own);
      Tensor byCaption = Functional.crossEntropySum(similarities.transpose(0, 1), own);
      return scope.keep(byImage.add(byCaption).div(2.0 * batch));
    }
  }
}
