package io.llavasg.tensor;

import io.llavasg.LlavaSgException;

/** Element types of tensors, named as safetensors names them. */
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /**
   * Parses a name such as {@code bf16} or {@code F32}, as a user or a safetensors header has it.
   */
  public static DType parse(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equalsIgnoreCase(name)) {
        return dtype;
      }
    }
    throw LlavaSgException.user("unknown dtype '%s'; known are F32, F16 and BF16", name);
  }
}
