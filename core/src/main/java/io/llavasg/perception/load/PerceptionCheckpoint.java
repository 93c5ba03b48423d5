package io.llavasg.perception.load;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.CheckpointFiles;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.ram.TagVocabulary;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A checkpoint that was recognised from its headers; no weights have been read.
 *
 * @param path what a network loads: a directory with a manifest, or one file of weights
 * @param weights that the network uses
 */
public record PerceptionCheckpoint(CheckpointKind kind, Path path, List<TensorInfo> weights) {

  /** Parts of RAM's file that no tagger needs: most of it. */
  private static final Pattern UNUSED =
      Pattern.compile("^(module\\.)?(text_decoder|tag_encoder)\\.");

  private static final List<String> DIRECTORY_WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private static final Pattern WEIGHT_FILE =
      Pattern.compile(".*\\.(safetensors|pth|pt|bin|ckpt)", Pattern.CASE_INSENSITIVE);

  /** Bytes of each end of a file that its identity depends on. */
  private static final int END = 1 << 20;

  /** Bytes at the beginning and in the middle of each tensor that a file's identity depends on. */
  private static final int SAMPLE = 1 << 10;

  public PerceptionCheckpoint {
    weights = List.copyOf(weights);
  }

  /**
   * Recognises a directory with its standard weights, or a file of weights.
   *
   * @throws LlavaSgException user, if it cannot be read, holds two models, or is not what its
   *     manifest says
   */
  static PerceptionCheckpoint inspect(Path path) {
    Map<String, TensorInfo> tensors = Checkpoint.inspect(path);
    CheckpointKind kind = CheckpointKind.of(path.toString(), tensors.keySet());
    declared(path)
        .ifPresent(
            declared -> {
              if (declared != kind) {
                throw LlavaSgException.user(
                    "'%s' is mixed: its config.json says %s, and its tensors are those of %s",
                    path, declared.title(), kind.title());
              }
            });
    List<TensorInfo> weights =
        tensors.values().stream().filter(tensor -> !UNUSED.matcher(tensor.name()).find()).toList();
    return new PerceptionCheckpoint(kind, path, weights);
  }

  /** What the weights take in memory. */
  long bytes(Precision precision) {
    return weights.stream()
        .mapToLong(weight -> weight.elements() * precision.choose(weight.dtype()).bytes())
        .sum();
  }

  private static Optional<CheckpointKind> declared(Path path) {
    Path manifest = path.resolve("config.json");
    return Files.isRegularFile(manifest)
        ? CheckpointKind.declared(ConfigFile.read(manifest))
        : Optional.empty();
  }

  /**
   * What may be a checkpoint at a path: a file itself; a directory with standard weights itself;
   * else each file of weights in a directory.
   */
  static List<Path> candidates(Path path) {
    if (!Files.isDirectory(path)) {
      Path name = path.getFileName();
      Path directory = path.toAbsolutePath().resolveSibling("");
      boolean standard = name != null && DIRECTORY_WEIGHTS.contains(name.toString());
      return List.of(standard && declared(directory).isPresent() ? directory : path);
    }
    if (DIRECTORY_WEIGHTS.stream().anyMatch(name -> Files.exists(path.resolve(name)))) {
      return List.of(path);
    }
    return children(path).stream()
        .filter(Files::isRegularFile)
        .filter(file -> WEIGHT_FILE.matcher(file.getFileName().toString()).matches())
        .toList();
  }

  /** What lies in a directory, sorted; nothing hidden. */
  static List<Path> children(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(child -> !child.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' is no directory that can be read", directory);
    }
  }

  /**
   * Stands for the checkpoint's content in a cache: a digest of its files' sizes, of both ends of
   * each, of two samples of every tensor, and of the manifests beside them. It does not depend on
   * where the checkpoint lies. Training changes all of a tensor, and shows; single numbers that are
   * changed by hand may not, since reading gigabytes would take seconds at every start.
   */
  public String identity() {
    List<Path> files = new ArrayList<>(CheckpointFiles.locate(path).files());
    files.addAll(manifests());
    try (Checkpoint open = Checkpoint.open(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        update(digest, file);
      }
      open.tensors().values().forEach(tensor -> update(digest, tensor.memory()));
      String hex = HexFormat.of().formatHex(digest.digest());
      return kind.name().toLowerCase(Locale.ROOT) + ":" + hex.substring(0, 32);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read: %s", path, e.toString());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private List<Path> manifests() {
    if (Files.isDirectory(path)) {
      return children(path).stream()
          .filter(file -> file.toString().endsWith(".json") || file.toString().endsWith(".txt"))
          .toList();
    }
    return Stream.of(
            "config.json",
            "preprocessor_config.json",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
            TagVocabulary.NAMES_FILE,
            TagVocabulary.THRESHOLDS_FILE)
        .map(path.toAbsolutePath()::resolveSibling)
        .filter(Files::isRegularFile)
        .toList();
  }

  private static void update(MessageDigest digest, Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long size = file.length();
      digest.update(HexFormat.of().toHexDigits(size).getBytes(StandardCharsets.US_ASCII));
      byte[] end = new byte[(int) Math.min(END, size)];
      file.readFully(end);
      digest.update(end);
      file.seek(size - end.length);
      file.readFully(end);
      digest.update(end);
    }
  }

  private static void update(MessageDigest digest, MemorySegment tensor) {
    long size = Math.min(SAMPLE, tensor.byteSize());
    digest.update(tensor.asSlice(0, size).asByteBuffer());
    digest.update(tensor.asSlice((tensor.byteSize() - size) / 2, size).asByteBuffer());
  }
}
