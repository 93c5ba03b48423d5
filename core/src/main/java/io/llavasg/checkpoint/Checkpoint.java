package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All weights of a directory or file as one ordered map, memory-mapped. Closing it ends the life of
 * every tensor in it.
 */
public final class Checkpoint implements WeightFile {

  private final Path path;
  private final List<WeightFile> files;
  private final Map<String, StoredTensor> tensors;

  private Checkpoint(Path path, List<WeightFile> files, Map<String, StoredTensor> tensors) {
    this.path = path;
    this.files = files;
    this.tensors = tensors;
  }

  /**
   * Opens the weights that {@link CheckpointFiles#locate} finds.
   *
   * @throws LlavaSgException user, if there are none, a file is broken, two files hold a tensor of
   *     the same name, or the files and their index disagree
   */
  public static Checkpoint open(Path path) {
    CheckpointFiles located = CheckpointFiles.locate(path);
    List<WeightFile> opened = new ArrayList<>();
    try {
      Map<String, StoredTensor> tensors =
          merge(
              located,
              file -> {
                WeightFile weights = WeightFile.open(file);
                opened.add(weights);
                return weights.tensors();
              });
      return new Checkpoint(path, opened, tensors);
    } catch (LlavaSgException e) {
      opened.forEach(WeightFile::close);
      throw e;
    }
  }

  /**
   * What {@link #tensors()} would hold, from headers alone.
   *
   * @throws LlavaSgException as {@link #open}
   */
  public static Map<String, TensorInfo> inspect(Path path) {
    return merge(CheckpointFiles.locate(path), WeightFile::inspect);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** The metadata of all files; where they disagree, the first file's. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> all = new LinkedHashMap<>();
    files.forEach(file -> file.metadata().forEach(all::putIfAbsent));
    return Collections.unmodifiableMap(all);
  }

  @Override
  public void close() {
    files.forEach(WeightFile::close);
  }

  private static <T> Map<String, T> merge(
      CheckpointFiles located, Function<Path, Map<String, T>> read) {
    Map<String, T> tensors = new LinkedHashMap<>();
    Map<String, Path> homes = new LinkedHashMap<>();
    for (Path file : located.files()) {
      read.apply(file)
          .forEach(
              (name, tensor) -> {
                Path other = homes.put(name, file);
                if (other != null) {
                  throw LlavaSgException.user(
                      "tensor %s is in both '%s' and '%s'", Quoted.of(name), other, file);
                }
                tensors.put(name, tensor);
              });
    }
    if (!located.index().isEmpty()) {
      requireAsIndexed(located, homes);
    }
    return Collections.unmodifiableMap(tensors);
  }

  private static void requireAsIndexed(CheckpointFiles located, Map<String, Path> homes) {
    located
        .index()
        .forEach(
            (name, file) -> {
              if (!file.equals(homes.get(name))) {
                throw LlavaSgException.user(
                    "'%s' lacks the tensor %s that its index promises", file, Quoted.of(name));
              }
            });
    List<String> unexpected =
        homes.keySet().stream()
            .filter(name -> !located.index().containsKey(name))
            .map(name -> Quoted.of(name) + " in '" + homes.get(name) + "'")
            .toList();
    if (!unexpected.isEmpty()) {
      throw LlavaSgException.user(
          "the index of '%s' doesn't mention %s",
          located.path(), CheckpointFiles.listed(unexpected));
    }
  }
}
