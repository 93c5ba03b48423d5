package io.llavasg.eval;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.CheckpointFiles;
import io.llavasg.model.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells models apart by all their bytes: the SHA-256 of the SHA-256s of the weight files. */
public final class WeightsChecksum {
  private static final int BUFFER = 1 << 20;

  private WeightsChecksum() {}

  /** 64 hexadecimal digits. Files are read side by side. */
  public static String of(ModelFiles files) {
    List<Path> weights =
        files.weights().stream()
            .flatMap(part -> CheckpointFiles.locate(part.directory()).files().stream())
            .distinct()
            .toList();
    List<String> each = weights.parallelStream().map(WeightsChecksum::file).toList();
    byte[] all = String.join("\n", each).getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(sha256().digest(all));
  }

  private static String file(Path file) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream input = Files.newInputStream(file)) {
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read: %s", file, e.toString());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
