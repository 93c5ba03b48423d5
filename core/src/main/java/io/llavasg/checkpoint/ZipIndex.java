package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the stored entries of a mapped zip file lie. It reads the central directory (zip64 too) and
 * each entry's local header, as PKWARE's APPNOTE 4.3 lays them out.
 */
final class ZipIndex {

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final long MAX_32 = 0xffffffffL;
  private static final int LONGEST_COMMENT = 0xffff;

  private final MemorySegment zip;
  private final String file;
  private final Map<String, MemorySegment> entries = new LinkedHashMap<>();

  private ZipIndex(MemorySegment zip, String file) {
    this.zip = zip;
    this.file = file;
  }

  /**
   * The entries by name, each as its bytes within {@code zip}.
   *
   * @throws LlavaSgException user, if it's no zip file, truncated, or has a compressed or encrypted
   *     entry
   */
  static Map<String, MemorySegment> read(MemorySegment zip, String file) {
    ZipIndex index = new ZipIndex(zip, file);
    try {
      index.readDirectory();
    } catch (IndexOutOfBoundsException e) {
      throw index.broken("its directory points outside the file: truncated?");
    }
    return index.entries;
  }

  private void readDirectory() {
    long end = findEnd();
    long count = u16(end + 10);
    long offset = u32(end + 16);
    if (end >= 20 && int32(end - 20) == LOCATOR_64) {
      long end64 = u64(end - 20 + 8);
      if (int32(end64) != END_64) {
        throw broken("its zip64 directory is missing");
      }
      count = u64(end64 + 32);
      offset = u64(end64 + 48);
    }
    for (long i = 0; i < count; i++) {
      offset = readEntry(offset);
    }
  }

  /** The end record lies at the file's end, before a comment that may be 64 KiB long. */
  private long findEnd() {
    long last = zip.byteSize() - 22;
    for (long at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--) {
      if (int32(at) == END && u16(at + 20) == last - at) {
        return at;
      }
    }
    throw broken("it has no zip directory at its end: truncated?");
  }

  private long readEntry(long at) {
    if (int32(at) != CENTRAL) {
      throw broken("its zip directory is damaged");
    }
    int nameLength = u16(at + 28);
    int extraLength = u16(at + 30);
    String name =
        new String(
            zip.asSlice(at + 46, nameLength).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.UTF_8);
    boolean encrypted = (u16(at + 8) & 1) != 0;
    if (u16(at + 10) != 0 || encrypted) {
      throw broken(
          "its entry " + Quoted.of(name) + " is compressed or encrypted, which PyTorch never does");
    }
    long[] sizes = sizes(at, at + 46 + nameLength, extraLength);
    long local = sizes[2];
    if (int32(local) != LOCAL || sizes[0] != sizes[1]) {
      throw broken("its zip directory is damaged");
    }
    long data = local + 30 + u16(local + 26) + u16(local + 28);
    if (entries.put(name, zip.asSlice(data, sizes[0])) != null) {
      throw broken("its entry " + Quoted.of(name) + " is there twice");
    }
    return at + 46 + nameLength + extraLength + u16(at + 32);
  }

  /** Stored size, size, and offset of the local header, out of the zip64 field where too large. */
  private long[] sizes(long central, long extra, int extraLength) {
    long[] sizes = {u32(central + 24), u32(central + 20), u32(central + 42)};
    for (long at = extra; at + 4 <= extra + extraLength; at += 4 + u16(at + 2)) {
      if (u16(at) != 1) {
        continue;
      }
      long field = at + 4;
      for (int i = 0; i < sizes.length; i++) {
        if (sizes[i] == MAX_32) {
          sizes[i] = u64(field);
          field += 8;
        }
      }
    }
    return sizes;
  }

  private LlavaSgException broken(String reason) {
    return LlavaSgException.user("cannot read PyTorch file '%s': %s", file, reason);
  }

  private int int32(long at) {
    return zip.get(U32, at);
  }

  private int u16(long at) {
    return Short.toUnsignedInt(zip.get(U16, at));
  }

  private long u32(long at) {
    return Integer.toUnsignedLong(zip.get(U32, at));
  }

  private long u64(long at) {
    long value = zip.get(U64, at);
    if (value < 0) {
      throw new IndexOutOfBoundsException("beyond 2^63");
    }
    return value;
  }
}
