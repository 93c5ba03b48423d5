package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Exercises in looking things up, about training scenes. One is a matter of seed, form and number,
 * whatever was read before; any thread may read.
 *
 * <p>Each is short and has a scene of its own: one scene asked about a hundred times teaches less
 * than ten scenes asked about ten times, since answers can be copied from above.
 *
 * @param seed of all exercises
 */
public record Exercises(long seed) {
  private static final SceneGenerator SCENES = new SceneGenerator(Split.TRAIN);

  /** Draws for so many questions, of which some meet nothing or what was asked already. */
  private static final int MOST_KEYWORDS = 40;

  private static final int KEYWORDS = 16;
  private static final int QUESTIONS = 8;
  private static final int FEWEST_TURNS = 4;
  private static final int MOST_TURNS = 6;
  private static final double RELATIONS = .2;

  /** How often the first question, and a further one, says how to answer. */
  private static final double FIRST_TOLD = .5;

  private static final double TOLD = .1;

  public Exercise exercise(Exercise.Form form, long number) {
    Chance chance = Chance.of(seed).split("exercises").split(form.name()).split(number);
    Scene scene = SCENES.scene(chance.next());
    List<Turn> turns =
        switch (form) {
          case KEYWORDS -> keywords(scene, chance);
          case QUESTIONS -> questions(scene, QUESTIONS, 0, 0, chance);
          case CONVERSATION ->
              questions(
                  scene,
                  FEWEST_TURNS + chance.below(MOST_TURNS - FEWEST_TURNS + 1),
                  FIRST_TOLD,
                  TOLD,
                  chance);
          case INSTRUCTION -> Lessons.instruction(scene, chance).turns();
        };
    return new Exercise(Notes.of(scene, chance), turns);
  }

  private static List<Turn> keywords(Scene scene, Chance chance) {
    Keywords keywords = new Keywords(scene, chance);
    List<Turn> turns = new ArrayList<>();
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < MOST_KEYWORDS && asked.size() < KEYWORDS; i++) {
      keywords.drawn().filter(both -> asked.add(both.getFirst().text())).ifPresent(turns::addAll);
    }
    return turns;
  }

  private static List<Turn> questions(
      Scene scene, int count, double firstTold, double told, Chance chance) {
    Questions questions = new Questions(scene, Split.TRAIN, chance);
    List<Turn> turns = new ArrayList<>();
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Optional<RelationQuestion> relation =
          chance.happens(RELATIONS)
              ? RelationQuestion.drawn(scene, Split.TRAIN, chance)
              : Optional.empty();
      Question any = questions.any();
      String text = relation.map(RelationQuestion::text).orElse(any.text());
      if (asked.add(text)) {
        boolean says = chance.happens(i == 0 ? firstTold : told);
        turns.add(Turn.user(says ? text + Prompts.SHORT_ANSWER : text));
        turns.add(Turn.assistant(relation.map(r -> r.predicate().word()).orElse(any.answer())));
      }
    }
    return turns;
  }
}
