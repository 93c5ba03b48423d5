package io.llavasg.mini.model;

import io.llavasg.tensor.Functional;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * Documents one behind the other in rows of one length, so that no position is wasted on padding. A
 * row begins with a document and is filled with those that follow; what does not fit is cut off.
 * Which documents a row has depends on its number alone.
 *
 * @param documents each document by its number
 * @param length tokens of a row
 */
record PackedText(LongFunction<Document> documents, int length) {
  /** A document has so many tokens at least: so a row needs no more documents than this allows. */
  private static final int SHORTEST = 8;

  /**
   * A document.
   *
   * @param ids begin and end included
   * @param answers the same where an assistant's words are, and {@link Functional#IGNORED}
   *     elsewhere
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Document(long[] ids, long[] answers) {
    /** A document in which nothing is an answer. */
    static Document plain(int... ids) {
      long[] none = new long[ids.length];
      Arrays.fill(none, Functional.IGNORED);
      return new Document(Arrays.stream(ids).asLongStream().toArray(), none);
    }
  }

  /**
   * Rows of N tokens, one after the other.
   *
   * @param answers as a document's
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Rows(long[] ids, long[] answers, int count) {
    int length() {
      return ids.length / count;
    }
  }

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
    long[] ids = new long[count * length];
    long[] answers = new long[count * length];
    for (int row = 0; row < count; row++) {
      int filled = 0;
      for (long next = (first + row) * reserved(); filled < length; next++) {
        Document document = documents.apply(next);
        for (int i = 0; i < document.ids.length && filled < length; i++) {
          ids[row * length + filled] = document.ids[i];
          answers[row * length + filled++] = document.answers[i];
        }
      }
    }
    return new Rows(ids, answers, count);
  }
}
