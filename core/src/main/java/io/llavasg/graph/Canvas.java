package io.llavasg.graph;

import io.llavasg.LlavaSgException;

/**
 * The canvas that the vision tower sees, in pixels of the original image: the image's pixel (x, y)
 * lies at (x + offsetX, y + offsetY) of a width × height canvas.
 */
public record Canvas(int width, int height, int offsetX, int offsetY) {

  public Canvas {
    if (width < 1 || height < 1) {
      throw LlavaSgException.user("a canvas of %d × %d pixels has no pixel", width, height);
    }
  }

  /**
   * The image in the middle of a square of its longer side; of an odd difference, the extra pixel
   * is at the bottom or right.
   */
  public static Canvas padded(int imageWidth, int imageHeight) {
    int side = Math.max(imageWidth, imageHeight);
    return new Canvas(side, side, (side - imageWidth) / 2, (side - imageHeight) / 2);
  }

  /**
   * The square of the shorter side in the middle of the image, which is what a resize of the
   * shorter side followed by a centre crop shows.
   */
  public static Canvas centreCropped(int imageWidth, int imageHeight) {
    int side = Math.min(imageWidth, imageHeight);
    return new Canvas(side, side, -((imageWidth - side) / 2), -((imageHeight - side) / 2));
  }

  /** The canvas is the image itself: for masks that are in the canvas's coordinates already. */
  public static Canvas whole(int imageWidth, int imageHeight) {
    return new Canvas(imageWidth, imageHeight, 0, 0);
  }
}
