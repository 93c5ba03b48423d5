package io.llavasg.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a checkpoint's weights into a directory as transformers does: {@code model.safetensors},
 * or, where they exceed a shard, {@code model-00001-of-0000n.safetensors} with {@code
 * model.safetensors.index.json}.
 */
public final class ShardedWriter {

  /** The size of a shard that transformers writes unless told otherwise. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern OURS =
      Pattern.compile("model(-\\d{5}-of-\\d{5})?\\.safetensors(\\.index\\.json)?");

  private ShardedWriter() {}

  /**
   * Writes all {@code tensors} in shards of at most {@code shardBytes}; a tensor larger than that
   * gets a shard of its own. No file has its name before all are complete; then weights of an
   * earlier write are replaced and its other shards removed.
   *
   * @return the weight files written
   * @throws LlavaSgException as {@link SafetensorsWriter#write}; nothing is left behind
   */
  public static List<Path> write(
      Path directory, List<OutgoingTensor> tensors, long shardBytes, WriteProgress progress) {
    List<SafetensorsWriter> shards = new ArrayList<>();
    List<List<OutgoingTensor>> contents = split(tensors, shardBytes);
    contents.forEach(shard -> shards.add(new SafetensorsWriter(shard, SafetensorsWriter.PYTORCH)));
    long total = shards.stream().mapToLong(SafetensorsWriter::dataBytes).sum();
    List<Path> files = new ArrayList<>();
    List<TemporaryFile> temporaries = new ArrayList<>();
    try {
      long done = 0;
      for (int i = 0; i < shards.size(); i++) {
        files.add(directory.resolve(name(i, shards.size())));
        TemporaryFile temporary = new TemporaryFile(files.get(i));
        temporaries.add(temporary);
        temporary.requireSpace(total - done);
        long before = done;
        shards.get(i).writeTo(temporary, bytes -> progress.written(before + bytes, total));
        done += shards.get(i).dataBytes();
      }
      if (shards.size() > 1) {
        TemporaryFile index = new TemporaryFile(directory.resolve(INDEX));
        temporaries.add(index);
        index.write(index(contents, files, total));
        index.finish();
      }
      temporaries.forEach(TemporaryFile::publish);
    } finally {
      temporaries.forEach(TemporaryFile::close);
    }
    removeOthers(directory, files);
    return List.copyOf(files);
  }

  private static List<List<OutgoingTensor>> split(List<OutgoingTensor> tensors, long shardBytes) {
    List<List<OutgoingTensor>> shards = new ArrayList<>();
    List<OutgoingTensor> current = new ArrayList<>();
    Set<String> names = new HashSet<>();
    long bytes = 0;
    for (OutgoingTensor tensor : tensors) {
      if (!names.add(tensor.info().name())) {
        throw new IllegalArgumentException("two tensors named " + tensor.info().name());
      }
      if (!current.isEmpty() && bytes + tensor.info().byteSize() > shardBytes) {
        shards.add(current);
        current = new ArrayList<>();
        bytes = 0;
      }
      current.add(tensor);
      bytes += tensor.info().byteSize();
    }
    shards.add(current);
    return shards;
  }

  private static String name(int shard, int count) {
    return count == 1 ? SINGLE : String.format("model-%05d-of-%05d.safetensors", shard + 1, count);
  }

  private static ByteBuffer index(List<List<OutgoingTensor>> shards, List<Path> files, long total) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode index = mapper.createObjectNode();
    index.putObject("metadata").put("total_size", total);
    ObjectNode weightMap = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String file = String.valueOf(files.get(i).getFileName());
      shards.get(i).forEach(tensor -> weightMap.put(tensor.info().name(), file));
    }
    try {
      return ByteBuffer.wrap(mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes an earlier write's files, which would otherwise be read in place of the new ones. */
  private static void removeOthers(Path directory, List<Path> kept) {
    Set<String> names = new HashSet<>();
    kept.forEach(file -> names.add(String.valueOf(file.getFileName())));
    if (kept.size() > 1) {
      names.add(INDEX);
    }
    try (Stream<Path> children = Files.list(directory)) {
      for (Path child : children.toList()) {
        String name = String.valueOf(child.getFileName());
        if (OURS.matcher(name).matches() && !names.contains(name)) {
          Files.delete(child);
        }
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e,
          "cannot remove the earlier weights in '%s': %s",
          directory,
          String.valueOf(e.getMessage()));
    }
  }
}
