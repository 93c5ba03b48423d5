package io.llavasg.perception.sam;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers in which the prompt's tokens attend to the image and the image to the tokens. Positions
 * are added to queries and keys wherever they are used: the image's encoding to the image, the
 * tokens' first embeddings to the tokens.
 */
final class SamTwoWayTransformer {
  /** Of the norm behind the last layer, whatever the config says. */
  private static final double FINAL_EPS = 1e-5;

  private final List<Layer> layers = new ArrayList<>();
  private final SamAttention finalAttention;
  private final LayerNorm finalNorm;

  SamTwoWayTransformer(Parameters parameters, SamMaskDecoderConfig config) {
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(parameters.in("layers", i), config, i == 0));
    }
    finalAttention =
        new SamAttention(
            parameters.in("final_attn_token_to_image"), config, config.attentionDownsampleRate());
    finalNorm =
        LayerNorm.of(parameters.in("layer_norm_final_attn"), config.hiddenSize(), FINAL_EPS);
  }

  /**
   * @param tokens (N, T, C)
   * @param image (N or 1, M, C)
   */
  record Pair(Tensor tokens, Tensor image) {
    private Pair keptIn(Scope scope) {
      return new Pair(scope.keep(tokens), scope.keep(image));
    }
  }

  /**
   * @param tokens (N, T, C)
   * @param image (1, M, C), the same for all boxes, or (N, M, C)
   * @param imagePositions (1, M, C)
   * @return both of N
   */
  Pair forward(Tensor tokens, Tensor image, Tensor imagePositions) {
    try (var scope = Scope.open()) {
      Pair pair = new Pair(tokens, image);
      for (Layer layer : layers) {
        pair = layer.forward(pair, tokens, imagePositions);
      }
      Tensor attended =
          finalAttention.forward(
              pair.tokens().add(tokens), pair.image().add(imagePositions), pair.image());
      return new Pair(finalNorm.forward(pair.tokens().add(attended)), pair.image()).keptIn(scope);
    }
  }

  private static final class Layer {
    private final SamAttention selfAttention;
    private final LayerNorm norm1;
    private final SamAttention tokensToImage;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final LayerNorm norm3;
    private final SamAttention imageToTokens;
    private final LayerNorm norm4;
    private final boolean first;

    Layer(Parameters parameters, SamMaskDecoderConfig config, boolean first) {
      int size = config.hiddenSize();
      int rate = config.attentionDownsampleRate();
      double eps = config.layerNormEps();
      this.first = first;
      selfAttention = new SamAttention(parameters.in("self_attn"), config, 1);
      norm1 = LayerNorm.of(parameters.in("layer_norm1"), size, eps);
      tokensToImage = new SamAttention(parameters.in("cross_attn_token_to_image"), config, rate);
      norm2 = LayerNorm.of(parameters.in("layer_norm2"), size, eps);
      mlp =
          new Mlp(
              Linear.of(parameters.in("mlp.lin1"), size, config.mlpDim()),
              config.hiddenAct(),
              Linear.of(parameters.in("mlp.lin2"), config.mlpDim(), size));
      norm3 = LayerNorm.of(parameters.in("layer_norm3"), size, eps);
      imageToTokens = new SamAttention(parameters.in("cross_attn_image_to_token"), config, rate);
      norm4 = LayerNorm.of(parameters.in("layer_norm4"), size, eps);
    }

    Pair forward(Pair pair, Tensor tokenPositions, Tensor imagePositions) {
      try (var scope = Scope.open()) {
        Tensor tokens = norm1.forward(attendedToSelf(pair.tokens(), tokenPositions));
        Tensor image = pair.image();
        Tensor imageKeys = image.add(imagePositions);
        tokens =
            norm2.forward(
                tokens.add(tokensToImage.forward(tokens.add(tokenPositions), imageKeys, image)));
        tokens = norm3.forward(tokens.add(mlp.forward(tokens)));
        Tensor attended = imageToTokens.forward(imageKeys, tokens.add(tokenPositions), tokens);
        return new Pair(tokens, norm4.forward(image.add(attended))).keptIn(scope);
      }
    }

    /** The first layer's tokens are their own positions, and it has no residual path. */
    private Tensor attendedToSelf(Tensor tokens, Tensor positions) {
      if (first) {
        return selfAttention.forward(tokens, tokens, tokens);
      }
      Tensor placed = tokens.add(positions);
      return tokens.add(selfAttention.forward(placed, placed, tokens));
    }
  }
}
