package io.llavasg.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that reference/image writes, and the pictures it draws. */
final class Fixtures {

  static final Path DIRECTORY = Path.of("src/test/resources/image");

  private Fixtures() {}

  static Path file(String name) {
    return DIRECTORY.resolve(name);
  }

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of real photos and goldens, where a parent folder has one. */
  static Optional<Path> shared() {
    return Stream.iterate(
            Path.of("").toAbsolutePath(), path -> path.getParent() != null, Path::getParent)
        .map(path -> path.resolve("shared"))
        .filter(path -> Files.isDirectory(path.resolve("goldens")))
        .findFirst();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code photo} of reference/image/synthetic.py. */
  static RgbImage photo(int width, int height, int seed) {
    byte[] bytes = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          bytes[at++] = (byte) sample(x, y, c, seed);
        }
      }
    }
    return RgbImage.of(width, height, bytes);
  }

  private static int sample(int x, int y, int c, int seed) {
    int gradient = (x * (3 + c) + y * (5 - c) + seed * 31) / 4 % 511;
    gradient = gradient > 255 ? 510 - gradient : gradient;
    int dx = x % 47 - 23;
    int dy = y % 53 - 26;
    int disc = dx * dx + dy * dy < 200 + 40 * c ? 90 : 0;
    long hashed = (x * 73856093L ^ y * 19349663L ^ (c + seed) * 83492791L) & 0xFFFFFF;
    int noise = (int) (((hashed * hashed) >> 13) % 41) - 20;
    return Math.max(0, Math.min(255, gradient * 3 / 4 + disc + noise));
  }
}
