package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What can be had without looking. The majority baseline always gives the answer (of multiple
 * choices: the letter) that the test itself has most of: no constant one is right more often. The
 * text-only baseline gives the most frequent training answer to the question's text; to a text that
 * training has too few of, the most frequent one to its template; else to its type. Of a relation
 * the two things that it names come in between, then the second alone. Of multiple choices it takes
 * the option that this is truest of, and of captions the most frequent one.
 */
public final class Baselines {
  /** Answers of a context from which on it is trusted. */
  private static final int ENOUGH = 5;

  private final Map<String, Map<String, Integer>> answers = new HashMap<>();

  /**
   * A question to learn from or to be scored on.
   *
   * @param contexts what a reader has without the image, from the whole text to the type alone
   * @param options among which to choose; empty: any answer
   * @param constant what a constant answer would have to be
   */
  public record Asked(List<String> contexts, List<String> options, String answer, String constant) {

    /** An open question. */
    public static Asked of(Question question) {
      return new Asked(
          List.of(question.text(), question.form(), question.type().key()),
          List.of(),
          question.answer(),
          question.answer());
    }

    /** A multiple choice. */
    public static Asked of(Choice choice) {
      return new Asked(
          List.of(choice.category() + " " + choice.text(), choice.category()),
          choice.options(),
          choice.options().get(choice.right()),
          Choice.letter(choice.right()));
    }

    /** A question of POPE: to training, one of existence. */
    public static Asked of(PopeQuestion question) {
      return new Asked(
          List.of(question.text(), QuestionType.EXISTS.key()),
          List.of(),
          question.label(),
          question.label());
    }

    /**
     * A relation question: what things are called says something of how they stand, a table's being
     * under what it is named with.
     */
    public static Asked of(RelationQuestion question) {
      String predicate = question.predicate().word();
      String compared = question.source() == RelationQuestion.Source.SIZE ? "size " : "place ";
      String subject = lastWord(question.subject());
      String object = lastWord(question.object());
      return new Asked(
          List.of(
              question.text(),
              compared + subject + " and " + object,
              compared + "and " + object,
              question.template().text(),
              compared.strip()),
          List.of(),
          predicate,
          predicate);
    }

    /** A caption, which has no question. */
    public static Asked ofCaption(String caption) {
      return new Asked(List.of("caption"), List.of(), caption, caption);
    }

    private static String lastWord(String name) {
      return name.substring(name.lastIndexOf(' ') + 1);
    }
  }

  /**
   * Shares of right answers.
   *
   * @param constant the constant answer
   */
  public record Scores(int questions, String constant, double majority, double textOnly) {}

  /** Learnt from all kinds of questions about so many training scenes. */
  public static Baselines learnt(long seed, int scenes) {
    Baselines baselines = new Baselines();
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    Chance all = Chance.of(seed).split("baselines");
    for (int i = 0; i < scenes; i++) {
      Chance chance = all.split(i);
      Scene scene = generator.scene(chance.next());
      Questions questions = new Questions(scene, Split.TRAIN, chance);
      for (QuestionType type : QuestionType.values()) {
        questions.drawn(type).map(Asked::of).ifPresent(baselines::learn);
      }
      Choices choices = new Choices(scene, Split.TRAIN, chance);
      for (Skill skill : Skill.values()) {
        choices.drawn(skill).map(Asked::of).ifPresent(baselines::learn);
      }
      RelationQuestion.drawn(scene, Split.TRAIN, chance).map(Asked::of).ifPresent(baselines::learn);
      Captions.references(scene, Split.TRAIN, chance.split("captions")).stream()
          .map(Asked::ofCaption)
          .forEach(baselines::learn);
    }
    return baselines;
  }

  /** Learns from a training question. */
  public void learn(Asked asked) {
    for (String context : asked.contexts) {
      answers.computeIfAbsent(context, key -> new HashMap<>()).merge(asked.answer, 1, Integer::sum);
    }
  }

  /** The text-only answer; empty if training had nothing of the kind. */
  public String guess(Asked asked) {
    Predicate<String> offered = answer -> asked.options.isEmpty() || asked.options.contains(answer);
    String guess = "";
    for (String context : asked.contexts) {
      Map<String, Integer> known = answers.getOrDefault(context, Map.of());
      int count =
          known.keySet().stream()
              .filter(offered)
              .mapToInt(answer -> known.getOrDefault(answer, 0))
              .sum();
      if (count > 0) {
        guess = most(known, offered);
      }
      if (count >= ENOUGH) {
        break;
      }
    }
    return guess;
  }

  /** The majority's answer to all of a test. */
  public static String constant(List<Asked> test) {
    Map<String, Integer> constants = new HashMap<>();
    test.forEach(asked -> constants.merge(asked.constant, 1, Integer::sum));
    return most(constants, answer -> true);
  }

  /** Scores both baselines on a test. */
  public Scores score(List<Asked> test) {
    String constant = constant(test);
    long majority = test.stream().filter(asked -> asked.constant.equals(constant)).count();
    long right = test.stream().filter(asked -> guess(asked).equals(asked.answer)).count();
    double count = Math.max(1, test.size());
    return new Scores(test.size(), constant, majority / count, right / count);
  }

  /** The most frequent; of equally frequent ones the first in the alphabet. */
  private static String most(Map<String, Integer> counts, Predicate<String> offered) {
    return counts.entrySet().stream()
        .filter(entry -> offered.test(entry.getKey()))
        .min(
            Comparator.comparingInt((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
