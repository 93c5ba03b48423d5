package io.llavasg.perception.groundingdino;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
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
 * <p>Shapes: N places, T tokens, H heads, D head dimension, C feature size.
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

  /** Image (N, C) and text (T, C) features. */
  record Pair(Tensor image, Tensor text) {}

  /** The sums, in the innermost scope of the caller. */
  Pair forward(Tensor image, Tensor text) {
    Tensor nextImage;
    Tensor nextText;
    try (var scope = Scope.open()) {
      Tensor image_NC = imageNorm.forward(image);
      Tensor text_TC = textNorm.forward(text);
      Tensor scores_NHT = scores(image_NC, text_TC);
      nextText =
          scope.keep(text_TC.addcmul(textScale, textReads(scores_NHT, image_NC, text.size(0))));
      nextImage = scope.keep(image_NC.addcmul(imageScale, imageReads(scores_NHT, text_TC)));
    }
    return new Pair(nextImage, nextText);
  }

  /** (N, H·T), below the largest of them. */
  private Tensor scores(Tensor image_NC, Tensor text_TC) {
    try (var scope = Scope.open()) {
      Tensor keys_HTD = perHead(textKey.forward(text_TC)).mul(1 / Math.sqrt(headDim));
      Tensor weight_HDC = imageQuery.weight().reshape(heads, headDim, size);
      Tensor bias_HD1 = bias(imageQuery).reshape(heads, headDim, 1);
      long rows = keys_HTD.size(0) * keys_HTD.size(1);
      Tensor scores =
          Functional.linear(
              image_NC,
              keys_HTD.matmul(weight_HDC).reshape(rows, size),
              keys_HTD.matmul(bias_HD1).reshape(rows));
      Tensor largest = scores.reshape(scores.elements()).max(0);
      return scope.keep(scores.sub(largest).clamp(LOWEST, -LOWEST));
    }
  }

  /** What every place reads from the tokens: (N, C). */
  private Tensor imageReads(Tensor scores_NHT, Tensor text_TC) {
    try (var scope = Scope.open()) {
      long places = scores_NHT.size(0);
      long tokens = text_TC.size(0);
      Tensor shares =
          Functional.softmax(scores_NHT.reshape(places, heads, tokens), 2)
              .reshape(places, heads * tokens);
      Tensor values_HTD = perHead(textValue.forward(text_TC));
      Tensor weight_HDC = imageOutput.weight().reshape(size, heads, headDim).permute(1, 2, 0);
      Tensor read_HTC = values_HTD.matmul(weight_HDC).reshape(heads * tokens, size);
      return scope.keep(Functional.linear(shares, read_HTC.transpose(0, 1), bias(imageOutput)));
    }
  }

  /** What every token reads from the places: (T, C). */
  private Tensor textReads(Tensor scores_NHT, Tensor image_NC, long tokens) {
    try (var scope = Scope.open()) {
      Tensor below = scores_NHT.sub(scores_NHT.max(0)).clamp(LOWEST, -LOWEST);
      Tensor shares_NHT = Functional.softmax(below, 0);
      Tensor averages_HTC =
          shares_NHT.transpose(0, 1).matmul(image_NC).reshape(heads, tokens, size);
      Tensor weight_HCD = imageValue.weight().reshape(heads, headDim, size).transpose(1, 2);
      // The shares of a token sum to one, so the bias passes the average unchanged.
      Tensor values_HTD =
          averages_HTC.matmul(weight_HCD).add(bias(imageValue).reshape(heads, 1, headDim));
      Tensor joined = values_HTD.transpose(0, 1).reshape(tokens, (long) heads * headDim);
      return scope.keep(textOutput.forward(joined));
    }
  }

  /** (T, H·D) → (H, T, D). */
  private Tensor perHead(Tensor rows) {
    return rows.reshape(rows.size(0), heads, headDim).transpose(0, 1);
  }

  private static Tensor bias(Linear linear) {
    return Objects.requireNonNull(linear.bias());
  }
}
