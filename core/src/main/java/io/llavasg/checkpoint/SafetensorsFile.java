package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A memory-mapped safetensors file: no tensor is copied, whatever the file's size. */
public final class SafetensorsFile implements WeightFile {

  private final SafetensorsHeader header;
  private final MappedFile mapping;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFile(SafetensorsHeader header, MappedFile mapping) {
    this.header = header;
    this.mapping = mapping;
    Map<String, StoredTensor> all = new LinkedHashMap<>();
    MemorySegment data = mapping.memory().asSlice(header.dataStart());
    header
        .tensors()
        .forEach(
            (name, info) -> {
              long offset = header.offsets().getOrDefault(name, 0L);
              all.put(name, StoredTensor.contiguous(info, data.asSlice(offset, info.byteSize())));
            });
    tensors = Collections.unmodifiableMap(all);
  }

  /**
   * Checks the header and maps the file.
   *
   * @throws LlavaSgException user, if it's missing, truncated, or its header lies
   */
  public static SafetensorsFile open(Path file) {
    SafetensorsHeader header = SafetensorsHeader.read(file);
    MappedFile mapping = new MappedFile(file);
    if (mapping.memory().byteSize() != header.fileSize()) {
      mapping.close();
      throw LlavaSgException.user("'%s' changed while it was being opened: try again", file);
    }
    return new SafetensorsFile(header, mapping);
  }

  @Override
  public Path path() {
    return header.path();
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public void close() {
    mapping.close();
  }
}
