package io.llavasg.perception.cache;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a photo's file holds, whatever it is called.
 *
 * @param sha256 of the file's bytes, 64 hexadecimal digits
 */
public record ImageKey(String sha256) {
  private static final int BUFFER = 1 << 16;

  public ImageKey {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("not a SHA-256: " + sha256);
    }
  }

  /** Of a file that is in memory. */
  public static ImageKey of(byte[] file) {
    return new ImageKey(HexFormat.of().formatHex(digest().digest(file)));
  }

  /**
   * Of a file on disk.
   *
   * @throws LlavaSgException user, if it cannot be read
   */
  public static ImageKey of(Path file) {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream input = Files.newInputStream(file)) {
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (NoSuchFileException e) {
      throw LlavaSgException.user(e, "There is no image file %s", file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "Cannot read the image file %s: %s", file, e.toString());
    }
    return new ImageKey(HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
