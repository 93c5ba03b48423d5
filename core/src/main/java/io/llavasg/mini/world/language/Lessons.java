package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Ability;
import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The training data of the paper's three stages, in miniature: captions, relation questions, and
 * instructions in one turn or several. Nothing that {@link Split} or a template's mark reserves for
 * the test is in them.
 */
public final class Lessons {
  /** Reading a picture is most of the work: as in LLaVA's mix, one is asked about several times. */
  private static final int MOST_QUESTIONS = 8;

  /** Fewer, where something longer precedes them. */
  private static final int MOST_FURTHER = 4;

  private Lessons() {}

  /** Stage 1: a caption. */
  public static Lesson caption(Scene scene, Chance chance) {
    String asked = Template.drawn("caption", Split.TRAIN, chance).text();
    return Lesson.of(
        List.of(Turn.user(asked), Turn.assistant(Captions.drawn(scene, Split.TRAIN, chance))));
  }

  /** Stage 2: a relation question; none if the scene has no two things that are clearly related. */
  public static Optional<Lesson> relation(Scene scene, Chance chance) {
    return RelationQuestion.drawn(scene, Split.TRAIN, chance)
        .map(
            question ->
                new Lesson(
                    List.of(
                        Turn.user(question.text() + Prompts.SHORT_ANSWER),
                        Turn.assistant(question.predicate().word())),
                    Optional.of(question)));
  }

  /**
   * Stage 3: of ten, six are one to eight questions with short answers, two a multiple choice, one
   * a caption, one a caption, a list of kinds or descriptions of things, with questions after it.
   */
  public static Lesson instruction(Scene scene, Chance chance) {
    int form = chance.weighted(6, 2, 1, 1);
    if (form == 1) {
      return choice(scene, chance);
    }
    List<Turn> turns = new ArrayList<>();
    if (form == 2) {
      turns.add(Turn.user(Prompts.CAPTION));
      turns.add(Turn.assistant(Captions.drawn(scene, Split.TRAIN, chance)));
    } else {
      if (form == 3) {
        addOverview(turns, scene, chance);
      }
      int most = form == 3 ? MOST_FURTHER : MOST_QUESTIONS;
      addQuestions(turns, scene, 1 + chance.below(most), chance);
    }
    return Lesson.of(turns);
  }

  private static void addOverview(List<Turn> turns, Scene scene, Chance chance) {
    int form = chance.below(3);
    if (form == 0) {
      turns.addAll(caption(scene, chance).turns());
    } else if (form == 1) {
      turns.addAll(Descriptions.turns(scene, MOST_FURTHER, chance));
    } else {
      turns.add(Turn.user(Template.drawn("list", Split.TRAIN, chance).text()));
      List<String> kinds = scene.kinds().stream().map(Kind::word).map(Words::withArticle).toList();
      turns.add(Turn.assistant(Words.sentence(Words.joined(kinds)) + "."));
    }
  }

  private static void addQuestions(List<Turn> turns, Scene scene, int count, Chance chance) {
    Questions questions = new Questions(scene, Split.TRAIN, chance);
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Question question = questions.any();
      if (!asked.contains(question.text())) {
        asked.add(question.text());
        turns.add(Turn.user(question.text() + Prompts.SHORT_ANSWER));
        turns.add(Turn.assistant(question.answer()));
      }
    }
  }

  private static Lesson choice(Scene scene, Chance chance) {
    Choices choices = new Choices(scene, Split.TRAIN, chance);
    while (true) {
      Optional<Choice> drawn = choices.drawn(chance.pick(List.of(Skill.values())));
      if (drawn.isPresent()) {
        Choice choice = drawn.get();
        String text = chance.happens(.5) ? Prompts.choice(choice) : Prompts.benchmarkChoice(choice);
        return Lesson.of(List.of(Turn.user(text), Turn.assistant(Choice.letter(choice.right()))));
      }
    }
  }

  /** Stage 3's samples without an image: common sense about kinds. */
  public static Lesson fact(Chance chance) {
    Ability ability = chance.pick(List.of(Ability.values()));
    Kind able = chance.pick(ability.kinds());
    String question;
    String answer;
    switch (chance.below(3)) {
      case 0 -> {
        question = fact("fact_able", chance, ability.phrase());
        answer = able.word();
      }
      case 1 -> {
        Kind kind =
            chance.pick(
                Kind.ALL.stream().filter(k -> Category.NAMED.contains(k.category())).toList());
        question = fact("fact_what", chance, Words.withArticle(kind.word()));
        answer = Words.withArticle(kind.category().word());
      }
      default -> {
        Kind other =
            chance.pick(
                Kind.ALL.stream()
                    .filter(k -> !ability.kinds().contains(k) && !ability.doubtful().contains(k))
                    .toList());
        boolean yes = chance.happens(.5);
        String name = Words.withArticle((yes ? able : other).word());
        question = fact("fact_can", chance, name, ability.phrase());
        answer = yes ? "yes" : "no";
      }
    }
    return Lesson.of(List.of(Turn.user(question + Prompts.SHORT_ANSWER), Turn.assistant(answer)));
  }

  private static String fact(String key, Chance chance, String... slots) {
    return Template.drawn(key, Split.TRAIN, chance).filled(List.of(slots));
  }
}
