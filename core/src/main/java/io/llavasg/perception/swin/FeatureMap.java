package io.llavasg.perception.swin;

import io.llavasg.tensor.Tensor;

/**
 * Features of images at the places of a grid. The tensor belongs to the scope it was made in.
 *
 * @param places (B, height · width, C), row by row
 */
public record FeatureMap(Tensor places, int height, int width) {

  /** (B, C, height, width), a view. */
  public Tensor channelsFirst() {
    return places.transpose(1, 2).reshape(places.size(0), places.size(2), height, width);
  }
}
