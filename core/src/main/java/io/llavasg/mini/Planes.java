package io.llavasg.mini;

import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * Pictures of one size as networks are given them, in one array.
 *
 * @param values B × 3 × height × width numbers
 * @param shape (B, 3, height, width)
 */
@SuppressWarnings("ArrayRecordComponent")
public record Planes(float[] values, long[] shape) {

  /**
   * @param processor gives all pictures one size
   */
  public static Planes of(List<RgbImage> pictures, Function<RgbImage, PixelValues> processor) {
    List<PixelValues> pixels = pictures.stream().map(processor).toList();
    long[] one = pixels.getFirst().shape();
    int length = pixels.getFirst().values().length;
    float[] all = new float[length * pixels.size()];
    for (int i = 0; i < pixels.size(); i++) {
      System.arraycopy(pixels.get(i).values(), 0, all, i * length, length);
    }
    return new Planes(all, new long[] {pixels.size(), one[0], one[1], one[2]});
  }

  public Tensor tensor() {
    return Tensor.of(values, shape);
  }
}
