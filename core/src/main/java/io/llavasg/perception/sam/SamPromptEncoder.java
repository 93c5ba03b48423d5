package io.llavasg.perception.sam;

import io.llavasg.graph.Box;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.List;

/** SAM's encoder of boxes, and of the positions in the image. */
public final class SamPromptEncoder {
  private final SamVisionConfig config;
  private final Tensor frequencies;
  private final Tensor topLeft;
  private final Tensor bottomRight;
  private final Tensor noMask;

  /**
   * @param parameters of the whole model: some checkpoints hold the frequencies beside the prompt
   *     encoder, some within it, and some twice
   */
  public SamPromptEncoder(Parameters parameters, SamConfig config) {
    this.config = config.vision();
    int size = config.decoder().hiddenSize();
    String beside = "shared_image_embedding.positional_embedding";
    String within = "prompt_encoder.shared_embedding.positional_embedding";
    boolean onlyWithin = !parameters.contains(beside) && parameters.contains(within);
    frequencies = parameters.get(onlyWithin ? within : beside, 2, config.vision().numPosFeats());
    Parameters own = parameters.in("prompt_encoder");
    // 0 and 1 are those of points, outside of and inside the mask.
    topLeft = own.get("point_embed.2.weight", 1, size);
    bottomRight = own.get("point_embed.3.weight", 1, size);
    noMask = own.get("no_mask_embed.weight", 1, size);
  }

  /**
   * Embeddings of boxes.
   *
   * @param boxes in pixels of the encoder's square
   * @return (N, 2, C): top left and bottom right corners
   */
  public Tensor forward(List<Box> boxes) {
    try (var scope = Scope.open()) {
      float[] corners = new float[4 * boxes.size()];
      for (int i = 0; i < boxes.size(); i++) {
        Box box = boxes.get(i);
        corners[4 * i] = signed(box.x0());
        corners[4 * i + 1] = signed(box.y0());
        corners[4 * i + 2] = signed(box.x1());
        corners[4 * i + 3] = signed(box.y1());
      }
      Tensor features = fourier(Tensor.of(corners, boxes.size(), 2, 2));
      return scope.keep(features.like(noMask).add(Functional.cat(0, topLeft, bottomRight)));
    }
  }

  /** The positional encoding of every patch, row by row: (1, grid², C). */
  public Tensor imagePositions() {
    try (var scope = Scope.open()) {
      int grid = config.gridSize();
      float[] centres = new float[2 * grid * grid];
      for (int y = 0; y < grid; y++) {
        for (int x = 0; x < grid; x++) {
          centres[2 * (y * grid + x)] = 2 * ((x + .5f) / grid) - 1;
          centres[2 * (y * grid + x) + 1] = 2 * ((y + .5f) / grid) - 1;
        }
      }
      return scope.keep(fourier(Tensor.of(centres, 1, (long) grid * grid, 2)).like(noMask));
    }
  }

  /** What is added to every patch of an image for which no mask was given: (1, C). */
  public Tensor noMask() {
    return noMask;
  }

  /** The centre of pixel {@code coordinate} between -1 and 1, computed in double precision. */
  private float signed(double coordinate) {
    return (float) (2 * ((coordinate + .5) / config.imageSize()) - 1);
  }

  /** (…, 2) → (…, 2 · frequencies), in float32: phases need more bits than bfloat16 has. */
  private Tensor fourier(Tensor positions) {
    Tensor phases =
        positions
            .to(frequencies.device())
            .matmul(frequencies.to(DType.F32))
            .mul((float) (2 * Math.PI));
    return Functional.cat(-1, phases.sin(), phases.cos());
  }
}
