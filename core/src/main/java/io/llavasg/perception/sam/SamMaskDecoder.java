package io.llavasg.perception.sam;

import io.llavasg.nn.Activation;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** SAM's mask decoder, for prompts that are not ambiguous: one mask each. */
public final class SamMaskDecoder {
  private final Tensor qualityToken;
  private final Tensor maskTokens;
  private final SamTwoWayTransformer transformer;
  private final Upscaling upscaling;
  private final FeedForward hypernetwork;
  private final FeedForward qualityHead;

  public SamMaskDecoder(Parameters parameters, SamMaskDecoderConfig config) {
    int size = config.hiddenSize();
    qualityToken = parameters.get("iou_token.weight", 1, size);
    maskTokens = parameters.get("mask_tokens.weight", config.maskTokens(), size);
    transformer = new SamTwoWayTransformer(parameters.in("transformer"), config);
    upscaling = new Upscaling(parameters, size);
    hypernetwork =
        new FeedForward(
            parameters.in("output_hypernetworks_mlps", 0), List.of(size, size, size, size / 8));
    List<Integer> sizes = new ArrayList<>(List.of(size));
    for (int i = 1; i < config.iouHeadDepth(); i++) {
      sizes.add(config.iouHeadHiddenDim());
    }
    sizes.add(config.maskTokens());
    qualityHead = new FeedForward(parameters.in("iou_prediction_head"), sizes);
  }

  /**
   * @param logits (N, 4·grid, 4·grid), above 0 inside the mask
   * @param quality (N), an estimate of the masks' intersection over union
   */
  public record Masks(Tensor logits, Tensor quality) {}

  /**
   * Masks of one image, or of one for each prompt.
   *
   * @param image embedding of the image with what the prompt encoder adds to it (1 or N, C, grid,
   *     grid)
   * @param imagePositions (1, grid², C)
   * @param prompts (N, 2, C)
   */
  public Masks forward(Tensor image, Tensor imagePositions, Tensor prompts) {
    try (var scope = Scope.open()) {
      long boxes = prompts.size(0);
      long size = image.size(1);
      long grid = image.size(2);
      Tensor learnt = Functional.cat(0, qualityToken, maskTokens);
      Tensor tokens = Functional.cat(1, learnt.expand(boxes, -1, -1), prompts);
      var pair =
          transformer.forward(
              tokens, image.reshape(-1, size, grid * grid).transpose(1, 2), imagePositions);
      Tensor map_NCHW = pair.image().transpose(1, 2).reshape(boxes, size, grid, grid);
      Tensor upscaled = upscaling.forward(map_NCHW).reshape(boxes, size / 8, 16 * grid * grid);
      Tensor weights = hypernetwork.forward(pair.tokens().select(1, 1)).unsqueeze(1);
      Tensor logits = weights.matmul(upscaled).reshape(boxes, 4 * grid, 4 * grid);
      Tensor quality = qualityHead.forward(pair.tokens().select(1, 0)).select(1, 0);
      return new Masks(scope.keep(logits), scope.keep(quality.contiguous()));
    }
  }

  /** Two transposed convolutions, each doubling the map: (N, C, H, W) → (N, C/8, 4·H, 4·W). */
  private static final class Upscaling {
    private final Tensor weight1;
    private final Tensor bias1;
    private final LayerNorm2d norm;
    private final Tensor weight2;
    private final Tensor bias2;

    Upscaling(Parameters parameters, int size) {
      weight1 = parameters.get("upscale_conv1.weight", size, size / 4, 2, 2);
      bias1 = parameters.get("upscale_conv1.bias", size / 4);
      norm = LayerNorm2d.of(parameters.in("upscale_layer_norm"), size / 4);
      weight2 = parameters.get("upscale_conv2.weight", size / 4, size / 8, 2, 2);
      bias2 = parameters.get("upscale_conv2.bias", size / 8);
    }

    Tensor forward(Tensor map) {
      try (var scope = Scope.open()) {
        Tensor doubled =
            Functional.gelu(norm.forward(Spatial.convTranspose2d(map, weight1, bias1, 2)));
        return scope.keep(Functional.gelu(Spatial.convTranspose2d(doubled, weight2, bias2, 2)));
      }
    }
  }

  /** Linear layers with ReLU between them. */
  private static final class FeedForward {
    private final List<Linear> layers = new ArrayList<>();

    /**
     * @param sizes of the input, the layers between, and the output
     */
    FeedForward(Parameters parameters, List<Integer> sizes) {
      int last = sizes.size() - 2;
      for (int i = 0; i <= last; i++) {
        Parameters layer =
            i == 0
                ? parameters.in("proj_in")
                : i == last ? parameters.in("proj_out") : parameters.in("layers", i - 1);
        layers.add(Linear.of(layer, sizes.get(i), sizes.get(i + 1)));
      }
    }

    Tensor forward(Tensor input) {
      Tensor hidden = layers.getFirst().forward(input);
      for (Linear layer : layers.subList(1, layers.size())) {
        hidden = layer.forward(Activation.RELU.apply(hidden));
      }
      return hidden;
    }
  }
}
