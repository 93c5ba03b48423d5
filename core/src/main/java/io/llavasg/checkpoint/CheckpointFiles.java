package io.llavasg.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which files hold a checkpoint's weights.
 *
 * @param path what was asked for: a directory or one file
 * @param files the weight files, in the order in which the index names them first
 * @param index the index's file by tensor name; empty where there's no index
 */
public record CheckpointFiles(Path path, List<Path> files, Map<String, Path> index) {

  /** What a directory's weights may be called, the preferred first. */
  private static final List<String> NAMES =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private static final int LISTED = 8;
  private static final long LONGEST_INDEX = 256L << 20;

  /**
   * Finds the weight files of a directory, safetensors before pickles, or takes one file as it is.
   *
   * @throws LlavaSgException user, if there are none, or an index is broken, names a file that's
   *     missing or one outside the directory
   */
  public static CheckpointFiles locate(Path path) {
    if (!Files.isDirectory(path)) {
      MappedFile.requireFile(path);
      return new CheckpointFiles(path, List.of(path), Map.of());
    }
    for (String name : NAMES) {
      Path file = path.resolve(name);
      if (Files.exists(file)) {
        return name.endsWith(".json")
            ? sharded(path, file)
            : new CheckpointFiles(path, List.of(file), Map.of());
      }
    }
    throw LlavaSgException.user(
        "'%s' holds no weights (model.safetensors, pytorch_model.bin, or their shards with an"
            + " index); it contains %s",
        path, contents(path));
  }

  private static CheckpointFiles sharded(Path directory, Path indexFile) {
    JsonNode weightMap = weightMap(indexFile);
    Map<String, Path> index = new LinkedHashMap<>();
    Set<Path> files = new LinkedHashSet<>();
    weightMap
        .properties()
        .forEach(
            entry -> {
              Path shard = shard(directory, indexFile, entry.getKey(), entry.getValue());
              index.put(entry.getKey(), shard);
              files.add(shard);
            });
    List<String> missing =
        files.stream()
            .filter(file -> !Files.exists(file))
            .map(file -> String.valueOf(file.getFileName()))
            .toList();
    if (!missing.isEmpty()) {
      throw LlavaSgException.user(
          "'%s' names %d of %d shards that are missing: %s",
          indexFile, missing.size(), files.size(), listed(missing));
    }
    return new CheckpointFiles(directory, List.copyOf(files), index);
  }

  private static JsonNode weightMap(Path indexFile) {
    MappedFile.requireFile(indexFile);
    try {
      if (Files.size(indexFile) > LONGEST_INDEX) {
        throw LlavaSgException.user("'%s' is too long to be an index of shards", indexFile);
      }
      JsonNode weightMap = new ObjectMapper().readTree(indexFile.toFile()).path("weight_map");
      if (weightMap.isObject() && !weightMap.isEmpty()) {
        return weightMap;
      }
      throw LlavaSgException.user("'%s' has no weight_map from tensors to shards", indexFile);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is not valid JSON: %s",
          indexFile,
          String.valueOf(e.getOriginalMessage()).replaceAll("\\s*\\R.*", ""));
    } catch (IOException e) {
      throw MappedFile.unreadable(indexFile, e);
    }
  }

  /**
   * A shard must lie in the directory itself: an index that was downloaded can't point elsewhere.
   */
  private static Path shard(Path directory, Path indexFile, String tensor, JsonNode value) {
    String name = value.asText();
    boolean plain =
        value.isTextual()
            && !name.isEmpty()
            && !name.equals(".")
            && !name.equals("..")
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    if (!plain) {
      throw LlavaSgException.user(
          "'%s' places tensor %s in %s, which is no file name in its own directory",
          indexFile, Quoted.of(tensor), Quoted.of(name));
    }
    return directory.resolve(name);
  }

  private static String contents(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      List<String> names =
          children
              .map(child -> Quoted.of(String.valueOf(child.getFileName())).toString())
              .sorted()
              .toList();
      return names.isEmpty() ? "nothing" : listed(names);
    } catch (IOException e) {
      throw MappedFile.unreadable(directory, e);
    }
  }

  /** The first few of {@code names}, and how many more there are. */
  static String listed(Collection<String> names) {
    List<String> shown = new ArrayList<>(names.stream().limit(LISTED).toList());
    if (names.size() > LISTED) {
      shown.add((names.size() - LISTED) + " more");
    }
    return shown.stream().collect(Collectors.joining(", "));
  }
}
