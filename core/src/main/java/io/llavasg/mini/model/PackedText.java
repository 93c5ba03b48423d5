package io.llavasg.mini.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Documents one behind the other in rows of one length, so that no position is wasted on padding. A
 * row begins with a document and is filled with those that follow; what does not fit is cut off.
 * Which documents a row has depends on its number alone.
 *
 * @param documents each document by its number
 * @param length positions of a row
 */
record PackedText(LongFunction<Document> documents, int length) {
  /** A document is so long at least: so a row needs no more documents than this allows. */
  private static final int SHORTEST = 8;

  /** Documents set aside for a row; more than it can need. */
  private long reserved() {
    return length / SHORTEST + 1L;
  }

  /**
   * A batch of rows.
   *
   * @param first number of its first row
   */
  Rows rows(long first, int count) {
    List<Document> rows = new ArrayList<>();
    for (long row = first; row < first + count; row++) {
      List<Document> parts = new ArrayList<>();
      int filled = 0;
      for (long next = row * reserved(); filled < length; next++) {
        Document document = documents.apply(next);
        parts.add(document);
        filled += document.length();
      }
      rows.add(Document.joined(parts).upTo(length));
    }
    return Rows.of(rows);
  }
}
