package io.llavasg.perception.sam;

import io.llavasg.graph.Box;
import io.llavasg.graph.Mask;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import io.llavasg.image.SquareImageProcessor;
import io.llavasg.perception.MaskGrid;
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
 * @param image prepares the encoder's square
 * @param logitsSize side of the decoder's square of logits
 */
public record SamProcessor(SquareImageProcessor image, int logitsSize) {
  /** Interpolated logits in memory at a time: those of one mask of a 16-megapixel photo. */
  private static final long MOST_LOGITS = 1L << 24;

  /** Images as published. */
  public static SamProcessor of(SamConfig config) {
    return of(config, SquareImageProcessor.published(config.vision().imageSize()));
  }

  static SamProcessor of(SamConfig config, SquareImageProcessor image) {
    return new SamProcessor(image, config.logitsSize());
  }

  /** What the encoder is given: 3 × image_size × image_size. */
  public PixelValues pixels(RgbImage photo) {
    return image.apply(photo);
  }

  /** A box of the photo in pixels of the square. */
  public Box box(Box box, Size photo) {
    Size resized = image.resized(photo);
    double x = (double) resized.width() / photo.width();
    double y = (double) resized.height() / photo.height();
    // Single precision first, as transformers' processor has it.
    return new Box(
        (float) box.x0() * x, (float) box.y0() * y, (float) box.x1() * x, (float) box.y1() * y);
  }

  /**
   * Masks of one photo, of its size.
   *
   * @param logits (N, logits_size, logits_size)
   */
  public List<Mask> masks(Tensor logits, Size photo, MaskGrid grid) {
    try (var scope = Scope.open()) {
      Tensor exact = logits.to(DType.F32);
      return grid == MaskGrid.LOGITS ? coarse(exact, photo) : fine(exact, photo);
    }
  }

  private List<Mask> fine(Tensor logits, Size photo) {
    long pixels = Math.max(photo.area(), (long) image.edge() * image.edge());
    long step = Math.max(1, MOST_LOGITS / pixels);
    List<Mask> masks = new ArrayList<>();
    for (long start = 0; start < logits.size(0); start += step) {
      try (var scope = Scope.open()) {
        Tensor some = logits.narrow(0, start, Math.min(step, logits.size(0) - start));
        masks.addAll(positive(interpolated(some, photo), photo));
      }
    }
    return masks;
  }

  /** Interpolated to the square, cropped to the photo's part of it, interpolated to its size. */
  private Tensor interpolated(Tensor logits, Size photo) {
    try (var scope = Scope.open()) {
      Size resized = image.resized(photo);
      Tensor square = Spatial.resizeBilinear(logits.unsqueeze(1), image.edge(), image.edge());
      Tensor cropped = square.narrow(2, 0, resized.height()).narrow(3, 0, resized.width());
      Tensor fitted = Spatial.resizeBilinear(cropped, photo.height(), photo.width());
      return scope.keep(fitted.select(1, 0));
    }
  }

  /** Each of the photo's pixels takes the nearest of the logits that the photo touches. */
  private List<Mask> coarse(Tensor logits, Size photo) {
    Size resized = image.resized(photo);
    double scale = (double) logitsSize / image.edge();
    Size touched =
        new Size(
            (int) Math.ceil(resized.width() * scale), (int) Math.ceil(resized.height() * scale));
    Tensor cropped = logits.narrow(1, 0, touched.height()).narrow(2, 0, touched.width());
    double x = scale * resized.width() / photo.width();
    double y = scale * resized.height() / photo.height();
    return positive(cropped, touched).stream()
        .map(mask -> mask.enlarged(photo.width(), photo.height(), x, y))
        .toList();
  }

  /** Masks of what is above 0 of logits (N, height, width). */
  private static List<Mask> positive(Tensor logits, Size size) {
    try (var scope = Scope.open()) {
      Tensor inside = logits.gt(0).to(Device.CPU).contiguous();
      List<Mask> masks = new ArrayList<>();
      for (int i = 0; i < logits.size(0); i++) {
        byte[] rows = inside.select(0, i).memory().toArray(ValueLayout.JAVA_BYTE);
        masks.add(Mask.ofRowMajor(size.width(), size.height(), rows));
      }
      return masks;
    }
  }
}
