package io.llavasg.image;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;

/**
 * The preprocessing of SAM: resize so that the longer side becomes a square's; rescale; normalise;
 * fill the square up with zeros, at the right and below.
 *
 * @param edge side of the square in pixels
 */
public record SquareImageProcessor(int edge, Filter filter, Normalize normalize) {

  /** ImageNet's mean and deviation of samples up to 255, as the official repository has them. */
  private static final Normalize PUBLISHED =
      new Normalize(
          1, new PerChannel(123.675, 116.28, 103.53), new PerChannel(58.395, 57.12, 57.375));

  /** Bilinear, with ImageNet's statistics. */
  public static SquareImageProcessor published(int edge) {
    return new SquareImageProcessor(edge, Filter.BILINEAR, PUBLISHED);
  }

  /**
   * Reads {@code processor_config.json} (its {@code image_processor}, if it has one), else {@code
   * preprocessor_config.json}; what they leave out, both of them perhaps, is as published.
   *
   * @param edge of the network's square
   * @throws LlavaSgException the user's fault, if one is of another size, or asks for something
   *     that is not supported
   */
  public static SquareImageProcessor read(Path directory, int edge) {
    if (!ProcessorConfig.isIn(directory)) {
      return published(edge);
    }
    ProcessorConfig config = ProcessorConfig.read(directory);
    for (String step : new String[] {"do_resize", "do_rescale", "do_normalize", "do_pad"}) {
      config.requireTrue(step);
    }
    config.requireSquare(edge);
    return new SquareImageProcessor(
        edge,
        config.filter(Filter.BILINEAR),
        config.normalize(new Normalize(PerChannel.IMAGENET_MEAN, PerChannel.IMAGENET_STD)));
  }

  /** The photo's size within the square. */
  public Size resized(Size photo) {
    return new ResizeRule.LongestEdge(edge).target(photo);
  }

  /** What the encoder is given: 3 × edge × edge. */
  public PixelValues apply(RgbImage photo) {
    RgbImage resized = Resize.resize(photo, resized(photo.size()), filter);
    return normalize.apply(resized).zeroPadded(new Size(edge, edge));
  }
}
