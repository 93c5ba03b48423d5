package io.llavasg.eval.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * NLVR's figures. A statement is shown with several pictures.
 *
 * @param statements how many different ones there are
 * @param accuracy share of right judgements
 * @param consistency share of statements that are judged rightly with all their pictures
 */
public record PairConsistency(int statements, double accuracy, double consistency) {

  /**
   * One statement beside one picture.
   *
   * @param statement what the judgements of one statement have in common
   * @param right whether the answer was
   */
  public record Judgement(String statement, boolean right) {}

  /** The figures of these judgements; 0 of none. */
  public static PairConsistency of(List<Judgement> judgements) {
    Map<String, Boolean> consistent = new LinkedHashMap<>();
    for (Judgement judgement : judgements) {
      consistent.merge(judgement.statement(), judgement.right(), Boolean::logicalAnd);
    }
    long right = judgements.stream().filter(Judgement::right).count();
    long whole = consistent.values().stream().filter(all -> all).count();
    return judgements.isEmpty()
        ? new PairConsistency(0, 0, 0)
        : new PairConsistency(
            consistent.size(),
            (double) right / judgements.size(),
            (double) whole / consistent.size());
  }
}
