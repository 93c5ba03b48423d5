package io.llavasg.image;

/** Width and height in pixels, both at least 1. */
public record Size(int width, int height) {

  public Size {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("An image of " + width + " x " + height + " has no pixel");
    }
  }

  /** Number of pixels. */
  public long area() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
