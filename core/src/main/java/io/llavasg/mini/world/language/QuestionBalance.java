package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Questions of some types, the types asked about equally often as far as scenes allow it. */
final class QuestionBalance {
  /** How often a reserved pair is preferred where a scene has one. */
  private static final double PREFER_RESERVED = .35;

  private final Map<QuestionType, Integer> types = new HashMap<>();
  private final Balance<Candidate> balance =
      new Balance<>(
          candidate -> candidate.type().key() + candidate.group() + candidate.pairReserved(),
          Candidate::answer,
          candidate -> candidate.type().key() + candidate.slots());

  QuestionBalance(Set<QuestionType> types) {
    types.forEach(type -> this.types.put(type, 0));
  }

  Optional<Question> choose(Questions questions, Chance chance) {
    List<QuestionType> order =
        new ArrayList<>(chance.shuffled(types.keySet().stream().sorted().toList()));
    order.sort(Comparator.comparingInt(type -> Objects.requireNonNullElse(types.get(type), 0)));
    for (QuestionType type : order) {
      List<Candidate> candidates =
          preferred(
              questions.groups(type).stream()
                  .flatMap(byAnswer -> byAnswer.values().stream())
                  .flatMap(List::stream)
                  .toList(),
              Candidate::pairReserved,
              chance);
      Optional<Candidate> chosen = balance.choose(candidates, chance);
      if (chosen.isPresent()) {
        types.merge(type, 1, Integer::sum);
        return chosen.map(questions::asked);
      }
    }
    return Optional.empty();
  }

  /** Some of the time those alone that training never names, where there are any. */
  static <T> List<T> preferred(List<T> all, Predicate<T> reserved, Chance chance) {
    List<T> preferred = all.stream().filter(reserved).toList();
    return preferred.isEmpty() || !chance.happens(PREFER_RESERVED) ? all : preferred;
  }
}
