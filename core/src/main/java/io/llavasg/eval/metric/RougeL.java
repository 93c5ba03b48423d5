package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * ROUGE-L as the COCO evaluation computes it (Lin 2004): the F measure, recall weighted by β² =
 * 1.44, of the best precision and the best recall of longest common subsequences over the
 * references. A caption without words counts as one empty word.
 */
public final class RougeL {
  private static final double BETA_SQUARED = 1.2 * 1.2;
  private static final List<String> EMPTY = List.of("");

  private RougeL() {}

  /** Scores captions. */
  public static CaptionScores of(Captions captions) {
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < captions.candidates().size(); i++) {
      scores.add(score(captions.candidates().get(i), captions.references().get(i)));
    }
    return CaptionScores.mean(scores);
  }

  private static double score(List<String> candidate, List<List<String>> references) {
    List<String> words = candidate.isEmpty() ? EMPTY : candidate;
    double precision = 0;
    double recall = 0;
    for (List<String> reference : references) {
      List<String> theirs = reference.isEmpty() ? EMPTY : reference;
      int common = longestCommon(words, theirs);
      precision = Math.max(precision, (double) common / words.size());
      recall = Math.max(recall, (double) common / theirs.size());
    }
    return precision == 0 || recall == 0
        ? 0
        : (1 + BETA_SQUARED) * precision * recall / (recall + BETA_SQUARED * precision);
  }

  /** Length of the longest common subsequence. */
  private static int longestCommon(List<String> a, List<String> b) {
    int[] lengths = new int[b.size() + 1];
    for (String word : a) {
      int diagonal = 0;
      for (int j = 1; j <= b.size(); j++) {
        int above = lengths[j];
        lengths[j] = word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, lengths[j - 1]);
        diagonal = above;
      }
    }
    return lengths[b.size()];
  }
}
