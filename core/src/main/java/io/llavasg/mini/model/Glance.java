package io.llavasg.mini.model;

import io.llavasg.mini.world.language.Note;
import io.llavasg.text.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What stands at one position of a {@link Document}: a token, or several that are read at one
 * glance, as a sum of their embeddings.
 *
 * @param ids each once
 * @param shares what each one's embedding counts in the sum; of k whole tokens 1 / √k, so that the
 *     sum is about as long as one
 */
@SuppressWarnings("ArrayRecordComponent")
record Glance(int[] ids, float[] shares) {

  static Glance of(int id) {
    return new Glance(new int[] {id}, new float[] {1});
  }

  /** All words of a note; one that counts in part does so with each of its tokens. */
  static Glance of(Note note, Tokenizer tokenizer) {
    Map<Integer, Double> tokens = new LinkedHashMap<>();
    for (Note.Word word : note.words()) {
      for (int id : tokenizer.encode(word.text())) {
        tokens.merge(id, word.share(), Double::sum);
      }
    }
    double all = tokens.values().stream().mapToDouble(Double::doubleValue).sum();
    int[] ids = new int[tokens.size()];
    float[] shares = new float[tokens.size()];
    int at = 0;
    for (Map.Entry<Integer, Double> token : tokens.entrySet()) {
      ids[at] = token.getKey();
      shares[at++] = (float) (token.getValue() / Math.sqrt(all));
    }
    return new Glance(ids, shares);
  }

  int size() {
    return ids.length;
  }
}
