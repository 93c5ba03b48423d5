package io.llavasg.checkpoint;

import com.google.errorprone.annotations.FormatMethod;
import io.llavasg.LlavaSgException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A memory-mapped file of {@code torch.save} (PyTorch 1.6 or later): its pickle is read when it's
 * opened, its storages only where their tensors are used.
 */
public final class TorchFile implements WeightFile {

  private static final String PICKLE = "data.pkl";
  private static final long LONGEST_PICKLE = 256L << 20;

  private final Path path;
  private final MappedFile mapping;
  private final Object root;
  private final Map<String, StoredTensor> tensors;

  private TorchFile(Path path, MappedFile mapping) {
    this.path = path;
    this.mapping = mapping;
    requireZip();
    Map<String, MemorySegment> entries = ZipIndex.read(mapping.memory(), path.toString());
    String folder = folder(entries);
    MemorySegment pickle = entry(entries, folder + PICKLE);
    if (pickle.byteSize() > LONGEST_PICKLE) {
      throw broken("its pickle of %d bytes is too long", pickle.byteSize());
    }
    root = PickleReader.read(pickle.asByteBuffer(), path.toString());
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    StateDict.find(root)
        .forEach(
            (name, tensor) -> {
              String key = folder + "data/" + tensor.storage().key();
              found.put(name, stored(name, tensor, entry(entries, key)));
            });
    if (found.isEmpty()) {
      throw broken(
          "it holds no dict of tensors, at its top or under model, state_dict or module; it holds"
              + " %s",
          describe(root));
    }
    tensors = Collections.unmodifiableMap(found);
  }

  /**
   * Reads the pickle and maps the storages.
   *
   * @throws LlavaSgException user, if the file is missing, truncated, of the format before PyTorch
   *     1.6, big-endian, without tensors, or if its pickle names what it must not build
   */
  public static TorchFile open(Path file) {
    MappedFile mapping = new MappedFile(file);
    try {
      return new TorchFile(file, mapping);
    } catch (LlavaSgException e) {
      mapping.close();
      throw e;
    }
  }

  /** What {@link #tensors()} would hold; reads no storage. */
  static Map<String, TensorInfo> inspect(Path file) {
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    try (TorchFile open = open(file)) {
      open.tensors.forEach((name, tensor) -> infos.put(name, tensor.info()));
    }
    return Collections.unmodifiableMap(infos);
  }

  /**
   * The whole object that was saved, such as a dict with the model, its optimizer and arguments:
   * maps, lists, strings, {@link Long}, {@link Double}, {@link Boolean}, {@link PickledNone} and
   * {@link PickledTensor}. A list or map may contain itself.
   */
  public Object root() {
    return root;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public void close() {
    mapping.close();
  }

  private void requireZip() {
    MemorySegment memory = mapping.memory();
    byte[] start =
        memory.asSlice(0, Math.min(300, memory.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PK")) {
      return;
    }
    if (text.startsWith("\u0080\u0002\u008a\n") || text.startsWith("ustar", 257)) {
      throw broken(
          "it has the format from before PyTorch 1.6; convert it with: python -c \"import torch;"
              + " torch.save(torch.load('%s', weights_only=True), 'converted.pth')\"",
          path);
    }
    if (text.startsWith("version https://git-lfs")) {
      throw broken("it is a Git LFS pointer, not the file: run git lfs pull");
    }
    throw broken("it is not a zip file, as torch.save writes");
  }

  /** The folder that everything lies in, with its slash; its name is whatever the saver chose. */
  private String folder(Map<String, MemorySegment> entries) {
    List<String> pickles =
        entries.keySet().stream().filter(name -> name.endsWith("/" + PICKLE)).toList();
    if (pickles.size() != 1) {
      throw broken("it has %d entries data.pkl in place of one", pickles.size());
    }
    String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (entries.containsKey(folder + "constants.pkl")) {
      throw broken("it is a TorchScript program; save its state_dict instead");
    }
    MemorySegment order = entries.getOrDefault(folder + "byteorder", MemorySegment.NULL);
    if (order.byteSize() == 3
        && new String(order.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII)
            .equals("big")) {
      throw broken("its numbers are big-endian; save it again on a little-endian machine");
    }
    return folder;
  }

  private MemorySegment entry(Map<String, MemorySegment> entries, String name) {
    MemorySegment entry = entries.get(name);
    if (entry == null) {
      throw broken("its entry %s is missing", Quoted.of(name));
    }
    return entry;
  }

  private StoredTensor stored(String name, PickledTensor tensor, MemorySegment bytes) {
    PickledStorage storage = tensor.storage();
    try {
      TensorInfo info = new TensorInfo(name, tensor.dtype(), tensor.shape());
      long storageBytes = Math.multiplyExact(storage.elements(), (long) storage.dtype().bytes());
      long size = info.dtype().bytes();
      long from = Math.multiplyExact(tensor.offset(), size);
      long length = Math.multiplyExact(StoredTensor.span(info.shape(), tensor.strides()), size);
      // More elements than the storage has would be a view that repeats them: a small file could
      // ask for any amount of memory.
      if (storageBytes > bytes.byteSize()
          || from < 0
          || Math.addExact(from, length) > storageBytes
          || info.byteSize() > storageBytes) {
        throw broken("tensor %s leaves its storage: truncated?", Quoted.of(name));
      }
      return new StoredTensor(info, tensor.strides(), bytes.asSlice(from, length));
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw broken(
          "tensor %s has the impossible shape %s with strides %s",
          Quoted.of(name), tensor.shape(), tensor.strides());
    }
  }

  private static String describe(Object root) {
    if (root instanceof Map<?, ?> map) {
      return map.keySet().stream()
          .limit(10)
          .map(key -> Quoted.of(String.valueOf(key)).toString())
          .collect(Collectors.joining(", ", "the keys [", "]"));
    }
    return "a " + root.getClass().getSimpleName();
  }

  @FormatMethod
  private LlavaSgException broken(String reason, Object... arguments) {
    return LlavaSgException.user(
        "cannot read PyTorch file '%s': %s", path, String.format(reason, arguments));
  }
}
