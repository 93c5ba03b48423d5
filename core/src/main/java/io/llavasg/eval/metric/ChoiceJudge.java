package io.llavasg.eval.metric;

import java.util.Optional;
import java.util.SequencedMap;

/** Somebody who reads a free answer to a question with options, and says which one it means. */
@FunctionalInterface
public interface ChoiceJudge {

  /**
   * The letter of the option that the answer means; none if it means none of them.
   *
   * @param options the options' texts by letter
   */
  Optional<String> choose(String question, SequencedMap<String, String> options, String answer);
}
