package io.llavasg.perception.sam;

import io.llavasg.graph.Box;
import io.llavasg.graph.Mask;
import io.llavasg.image.Filter;
import io.llavasg.image.Normalize;
import io.llavasg.image.PerChannel;
import io.llavasg.image.PixelValues;
import io.llavasg.image.Resize;
import io.llavasg.image.ResizeRule;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies between a photo and SAM: pixels and boxes on the way in, masks on the way out.
 *
 * @param imageSize side of the encoder's square in pixels
 * @param logitsSize side of the decoder's square of logits
 */
public record SamProcessor(int imageSize, int logitsSize) {
  /** ImageNet's mean and deviation of samples up to 255, as the official repository has them. */
  private static final Normalize NORMALIZE =
      new Normalize(
          1, new PerChannel(123.675, 116.28, 103.53), new PerChannel(58.395, 57.12, 57.375));

  /** Interpolated logits in memory at a time: those of one mask of a 16-megapixel photo. */
  private static final long MOST_LOGITS = 1L << 24;

  public static SamProcessor of(SamConfig config) {
    return new SamProcessor(config.vision().imageSize(), config.logitsSize());
  }

  /** The photo's size within the square. */
  public Size resized(Size photo) {
    return new ResizeRule.LongestEdge(imageSize).target(photo);
  }

  /** What the encoder is given: 3 × image_size × image_size. */
  public PixelValues pixels(RgbImage photo) {
    RgbImage resized = Resize.resize(photo, resized(photo.size()), Filter.BILINEAR);
    return NORMALIZE.apply(resized).zeroPadded(new Size(imageSize, imageSize));
  }

  /** A box of the photo in pixels of the square. */
  public Box box(Box box, Size photo) {
    Size resized = resized(photo);
    double x = (double) resized.width() / photo.width();
    double y = (double) resized.height() / photo.height();
    // Single precision first, as transformers' processor has it.
    return new Box(
        (float) box.x0() * x, (float) box.y0() * y, (float) box.x1() * x, (float) box.y1() * y);
  }

  /** The size of masks of a photo. */
  public Size maskSize(Size photo, MaskGrid grid) {
    if (grid == MaskGrid.PHOTO) {
      return photo;
    }
    Size resized = resized(photo);
    return new Size(coarse(resized.width()), coarse(resized.height()));
  }

  private int coarse(int pixels) {
    return Math.max(1, (int) ((double) pixels * logitsSize / imageSize + .5));
  }

  /**
   * Masks of one photo.
   *
   * @param logits (N, logits_size, logits_size)
   */
  public List<Mask> masks(Tensor logits, Size photo, MaskGrid grid) {
    try (var scope = Scope.open()) {
      Size size = maskSize(photo, grid);
      Tensor exact = logits.to(DType.F32);
      long pixels = Math.max(size.area(), (long) imageSize * imageSize);
      long step = grid == MaskGrid.LOGITS ? logits.size(0) : Math.max(1, MOST_LOGITS / pixels);
      List<Mask> masks = new ArrayList<>();
      for (long start = 0; start < logits.size(0); start += step) {
        Tensor some = exact.narrow(0, start, Math.min(step, logits.size(0) - start));
        add(masks, some, photo, grid);
      }
      return masks;
    }
  }

  private void add(List<Mask> masks, Tensor logits, Size photo, MaskGrid grid) {
    try (var scope = Scope.open()) {
      Size size = maskSize(photo, grid);
      Tensor fitted =
          grid == MaskGrid.PHOTO
              ? enlarged(logits, photo)
              : logits.narrow(1, 0, size.height()).narrow(2, 0, size.width());
      Tensor inside = fitted.gt(0).to(Device.CPU).contiguous();
      for (int i = 0; i < logits.size(0); i++) {
        byte[] rows = inside.select(0, i).memory().toArray(ValueLayout.JAVA_BYTE);
        masks.add(Mask.ofRowMajor(size.width(), size.height(), rows));
      }
    }
  }

  /** Interpolated to the square, cropped to the photo's part of it, interpolated to its size. */
  private Tensor enlarged(Tensor logits, Size photo) {
    try (var scope = Scope.open()) {
      Size resized = resized(photo);
      Tensor square = Spatial.resizeBilinear(logits.unsqueeze(1), imageSize, imageSize);
      Tensor cropped = square.narrow(2, 0, resized.height()).narrow(3, 0, resized.width());
      Tensor fitted = Spatial.resizeBilinear(cropped, photo.height(), photo.width());
      return scope.keep(fitted.select(1, 0));
    }
  }
}
