package io.llavasg.image;

import io.llavasg.LlavaSgException;
import io.llavasg.image.ResizeRule.ShortestEdgeWithin.Rounding;
import java.nio.file.Path;

/**
 * The preprocessing of DETR and its kin: resize so that the shorter side has one length, unless the
 * longer would get too long; rescale; normalise. The aspect ratio stays, but for rounding.
 */
public record DetectorImageProcessor(ResizeRule resize, Filter filter, Normalize normalize) {

  private static final ResizeRule.ShortestEdgeWithin PUBLISHED_SIZE =
      new ResizeRule.ShortestEdgeWithin(800, 1333);

  /** The shorter side 800 pixels, the longer at most 1,333; bilinear; ImageNet's statistics. */
  public static final DetectorImageProcessor PUBLISHED =
      new DetectorImageProcessor(
          PUBLISHED_SIZE,
          Filter.BILINEAR,
          new Normalize(PerChannel.IMAGENET_MEAN, PerChannel.IMAGENET_STD));

  /**
   * Reads {@code processor_config.json} (its {@code image_processor}, if it has one), else {@code
   * preprocessor_config.json}; what they leave out, both of them perhaps, is as published.
   *
   * @throws LlavaSgException the user's fault, if one asks for something that is not supported
   */
  public static DetectorImageProcessor read(Path directory) {
    if (!ProcessorConfig.isIn(directory)) {
      return PUBLISHED;
    }
    ProcessorConfig config = ProcessorConfig.read(directory);
    for (String step : new String[] {"do_resize", "do_rescale", "do_normalize"}) {
      config.requireTrue(step);
    }
    return new DetectorImageProcessor(
        config.resizeWithin(PUBLISHED_SIZE),
        config.filter(PUBLISHED.filter),
        config.normalize(PUBLISHED.normalize));
  }

  /** As another implementation rounds sizes, where this keeps the aspect ratio. */
  public DetectorImageProcessor rounding(Rounding rounding) {
    return resize instanceof ResizeRule.ShortestEdgeWithin within
        ? new DetectorImageProcessor(
            new ResizeRule.ShortestEdgeWithin(within.edge(), within.longest(), rounding),
            filter,
            normalize)
        : this;
  }

  /** The pixels that the network is given for an image. */
  public PixelValues apply(RgbImage image) {
    return normalize.apply(Resize.resize(image, resize, filter));
  }
}
