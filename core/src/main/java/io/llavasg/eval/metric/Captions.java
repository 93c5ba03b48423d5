package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.List;

/**
 * Captions beside their references, as tokens.
 *
 * @param references of every image, at least one each
 * @param candidates the caption to be scored of every image, in the same order
 */
public record Captions(List<List<List<String>>> references, List<List<String>> candidates) {

  public Captions {
    if (references.size() != candidates.size()) {
      throw LlavaSgException.user(
          "there are %d captions for the references of %d images",
          candidates.size(), references.size());
    }
    for (int i = 0; i < references.size(); i++) {
      if (references.get(i).isEmpty()) {
        throw LlavaSgException.user("caption %d has no reference to be scored against", i + 1);
      }
    }
    references = List.copyOf(references);
    candidates = List.copyOf(candidates);
  }

  /** Captions from plain texts, by {@link PtbTokenizer}. */
  public static Captions tokenize(List<List<String>> references, List<String> candidates) {
    return new Captions(
        references.parallelStream().map(Captions::tokens).toList(),
        candidates.parallelStream().map(PtbTokenizer::tokenize).toList());
  }

  private static List<List<String>> tokens(List<String> texts) {
    return texts.stream().map(PtbTokenizer::tokenize).toList();
  }
}
