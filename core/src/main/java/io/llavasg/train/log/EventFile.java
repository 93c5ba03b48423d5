package io.llavasg.train.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.zip.CRC32C;

/** Writes an event file of TensorBoard; the package's documentation has the format. */
final class EventFile implements AutoCloseable {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;
  private static final int SESSION_START = 1;

  private final Path path;
  private final OutputStream output;

  private final DoubleSupplier clock;

  private EventFile(Path path, OutputStream output, DoubleSupplier clock) {
    this.path = path;
    this.output = output;
    this.clock = clock;
  }

  /**
   * Starts a file of its own in a folder of event files.
   *
   * @param next the first step to come; what other files of the folder hold from it on is void
   */
  static EventFile create(Path folder, long next) {
    return create(folder, next, () -> System.currentTimeMillis() / 1e3);
  }

  /**
   * As {@link #create(Path, long)}.
   *
   * @param clock seconds since 1970
   */
  static EventFile create(Path folder, long next, DoubleSupplier clock) {
    long millis = (long) (clock.getAsDouble() * 1e3);
    Path path =
        folder.resolve(
            "events.out.tfevents.%010d.llava-sg.%03d".formatted(millis / 1000, millis % 1000));
    try {
      Files.createDirectories(folder);
      EventFile file =
          new EventFile(
              path,
              Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
              clock);
      file.write(file.event().text(3, "brain.Event:2"));
      file.write(file.event().integer(2, next).message(7, new Message().integer(1, SESSION_START)));
      return file;
    } catch (IOException e) {
      throw StepLog.failed(path, e);
    }
  }

  private Message event() {
    return new Message().number(1, clock.getAsDouble());
  }

  /** Adds values of a step. */
  void add(long step, Map<String, Double> values) {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.message(1, new Message().text(1, tag).shortNumber(2, value.floatValue())));
    try {
      write(event().integer(2, step).message(5, summary));
    } catch (IOException e) {
      throw StepLog.failed(path, e);
    }
  }

  private void write(Message event) throws IOException {
    byte[] payload = event.bytes.toByteArray();
    ByteBuffer record = ByteBuffer.allocate(payload.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(payload.length);
    record.putInt(masked(record.array(), 8));
    record.put(payload);
    record.putInt(masked(payload, payload.length));
    output.write(record.array());
    output.flush();
  }

  private static int masked(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
  }

  @Override
  public void close() {
    try {
      output.close();
    } catch (IOException e) {
      throw StepLog.failed(path, e);
    }
  }

  /** A protocol buffer in the making. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message integer(int field, long value) {
      key(field, VARINT);
      varint(value);
      return this;
    }

    Message number(int field, double value) {
      key(field, FIXED_64);
      fixed(Double.doubleToLongBits(value), Long.BYTES);
      return this;
    }

    Message shortNumber(int field, float value) {
      key(field, FIXED_32);
      fixed(Float.floatToIntBits(value), Integer.BYTES);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes.toByteArray());
    }

    private Message bytes(int field, byte[] value) {
      key(field, BYTES);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void key(int field, int type) {
      varint((long) field << 3 | type);
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    private void fixed(long value, int size) {
      for (int i = 0; i < size; i++) {
        bytes.write((int) (value >>> 8 * i));
      }
    }
  }
}
