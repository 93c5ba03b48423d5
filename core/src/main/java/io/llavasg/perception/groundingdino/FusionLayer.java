package io.llavasg.perception.groundingdino;

import io.llavasg.nn.Heads;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.Objects;

/**
 * Attention both ways between image and text with one matrix of scores (GLIP, section 3.2): places
 * of the image attend to tokens, tokens to places, and each side adds what it read, scaled.
 *
 * <p>There are some 20,000 places and a few tokens, so whatever the text side decides is multiplied
 * into the projections first, by associativity: the keys into the places' query projection, the
 * token values into the output projection, and the places are averaged before they are projected to
 * values. No place is ever projected to the large inner size, which would be the most costly part
 * of the whole network.
 *
 * <p>Shapes: B images, N places, T tokens, H heads, D head dimension, C feature size.
 */
final class FusionLayer {
  /** Scores further below the largest count as this far below it, in every published model. */
  private static final double LOWEST = -50_000;

  private final int size;
  private final int heads;
  private final int headDim;
  private final LayerNorm imageNorm;
  private final LayerNorm textNorm;
  private final Linear imageQuery;
  private final Linear textKey;
  private final Linear imageValue;
  private final Linear textValue;
  private final Linear imageOutput;
  private final Linear textOutput;
  private final Tensor imageScale;
  private final Tensor textScale;

  FusionLayer(Parameters parameters, GroundingDinoConfig config) {
    size = config.dModel();
    heads = config.encoder().heads() / 2;
    int inner = config.encoder().ffnDim() / 2;
    headDim = inner / heads;
    imageNorm = LayerNorm.of(parameters.in("layer_norm_vision"), size, config.layerNormEps());
    textNorm = LayerNorm.of(parameters.in("layer_norm_text"), size, config.layerNormEps());
    Parameters attention = parameters.in("attn");
    imageQuery = Linear.of(attention.in("vision_proj"), size, inner);
    textKey = Linear.of(attention.in("text_proj"), size, inner);
    imageValue = Linear.of(attention.in("values_vision_proj"), size, inner);
    textValue = Linear.of(attention.in("values_text_proj"), size, inner);
    imageOutput = Linear.of(attention.in("out_vision_proj"), inner, size);
    textOutput = Linear.of(attention.in("out_text_proj"), inner, size);
    imageScale = parameters.get("vision_param", size);
    textScale = parameters.get("text_param", size);
  }

  /** Image (B, N, C) and text (B, T, C) features. */
  record Pair(Tensor image, Tensor text) {}

  /** The sums, in the innermost scope of the caller. */
  Pair forward(Tensor image, Tensor text) {
    Tensor nextImage;
    Tensor nextText;
    try (var scope = Scope.open()) {
      Tensor image_BNC = imageNorm.forward(image);
      Tensor text_BTC = textNorm.forward(text);
      Tensor scores_BNHT = scores(image_BNC, text_BTC);
      Tensor toText = textReads(scores_BNHT, image_BNC, text.size(1));
      nextText = scope.keep(text_BTC.addcmul(textScale, toText));
      nextImage = scope.keep(image_BNC.addcmul(imageScale, imageReads(scores_BNHT, text_BTC)));
    }
    return new Pair(nextImage, nextText);
  }

  /** (B, N, H·T), below the largest of them. */
  private Tensor scores(Tensor image_BNC, Tensor text_BTC) {
    try (var scope = Scope.open()) {
      Tensor keys_BHTD = perHead(textKey.forward(text_BTC)).mul(1 / Math.sqrt(headDim));
      Tensor weight_HDC = imageQuery.weight().reshape(heads, headDim, size);
      Tensor bias_HD1 = bias(imageQuery).reshape(heads, headDim, 1);
      long batch = image_BNC.size(0);
      long rows = heads * text_BTC.size(1);
      Tensor scores =
          Functional.batchedLinear(
              image_BNC,
              keys_BHTD.matmul(weight_HDC).reshape(batch, rows, size),
              keys_BHTD.matmul(bias_HD1).reshape(batch, rows));
      // No gradient flows through what is taken off: shares do not depend on it.
      Tensor largest = Autograd.detach(scores.reshape(scores.elements()).max(0));
      return scope.keep(scores.sub(largest).clamp(LOWEST, -LOWEST));
    }
  }

  /** What every place reads from the tokens: (B, N, C). */
  private Tensor imageReads(Tensor scores_BNHT, Tensor text_BTC) {
    try (var scope = Scope.open()) {
      long batch = text_BTC.size(0);
      long places = scores_BNHT.size(1);
      long tokens = text_BTC.size(1);
      Tensor shares =
          Functional.softmax(scores_BNHT.reshape(batch, places, heads, tokens), 3)
              .reshape(scores_BNHT.shape());
      Tensor values_BHTD = perHead(textValue.forward(text_BTC));
      Tensor weight_HDC = imageOutput.weight().reshape(size, heads, headDim).permute(1, 2, 0);
      Tensor read_BHTC = values_BHTD.matmul(weight_HDC).reshape(batch, heads * tokens, size);
      return scope.keep(
          Functional.batchedLinear(
              shares, read_BHTC.transpose(1, 2), bias(imageOutput).expand(batch, size)));
    }
  }

  /** What every token reads from the places: (B, T, C). */
  private Tensor textReads(Tensor scores_BNHT, Tensor image_BNC, long tokens) {
    try (var scope = Scope.open()) {
      long batch = image_BNC.size(0);
      Tensor largest = Autograd.detach(scores_BNHT.max(1)).unsqueeze(1);
      // Over the last dimension: over another, a GPU would walk all places of a token one by one.
      Tensor shares_BHTN =
          Functional.softmax(scores_BNHT.sub(largest).clamp(LOWEST, -LOWEST).transpose(1, 2), 2);
      Tensor averages_BHTC = shares_BHTN.matmul(image_BNC).reshape(batch, heads, tokens, size);
      Tensor weight_HCD = imageValue.weight().reshape(heads, headDim, size).transpose(1, 2);
      // The shares of a token sum to one, so the bias passes the average unchanged.
      Tensor values_BHTD =
          averages_BHTC.matmul(weight_HCD).add(bias(imageValue).reshape(heads, 1, headDim));
      Tensor joined = values_BHTD.transpose(1, 2).reshape(batch, tokens, (long) heads * headDim);
      return scope.keep(textOutput.forward(joined));
    }
  }

  /** (B, T, H·D) → (B, H, T, D). */
  private Tensor perHead(Tensor rows) {
    return Heads.split(rows, heads);
  }

  private static Tensor bias(Linear linear) {
    return Objects.requireNonNull(linear.bias());
  }
}
