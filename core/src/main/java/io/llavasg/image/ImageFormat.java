package io.llavasg.image;

import com.google.errorprone.annotations.Immutable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** The formats and their signatures: hexadecimal digits, a pair of dots for any byte. */
enum ImageFormat {
  JPEG("FFD8FF", JpegFile::parse),
  PNG("89504E470D0A1A0A", PngFile::parse),
  GIF("47494638..61", GifFile::parse),
  BMP("424D", BmpFile::parse),
  WEBP("52494646........57454250", WebpFile::parse);

  @Immutable
  private interface Parser {
    EncodedImage parse(byte[] file) throws IOException;
  }

  private final String signature;
  private final Parser parser;

  ImageFormat(String signature, Parser parser) {
    this.signature = signature;
    this.parser = parser;
  }

  /** The format of a file, by its first bytes. */
  static Optional<ImageFormat> of(byte[] file) {
    return Arrays.stream(values()).filter(format -> format.matches(file)).findFirst();
  }

  private boolean matches(byte[] file) {
    if (file.length < signature.length() / 2) {
      return false;
    }
    for (int i = 0; i < signature.length() / 2; i++) {
      String digits = signature.substring(2 * i, 2 * i + 2);
      if (!digits.equals("..") && Integer.parseInt(digits, 16) != (file[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** Reads the container. */
  EncodedImage parse(byte[] file) throws IOException {
    return parser.parse(file);
  }

  @Override
  public String toString() {
    return this == WEBP ? "WebP" : name();
  }
}
