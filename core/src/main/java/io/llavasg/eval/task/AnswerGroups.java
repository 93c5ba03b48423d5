package io.llavasg.eval.task;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Answers that count as one where all of them are right. A group that lacks an answer might have
 * been wrong by it, so it counts for nothing.
 *
 * @param whole the groups of which every item is answered, in the order of their first answers
 * @param incomplete how many groups have some of their answers
 */
record AnswerGroups<K>(SequencedMap<K, List<Answered>> whole, int incomplete) {

  /**
   * Groups answers.
   *
   * @param items all that were to be answered
   * @param group what an item belongs to
   */
  static <K> AnswerGroups<K> of(
      List<EvalItem> items, List<Answered> answers, Function<EvalItem, K> group) {
    LinkedHashMap<K, List<Answered>> whole =
        answers.stream()
            .collect(
                Collectors.groupingBy(
                    one -> group.apply(one.item()), LinkedHashMap::new, Collectors.toList()));
    Map<K, Long> sizes =
        items.stream().collect(Collectors.groupingBy(group, Collectors.counting()));
    Set<K> incomplete = new HashSet<>();
    whole.forEach(
        (key, answered) -> {
          if (answered.size() < sizes.getOrDefault(key, 0L)) {
            incomplete.add(key);
          }
        });
    whole.keySet().removeAll(incomplete);
    return new AnswerGroups<>(whole, incomplete.size());
  }
}
