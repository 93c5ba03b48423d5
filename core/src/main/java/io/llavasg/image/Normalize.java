package io.llavasg.image;

/**
 * (v × scale − mean) / std for each sample v of 0 … 255: the product is rounded to float32, and the
 * difference and the quotient are float32's.
 */
public record Normalize(double scale, PerChannel mean, PerChannel std) {

  /** Samples are divided by 255 first. */
  public Normalize(PerChannel mean, PerChannel std) {
    this(1 / 255.0, mean, std);
  }

  public PixelValues apply(RgbImage image) {
    int area = Math.toIntExact(image.size().area());
    float[] out = new float[Math.multiplyExact(3, area)];
    byte[] bytes = image.bytes();
    for (int channel = 0; channel < 3; channel++) {
      float[] table = table(channel);
      for (int i = 0; i < area; i++) {
        out[channel * area + i] = table[bytes[3 * i + channel] & 0xff];
      }
    }
    return new PixelValues(image.size(), out);
  }

  /** What each of the 256 samples of a channel becomes. */
  private float[] table(int channel) {
    float[] table = new float[256];
    for (int v = 0; v < 256; v++) {
      table[v] =
          ((float) (v * scale) - (float) mean.channel(channel)) / (float) std.channel(channel);
    }
    return table;
  }
}
