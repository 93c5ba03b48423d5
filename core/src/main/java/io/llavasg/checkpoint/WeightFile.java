package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * An open, memory-mapped file of weights. Closing it ends the life of every segment that came from
 * it: what uses their addresses natively must be done by then.
 */
public interface WeightFile extends AutoCloseable {

  /** The file. */
  Path path();

  /** The tensors by name, in the order of the file's own table. */
  Map<String, StoredTensor> tensors();

  /**
   * The tensor of that name.
   *
   * @throws LlavaSgException user, if there's none
   */
  default StoredTensor tensor(String name) {
    StoredTensor tensor = tensors().get(name);
    if (tensor == null) {
      throw LlavaSgException.user("'%s' has no tensor %s", path(), Quoted.of(name));
    }
    return tensor;
  }

  /** What the file says of itself, such as {@code format: pt}; empty for pickles. */
  Map<String, String> metadata();

  @Override
  void close();

  /**
   * Opens a file by its extension: {@code .safetensors}, or PyTorch's {@code .bin}, {@code .pth},
   * {@code .pt}, {@code .ckpt}.
   *
   * @throws LlavaSgException user, if it's missing, of another kind, or not what it says
   */
  static WeightFile open(Path file) {
    return isSafetensors(file) ? SafetensorsFile.open(file) : TorchFile.open(file);
  }

  /**
   * What {@link #tensors()} would hold, without mapping or reading any weights.
   *
   * @throws LlavaSgException as {@link #open}
   */
  static Map<String, TensorInfo> inspect(Path file) {
    return isSafetensors(file) ? SafetensorsHeader.read(file).tensors() : TorchFile.inspect(file);
  }

  private static boolean isSafetensors(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors")) {
      return true;
    }
    if (name.matches(".*\\.(bin|pth|pt|ckpt)")) {
      return false;
    }
    throw LlavaSgException.user(
        "'%s' is no weight file: expected .safetensors, .bin, .pth, .pt or .ckpt", file);
  }
}
