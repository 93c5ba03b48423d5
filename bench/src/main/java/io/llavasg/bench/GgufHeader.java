package io.llavasg.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** What a GGUF file says before its weights: keys with values, then names and shapes. */
final class GgufHeader {
  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int VERSION = 3;
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final ByteArrayOutputStream values = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private int valueCount;
  private int tensorCount;

  GgufHeader text(String key, String value) {
    key(key, STRING);
    string(values, value);
    return this;
  }

  GgufHeader integer(String key, int value) {
    key(key, UINT32);
    int32(values, value);
    return this;
  }

  GgufHeader real(String key, float value) {
    key(key, FLOAT32);
    int32(values, Float.floatToIntBits(value));
    return this;
  }

  /** Control tokens, SentencePiece's 256 bytes, then words of no meaning. */
  GgufHeader placeholderVocabulary(int size) {
    array("tokenizer.ggml.tokens", STRING, size);
    for (int id = 0; id < size; id++) {
      string(values, token(id));
    }
    array("tokenizer.ggml.scores", FLOAT32, size);
    each(size, id -> Float.floatToIntBits(-id));
    array("tokenizer.ggml.token_type", INT32, size);
    each(size, GgufHeader::type);
    return this;
  }

  private static String token(int id) {
    return switch (id) {
      case 0 -> "<unk>";
      case 1 -> "<s>";
      case 2 -> "</s>";
      default -> id < 259 ? String.format("<0x%02X>", id - 3) : "word" + id;
    };
  }

  /** llama.cpp's kinds of token: unknown 2, control 3, byte 6, normal 1. */
  private static int type(int id) {
    return id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1;
  }

  /** A tensor of {@code shape}, outermost first, whose data starts {@code offset} into the data. */
  GgufHeader tensor(String name, int type, List<Long> shape, long offset) {
    tensorCount++;
    string(tensors, name);
    int32(tensors, shape.size());
    for (int i = shape.size() - 1; i >= 0; i--) {
      int64(tensors, shape.get(i));
    }
    int32(tensors, type);
    int64(tensors, offset);
    return this;
  }

  ByteBuffer bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int32(all, MAGIC);
    int32(all, VERSION);
    int64(all, tensorCount);
    int64(all, valueCount);
    all.writeBytes(values.toByteArray());
    all.writeBytes(tensors.toByteArray());
    return ByteBuffer.wrap(all.toByteArray());
  }

  private void key(String key, int type) {
    valueCount++;
    string(values, key);
    int32(values, type);
  }

  private void array(String key, int type, int size) {
    key(key, ARRAY);
    int32(values, type);
    int64(values, size);
  }

  private void each(int size, IntUnaryOperator bits) {
    for (int id = 0; id < size; id++) {
      int32(values, bits.applyAsInt(id));
    }
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void int32(ByteArrayOutputStream out, int value) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(value >>> shift);
    }
  }

  private static void int64(ByteArrayOutputStream out, long value) {
    int32(out, (int) value);
    int32(out, (int) (value >>> Integer.SIZE));
  }
}
