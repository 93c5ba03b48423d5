package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Questions of a few words, {@code color dog}: so many fit into one text that a network finds out
 * in minutes what looking something up is.
 */
enum Keywords {
  /** What one look answers, and relations; nothing but single words names things. */
  PLAIN(4, 0, 1),
  /** All that is asked in sentences. */
  ALL(3, 1, 2);

  /** What one look answers. */
  private static final List<QuestionType> SIMPLE =
      List.of(
          QuestionType.EXISTS,
          QuestionType.COLOR,
          QuestionType.SIZE,
          QuestionType.KIND,
          QuestionType.CATEGORY,
          QuestionType.SIDE,
          QuestionType.COUNT,
          QuestionType.BACKGROUND,
          QuestionType.TONE);

  /** {@code color dog}, or {@code is a dog}, and not {@code color red dog}. */
  private static final int PLAIN_WORDS = 2;

  private static final Set<String> ARTICLES = Set.of("a", "an");

  /** Questions of a scene, and draws for them: some meet nothing, or what was asked already. */
  private static final int MOST = 16;

  private static final int DRAWS = 60;

  /** How often: one look, any type, relation classification's. */
  private final int[] shares;

  Keywords(int... shares) {
    this.shares = shares;
  }

  /** Questions and answers; none is asked twice, in whatever order of words. */
  List<Turn> turns(Scene scene, Chance chance) {
    SceneFacts facts = new SceneFacts(scene);
    Questions questions = new Questions(facts, Split.TRAIN, Wording.KEYWORDS, chance);
    List<RelationQuestion.Pair> pairs =
        RelationQuestion.pairs(facts, Split.TRAIN).stream()
            .filter(pair -> this == ALL || isPlain(pair))
            .toList();
    List<Turn> turns = new ArrayList<>();
    Set<List<String>> asked = new HashSet<>();
    for (int i = 0; i < DRAWS && asked.size() < MOST; i++) {
      drawn(questions, pairs, chance)
          .filter(both -> asked.add(inAnyOrder(both.getFirst().text())))
          .ifPresent(turns::addAll);
    }
    return turns;
  }

  private static boolean isPlain(RelationQuestion.Pair pair) {
    return !pair.subject().contains(" ") && !pair.object().contains(" ");
  }

  private static boolean isPlain(String question) {
    return Stream.of(question.split(" ")).filter(word -> !ARTICLES.contains(word)).count()
        <= PLAIN_WORDS;
  }

  private Optional<List<Turn>> drawn(
      Questions questions, List<RelationQuestion.Pair> pairs, Chance chance) {
    int form = chance.weighted(shares);
    if (form == 2) {
      return RelationQuestion.drawn(pairs, Split.TRAIN, Wording.KEYWORDS, chance)
          .map(question -> turns(question.text(), question.predicate().word()));
    }
    QuestionType type = QuestionType.drawn(form == 0 ? SIMPLE : QuestionType.ALL, chance);
    return questions
        .drawn(type)
        .filter(question -> this == ALL || isPlain(question.text()))
        .map(question -> turns(question.text(), question.answer()));
  }

  private static List<Turn> turns(String question, String answer) {
    return List.of(Turn.user(question), Turn.assistant(answer));
  }

  private static List<String> inAnyOrder(String question) {
    return Stream.of(question.split(" ")).sorted().toList();
  }
}
