package io.llavasg.image;

import java.util.Arrays;

/**
 * The colour spaces of JPEG, which the file itself hardly tells, and their conversion to RGB in
 * libjpeg's 16-bit fixed point. CMYK is taken for inverted, as Adobe writes it and Pillow reads it.
 */
enum JpegColour {
  GREY,
  YCC,
  RGB,
  CMYK,
  YCCK;

  static final int NO_ADOBE_MARKER = -1;

  private static final int HALF = 1 << 15;

  /** libjpeg's guess from the markers and, for want of any, the components' identifiers. */
  static JpegColour of(byte[] ids, boolean jfif, int adobeTransform) {
    if (ids.length == 1) {
      return GREY;
    }
    if (ids.length == 4) {
      return adobeTransform == NO_ADOBE_MARKER || adobeTransform == 0 ? CMYK : YCCK;
    }
    if (jfif) {
      return YCC;
    }
    if (adobeTransform != NO_ADOBE_MARKER) {
      return adobeTransform == 0 ? RGB : YCC;
    }
    return Arrays.equals(ids, new byte[] {'R', 'G', 'B'}) ? RGB : YCC;
  }

  /** Interleaved samples to an image; three components are converted where they are. */
  RgbImage toRgb(Size size, byte[] samples) {
    int area = Math.toIntExact(size.area());
    if (this == YCC) {
      toRgb(samples, 3);
    } else if (this == YCCK) {
      toRgb(samples, 4);
    }
    if (this == YCC || this == RGB) {
      return RgbImage.adopt(size.width(), size.height(), samples);
    }
    byte[] out = new byte[3 * area];
    for (int i = 0; i < area; i++) {
      if (this == GREY) {
        Arrays.fill(out, 3 * i, 3 * i + 3, samples[i]);
      } else {
        applyBlack(samples, 4 * i, out, 3 * i);
      }
    }
    return RgbImage.adopt(size.width(), size.height(), out);
  }

  private static void toRgb(byte[] samples, int components) {
    for (int at = 0; at < samples.length; at += components) {
      int luma = samples[at] & 0xff;
      int blue = (samples[at + 1] & 0xff) - 128;
      int red = (samples[at + 2] & 0xff) - 128;
      samples[at] = clip(luma + ((91881 * red + HALF) >> 16));
      samples[at + 1] = clip(luma + ((-22554 * blue - 46802 * red + HALF) >> 16));
      samples[at + 2] = clip(luma + ((116130 * blue + HALF) >> 16));
    }
  }

  private void applyBlack(byte[] samples, int at, byte[] out, int to) {
    int white = samples[at + 3] & 0xff;
    for (int c = 0; c < 3; c++) {
      int sample = samples[at + c] & 0xff;
      int ink = this == YCCK ? sample : 255 - sample;
      int product = ink * white + 128;
      out[to + c] = clip(white - (((product >> 8) + product) >> 8));
    }
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
