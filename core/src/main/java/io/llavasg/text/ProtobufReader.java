package io.llavasg.text;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The wire format of Protocol Buffers: a message is a sequence of fields, each a varint key (number
 * times 8 plus wire type) and a value. Running over the end throws {@link
 * BufferUnderflowException}.
 */
final class ProtobufReader {
  private final ByteBuffer bytes;
  private int key;

  ProtobufReader(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes on to the next field; false at the message's end. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    key = (int) varint();
    return true;
  }

  /** Number of the current field. */
  int field() {
    return key >>> 3;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }

  boolean bool() {
    return varint() != 0;
  }

  float float32() {
    return bytes.getFloat();
  }

  String string() {
    return StandardCharsets.UTF_8.decode(delimited()).toString();
  }

  ProtobufReader message() {
    return new ProtobufReader(delimited());
  }

  /** Steps over the current field's value. */
  void skip() {
    switch (key & 7) {
      case 0 -> varint();
      case 1 -> bytes.getLong();
      case 2 -> delimited();
      case 5 -> bytes.getInt();
      default -> throw new BufferUnderflowException();
    }
  }

  private ByteBuffer delimited() {
    long length = varint();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer content = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return content;
  }
}
