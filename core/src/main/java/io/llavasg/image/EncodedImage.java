package io.llavasg.image;

import java.io.IOException;

/**
 * A file whose container has been read, and whose samples have not yet. The exceptions of parsing
 * and decoding are java.io's: {@link java.io.EOFException} for a file that ends too early, any
 * other {@link IOException} with a message fit for users for one that is damaged or of an unknown
 * kind.
 */
interface EncodedImage {

  Size size();

  /** EXIF orientation 1 … 8. */
  default int orientation() {
    return Exif.UPRIGHT;
  }

  RgbImage decode() throws IOException;
}
