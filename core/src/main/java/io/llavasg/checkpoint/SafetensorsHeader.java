package io.llavasg.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.errorprone.annotations.FormatMethod;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The table of a safetensors file, read and checked without its weights.
 *
 * @param path the file
 * @param dataStart where in the file the data begins, in bytes
 * @param fileSize the whole file, in bytes
 * @param tensors what the tensors are, in the header's order
 * @param offsets where each tensor begins, in bytes from {@code dataStart}
 * @param metadata the header's {@code __metadata__}, empty if it has none
 */
public record SafetensorsHeader(
    Path path,
    long dataStart,
    long fileSize,
    Map<String, TensorInfo> tensors,
    Map<String, Long> offsets,
    Map<String, String> metadata) {

  /** The longest header that the format's own library reads. */
  static final long LONGEST = 100_000_000;

  /**
   * Reads the header alone; the file's length tells whether its data is complete.
   *
   * @throws LlavaSgException user, if the file is missing, empty, truncated, or if its header isn't
   *     one or lies about sizes
   */
  public static SafetensorsHeader read(Path file) {
    MappedFile.requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw broken(file, "it has %d bytes and not even a header's length", size);
      }
      long length = readFully(channel, 0, 8).getLong();
      if (length < 0 || length > LONGEST) {
        throw broken(
            file,
            "its header would be %s bytes long; is it a safetensors file?",
            Long.toUnsignedString(length));
      }
      if (length > size - 8) {
        throw broken(
            file, "its header needs %d bytes and the file has %d: truncated?", length, size - 8);
      }
      byte[] json = readFully(channel, 8, (int) length).array();
      SafetensorsJson parsed = SafetensorsJson.parse(json, file);
      SafetensorsHeader header =
          new SafetensorsHeader(
              file, 8 + length, size, parsed.tensors(), parsed.offsets(), parsed.metadata());
      header.requireExactCover();
      return header;
    } catch (JsonProcessingException e) {
      throw broken(file, "its header is not valid JSON (%s)", oneLine(e));
    } catch (IOException e) {
      throw MappedFile.unreadable(file, e);
    }
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return buffer.flip();
  }

  /** The tensors must lie end to end, from the first byte of the data to the last. */
  private void requireExactCover() {
    List<TensorInfo> byOffset = new ArrayList<>(tensors.values());
    byOffset.sort(Comparator.comparingLong(this::offset).thenComparingLong(TensorInfo::byteSize));
    long end = 0;
    String previous = "";
    for (TensorInfo tensor : byOffset) {
      long offset = offset(tensor);
      if (offset < end) {
        throw broken(
            path, "tensors %s and %s overlap", Quoted.of(previous), Quoted.of(tensor.name()));
      }
      if (offset > end) {
        throw broken(
            path,
            "%d bytes before tensor %s belong to no tensor",
            offset - end,
            Quoted.of(tensor.name()));
      }
      end = Math.addExact(offset, tensor.byteSize());
      previous = tensor.name();
    }
    long available = fileSize - dataStart;
    if (end > available) {
      throw broken(path, "its tensors need %d bytes and it has %d: truncated?", end, available);
    }
    if (end < available) {
      throw broken(path, "%d bytes at its end belong to no tensor", available - end);
    }
  }

  private long offset(TensorInfo tensor) {
    return offsets.getOrDefault(tensor.name(), 0L);
  }

  @FormatMethod
  static LlavaSgException broken(Path file, String reason, Object... arguments) {
    return LlavaSgException.user(
        "cannot read safetensors file '%s': %s", file, String.format(reason, arguments));
  }

  private static String oneLine(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage()).replaceAll("\\s*\\R.*", "");
  }
}
