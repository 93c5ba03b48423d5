package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Ability;
import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The training data of the paper's three stages, in miniature: captions, relation questions, and
 * instructions in one turn or several. Nothing that {@link Split} or a template's mark reserves for
 * the test is in them.
 */
public final class Lessons {
  /**
   * How much is asked of one scene.
   *
   * @param forms weights of questions, choices, captions, overviews and descriptions in detail
   * @param fewest questions with short answers
   * @param choices most questions of multiple choice
   * @param relations share of questions that are relation classification's
   * @param firstTold share of first questions that say how to answer
   * @param toldHow the same of further ones
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Load(
      int[] forms,
      int fewest,
      int most,
      int choices,
      double relations,
      double firstTold,
      double toldHow) {}

  /** Reading a picture is most of the work: as in LLaVA's mix, one is asked about several times. */
  private static final Load PICTURE = new Load(new int[] {8, 4, 1, 1, 6}, 5, 11, 3, .2, 1, .5);

  /** A text's description leaves less room. */
  private static final Load TEXT = new Load(new int[] {7, 1, 1, 1, 0}, 1, 8, 1, 0, 1, 1);

  /** An exercise says it rarely: it is long, and nothing to look up. */
  private static final Load EXERCISE = new Load(new int[] {1}, 4, 6, 0, .3, .5, .1);

  /** Nobody says how to answer where nobody says who speaks. */
  private static final Load BARE = new Load(new int[] {1}, 8, 8, 0, .3, 0, 0);

  /** Fewer, where something longer stands beside them. */
  private static final int MOST_FURTHER = 4;

  private static final int MOST_RELATIONS = 5;

  /** In an exercise. */
  private static final int CHOICES = 4;

  /** A small scene has few choices that differ. */
  private static final int MOST_TRIES = 20;

  private Lessons() {}

  /** Stage 1: a caption. */
  public static Lesson caption(Scene scene, Chance chance) {
    String asked = Template.drawn("caption", Split.TRAIN, chance).text();
    return Lesson.of(
        List.of(Turn.user(asked), Turn.assistant(Captions.drawn(scene, Split.TRAIN, chance))));
  }

  /**
   * Stage 2: one to five relation questions, the lesson being named after the first; none if the
   * scene has no two things that are clearly related.
   */
  public static Optional<Lesson> relation(Scene scene, Chance chance) {
    return relation(scene, PICTURE, MOST_RELATIONS, chance);
  }

  /** A single one, for a scene that is described in words. */
  static Optional<Lesson> relationOfText(Scene scene, Chance chance) {
    return relation(scene, TEXT, 1, chance);
  }

  private static Optional<Lesson> relation(Scene scene, Load load, int most, Chance chance) {
    Optional<RelationQuestion> first = RelationQuestion.drawn(scene, Split.TRAIN, chance);
    return first.map(
        question -> {
          List<Turn> turns = new ArrayList<>();
          Set<String> asked = new HashSet<>();
          addRelation(turns, asked, question, load, chance);
          for (int i = chance.below(most); i > 0; i--) {
            RelationQuestion.drawn(scene, Split.TRAIN, chance)
                .ifPresent(further -> addRelation(turns, asked, further, load, chance));
          }
          return new Lesson(turns, first);
        });
  }

  private static void addRelation(
      List<Turn> turns, Set<String> asked, RelationQuestion question, Load load, Chance chance) {
    addQuestion(turns, asked, question.text(), question.predicate().word(), load, chance);
  }

  /**
   * Stage 3: of twenty, eight are up to eleven questions with short answers, four are one to three
   * multiple choices, one a caption, one a caption, a list of kinds or descriptions of things, with
   * questions after it, and six a few questions with a description of all that is there after them:
   * whoever has to find words for everything learns to read it, and nothing is answered from the
   * description.
   */
  public static Lesson instruction(Scene scene, Chance chance) {
    return instruction(scene, PICTURE, chance);
  }

  /** A few questions with short answers, in a conversation. */
  static Lesson conversation(Scene scene, Chance chance) {
    return instruction(scene, EXERCISE, chance);
  }

  /** Questions with short answers, and no word of how to answer. */
  static Lesson questions(Scene scene, Chance chance) {
    return instruction(scene, BARE, chance);
  }

  /** Multiple choices, and no word of how to answer. */
  static Lesson choices(Scene scene, Chance chance) {
    List<Turn> turns = new ArrayList<>();
    for (Choice choice : choices(scene, CHOICES, chance)) {
      turns.add(Turn.user(choice.text() + "\n" + choice.lines()));
      turns.add(Turn.assistant(Choice.letter(choice.right())));
    }
    return Lesson.of(turns);
  }

  /** The same with less of it, for a scene that is described in words. */
  static Lesson ofText(Scene scene, Chance chance) {
    return instruction(scene, TEXT, chance);
  }

  private static Lesson instruction(Scene scene, Load load, Chance chance) {
    int form = chance.weighted(load.forms);
    List<Turn> turns = new ArrayList<>();
    switch (form) {
      case 0 -> addQuestions(turns, scene, between(load.fewest, load.most, chance), load, chance);
      case 1 -> addChoices(turns, scene, between(1, load.choices, chance), chance);
      case 2 -> {
        turns.add(Turn.user(Prompts.CAPTION));
        turns.add(Turn.assistant(Captions.drawn(scene, Split.TRAIN, chance)));
      }
      case 3 -> {
        addOverview(turns, scene, chance);
        addQuestions(turns, scene, between(1, MOST_FURTHER, chance), load, chance);
      }
      default -> {
        addQuestions(turns, scene, between(1, MOST_FURTHER, chance), load, chance);
        turns.add(Turn.user(Template.drawn("detail", Split.TRAIN, chance).text()));
        turns.add(Turn.assistant(Corpus.described(scene, chance)));
      }
    }
    return Lesson.of(turns);
  }

  private static int between(int fewest, int most, Chance chance) {
    return fewest + chance.below(most - fewest + 1);
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

  private static void addQuestions(
      List<Turn> turns, Scene scene, int count, Load load, Chance chance) {
    Questions questions = new Questions(scene, Split.TRAIN, chance);
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Optional<RelationQuestion> relation =
          chance.happens(load.relations)
              ? RelationQuestion.drawn(scene, Split.TRAIN, chance)
              : Optional.empty();
      if (relation.isPresent()) {
        addRelation(turns, asked, relation.get(), load, chance);
      } else {
        Question question = questions.any();
        addQuestion(turns, asked, question.text(), question.answer(), load, chance);
      }
    }
  }

  private static void addQuestion(
      List<Turn> turns, Set<String> asked, String text, String answer, Load load, Chance chance) {
    if (asked.add(text)) {
      boolean told = chance.happens(asked.size() == 1 ? load.firstTold : load.toldHow);
      turns.add(Turn.user(told ? text + Prompts.SHORT_ANSWER : text));
      turns.add(Turn.assistant(answer));
    }
  }

  private static void addChoices(List<Turn> turns, Scene scene, int count, Chance chance) {
    for (Choice choice : choices(scene, count, chance)) {
      boolean asTrained = chance.happens(.5);
      turns.add(Turn.user(asTrained ? Prompts.choice(choice) : Prompts.benchmarkChoice(choice)));
      turns.add(Turn.assistant(Choice.letter(choice.right())));
    }
  }

  /** At least one and at most so many, no question twice. */
  private static List<Choice> choices(Scene scene, int most, Chance chance) {
    Choices choices = new Choices(scene, Split.TRAIN, chance);
    Map<String, Choice> drawn = new LinkedHashMap<>();
    for (int i = 0; drawn.isEmpty() || (drawn.size() < most && i < MOST_TRIES); i++) {
      choices
          .drawn(chance.pick(List.of(Skill.values())))
          .ifPresent(choice -> drawn.putIfAbsent(choice.text(), choice));
    }
    return List.copyOf(drawn.values());
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
