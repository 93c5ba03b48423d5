package io.llavasg.image;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;

/**
 * CLIP's preprocessing as LLaVA uses it: pad to a square with the mean colour (or not), resize,
 * centre crop, rescale, normalise.
 *
 * @param aspectRatio the model config's, whatever the processor's own config says
 * @param crop size of the result; what lies outside of a smaller image is black
 */
public record ClipImageProcessor(
    AspectRatio aspectRatio, ResizeRule resize, Filter filter, Size crop, Normalize normalize) {

  /**
   * Reads {@code processor_config.json} (its {@code image_processor}, if it has one), else {@code
   * preprocessor_config.json}; absent fields are those of transformers' {@code CLIPImageProcessor}.
   *
   * @throws LlavaSgException the user's fault, if neither file is there or one asks for something
   *     that is not supported
   */
  public static ClipImageProcessor read(Path directory, AspectRatio aspectRatio) {
    ProcessorConfig config = ProcessorConfig.read(directory);
    for (String step : new String[] {"do_resize", "do_center_crop", "do_rescale", "do_normalize"}) {
      config.requireTrue(step);
    }
    return new ClipImageProcessor(
        aspectRatio, config.resize(), config.filter(), config.crop(), config.normalize());
  }

  /**
   * The pixels that the vision tower is given for an image: 3 × {@link #crop}.
   *
   * @throws LlavaSgException user, if the image is millions of times as long as wide
   */
  public PixelValues apply(RgbImage image) {
    RgbImage resized =
        aspectRatio == AspectRatio.PAD
            ? Resize.resize(
                image,
                SquareCanvas.around(image.size()),
                normalize.mean().toColour(),
                resize,
                filter)
            : Resize.resize(image, resize, filter);
    return normalize.apply(centreCrop(resized));
  }

  private RgbImage centreCrop(RgbImage image) {
    int left = Math.floorDiv(image.width() - crop.width(), 2);
    int top = Math.floorDiv(image.height() - crop.height(), 2);
    return image.onCanvas(crop, -left, -top, 0);
  }
}
