package io.llavasg.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.llavasg.LlavaSgException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Writes a safetensors file as a stream: a tensor's values are asked for when they're written, so
 * that only one is in memory at a time. The header keeps the order given; the data lies by dtype,
 * the widest first, which aligns every tensor, as the format's own library does it.
 */
public final class SafetensorsWriter {

  /** What PyTorch's users, transformers among them, expect a file to say of itself. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

  private static final JsonFactory JSON = new JsonFactory();
  private static final int ALIGNMENT = 8;
  private static final long CHUNK = 64 << 20;

  private final List<OutgoingTensor> tensors;
  private final Map<String, String> metadata;

  SafetensorsWriter(List<OutgoingTensor> tensors, Map<String, String> metadata) {
    this.tensors = List.copyOf(tensors);
    this.metadata = new TreeMap<>(metadata); // so that the same content is the same file
    Set<String> names = new HashSet<>();
    for (OutgoingTensor tensor : tensors) {
      if (!names.add(tensor.info().name()) || tensor.info().name().equals("__metadata__")) {
        throw new IllegalArgumentException("two tensors named " + tensor.info().name());
      }
    }
  }

  /**
   * Writes {@code file}, or nothing at all.
   *
   * @throws LlavaSgException resources, if the disk is full or fails; user, if the directory can't
   *     be written to
   * @throws IllegalArgumentException if two tensors have one name, or one gives other than its
   *     bytes
   */
  public static void write(
      Path file,
      List<OutgoingTensor> tensors,
      Map<String, String> metadata,
      WriteProgress progress) {
    SafetensorsWriter writer = new SafetensorsWriter(tensors, metadata);
    long total = writer.dataBytes();
    try (TemporaryFile temporary = new TemporaryFile(file)) {
      temporary.requireSpace(total);
      writer.writeTo(temporary, done -> progress.written(done, total));
      temporary.publish();
    }
  }

  long dataBytes() {
    return tensors.stream().mapToLong(tensor -> tensor.info().byteSize()).sum();
  }

  /** Writes everything and puts it on disk, still under the temporary name. */
  void writeTo(TemporaryFile file, LongConsumer progress) {
    List<OutgoingTensor> inFile =
        tensors.stream()
            .sorted(Comparator.comparingInt((OutgoingTensor t) -> -t.info().dtype().bytes()))
            .toList();
    file.write(header(inFile));
    long done = 0;
    for (OutgoingTensor tensor : inFile) {
      TensorSink sink = new TensorSink(file, done, progress);
      tensor.content().writeTo(sink::accept);
      if (sink.written != tensor.info().byteSize()) {
        throw new IllegalArgumentException(
            String.format(
                "tensor %s has %d bytes and gave %d",
                tensor.info().name(), tensor.info().byteSize(), sink.written));
      }
      done += sink.written;
    }
    file.finish();
  }

  private ByteBuffer header(List<OutgoingTensor> inFile) {
    Map<String, Long> offsets = new HashMap<>();
    long end = 0;
    for (OutgoingTensor tensor : inFile) {
      offsets.put(tensor.info().name(), end);
      end += tensor.info().byteSize();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (OutgoingTensor tensor : tensors) {
        writeEntry(json, tensor.info(), offsets.getOrDefault(tensor.info().name(), 0L));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + bytes.size()).order(ByteOrder.LITTLE_ENDIAN);
    return header.putLong(bytes.size()).put(bytes.toByteArray()).flip();
  }

  private static void writeEntry(JsonGenerator json, TensorInfo info, long offset)
      throws IOException {
    json.writeObjectFieldStart(info.name());
    json.writeStringField("dtype", info.dtype().name());
    json.writeArrayFieldStart("shape");
    for (long size : info.shape()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(offset);
    json.writeNumber(offset + info.byteSize());
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Takes the pieces of one tensor. */
  private static final class TensorSink {

    private final TemporaryFile file;
    private final long before;
    private final LongConsumer progress;
    private long written;

    TensorSink(TemporaryFile file, long before, LongConsumer progress) {
      this.file = file;
      this.before = before;
      this.progress = progress;
    }

    void accept(MemorySegment data) {
      for (long from = 0; from < data.byteSize(); from += CHUNK) {
        long length = Math.min(CHUNK, data.byteSize() - from);
        file.write(data.asSlice(from, length).asByteBuffer());
        written += length;
        progress.accept(before + written);
      }
    }
  }
}
