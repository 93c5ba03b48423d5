package io.llavasg.image;

/**
 * Where an image lies on the square canvas that it is padded to: pixel (x, y) of the image is pixel
 * (x + offsetX, y + offsetY) of the canvas. An odd difference leaves the extra pixel at the bottom
 * or on the right. Masks go through the same geometry.
 *
 * @param side length of the canvas in pixels
 */
public record SquareCanvas(int side, int offsetX, int offsetY) {

  /** The smallest canvas for images of this size. */
  public static SquareCanvas around(Size image) {
    int side = Math.max(image.width(), image.height());
    return new SquareCanvas(side, (side - image.width()) / 2, (side - image.height()) / 2);
  }

  /**
   * The image on a canvas of one colour.
   *
   * @param colour 0xRRGGBB
   */
  public RgbImage place(RgbImage image, int colour) {
    return image.width() == side && image.height() == side
        ? image
        : image.onCanvas(new Size(side, side), offsetX, offsetY, colour);
  }
}
