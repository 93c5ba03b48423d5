package io.llavasg.mini.model;

import java.util.function.LongFunction;

/**
 * Documents one behind the other in rows of one length, so that no position is wasted on padding. A
 * row begins with a document and is filled with those that follow; what does not fit is cut off.
 * Which documents a row has depends on its number alone.
 *
 * @param documents token ids of each document, begin and end included, by its number
 * @param length tokens of a row
 */
record PackedText(LongFunction<int[]> documents, int length) {
  /** A document has so many tokens at least: so a row needs no more documents than this allows. */
  private static final int SHORTEST = 8;

  /** Documents set aside for a row; more than it can need. */
  private long reserved() {
    return length / SHORTEST + 1L;
  }

  /**
   * A batch of rows, row by row.
   *
   * @param first number of its first row
   */
  long[] rows(long first, int count) {
    long[] ids = new long[count * length];
    for (int row = 0; row < count; row++) {
      int filled = 0;
      for (long next = (first + row) * reserved(); filled < length; next++) {
        for (int id : documents.apply(next)) {
          if (filled < length) {
            ids[row * length + filled++] = id;
          }
        }
      }
    }
    return ids;
  }
}
