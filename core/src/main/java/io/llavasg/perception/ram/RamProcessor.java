package io.llavasg.perception.ram;

import io.llavasg.image.Filter;
import io.llavasg.image.Normalize;
import io.llavasg.image.PerChannel;
import io.llavasg.image.PixelValues;
import io.llavasg.image.Resize;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;

/**
 * RAM's preprocessing: the photo squashed into a square by Pillow's bilinear resize, then
 * ImageNet's normalisation.
 *
 * @param imageSize side of the square in pixels
 */
public record RamProcessor(int imageSize) {
  private static final Normalize NORMALIZE =
      new Normalize(PerChannel.IMAGENET_MEAN, PerChannel.IMAGENET_STD);

  public PixelValues apply(RgbImage image) {
    Size square = new Size(imageSize, imageSize);
    return NORMALIZE.apply(Resize.resize(image, square, Filter.BILINEAR));
  }
}
