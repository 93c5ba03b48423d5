package io.llavasg.train;

import io.llavasg.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells models apart: name, dtype and shape of every weight, and the bytes at its two ends, so that
 * gigabytes need not be read.
 */
public final class Fingerprint {
  private static final long ENDS = 512;

  private final MessageDigest digest = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * @param weight contiguous, on the CPU
   */
  public void add(String name, Tensor weight) {
    digest.update((name + weight).getBytes(StandardCharsets.UTF_8));
    MemorySegment memory = weight.memory();
    long end = Math.min(ENDS, memory.byteSize());
    add(memory.asSlice(0, end));
    add(memory.asSlice(memory.byteSize() - end, end));
  }

  private void add(MemorySegment bytes) {
    ByteBuffer buffer = bytes.asByteBuffer();
    digest.update(buffer);
  }

  /** Of what was added so far; ends the work. */
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
