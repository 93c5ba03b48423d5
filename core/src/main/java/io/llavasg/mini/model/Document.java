package io.llavasg.mini.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A text as a language model reads it in its pretraining. Where several tokens are read at one
 * glance, they are not predicted.
 *
 * @param positions begin and end included
 * @param answers which positions are an assistant's words
 */
@SuppressWarnings("ArrayRecordComponent")
record Document(Glance[] positions, boolean[] answers) {

  /** Tokens one by one, none of them an answer. */
  static Document plain(int... ids) {
    return new Document(
        Arrays.stream(ids).mapToObj(Glance::of).toArray(Glance[]::new), new boolean[ids.length]);
  }

  /** The same as answers. */
  static Document answer(int... ids) {
    Document document = plain(ids);
    Arrays.fill(document.answers, true);
    return document;
  }

  /** A position each. */
  static Document glances(List<Glance> positions) {
    return new Document(positions.toArray(Glance[]::new), new boolean[positions.size()]);
  }

  /** One behind the other. */
  static Document joined(List<Document> documents) {
    int length = documents.stream().mapToInt(Document::length).sum();
    Glance[] positions =
        documents.stream().flatMap(one -> Stream.of(one.positions)).toArray(Glance[]::new);
    boolean[] answers = new boolean[length];
    int at = 0;
    for (Document one : documents) {
      System.arraycopy(one.answers, 0, answers, at, one.length());
      at += one.length();
    }
    return new Document(positions, answers);
  }

  int length() {
    return positions.length;
  }

  /** Its beginning, if it is longer. */
  Document upTo(int length) {
    int kept = Math.min(length, length());
    return new Document(Arrays.copyOf(positions, kept), Arrays.copyOf(answers, kept));
  }
}
