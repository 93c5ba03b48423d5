package io.llavasg.mini.model;

import io.llavasg.tensor.Tensor;
import io.llavasg.text.Tokenizer;
import java.util.List;

/**
 * Texts as CLIP's text encoder reads them, in plain Java.
 *
 * @param ids B·N token ids, zero behind a text's end
 * @param last where each text's last token stands among them
 */
@SuppressWarnings("ArrayRecordComponent")
record Texts(long[] ids, long[] last) {

  /**
   * @param longest tokens of a text, begin and end included; what is longer is cut
   */
  static Texts of(List<String> texts, Tokenizer tokenizer, int longest) {
    List<int[]> rows = texts.stream().map(text -> row(text, tokenizer, longest)).toList();
    int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    long[] ids = new long[rows.size() * width];
    long[] last = new long[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      int[] row = rows.get(i);
      for (int j = 0; j < row.length; j++) {
        ids[i * width + j] = row[j];
      }
      last[i] = (long) i * width + row.length - 1;
    }
    return new Texts(ids, last);
  }

  private static int[] row(String text, Tokenizer tokenizer, int longest) {
    int[] words = tokenizer.encode(text);
    int count = Math.min(words.length, longest - 2);
    int[] ids = new int[count + 2];
    ids[0] = tokenizer.bos();
    System.arraycopy(words, 0, ids, 1, count);
    ids[count + 1] = tokenizer.eos();
    return ids;
  }

  int size() {
    return last.length;
  }

  Tensor idTensor() {
    return Tensor.of(ids, size(), ids.length / size());
  }

  Tensor lastTensor() {
    return Tensor.of(last, size());
  }
}
