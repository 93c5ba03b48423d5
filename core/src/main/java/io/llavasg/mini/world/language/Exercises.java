package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.text.Turn;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Exercises in looking things up, about training scenes. One is a matter of seed, form and number,
 * whatever was read before; any thread may read.
 *
 * <p>Each is short and has a scene of its own: of one scene asked about a hundred times answers can
 * be copied from above. In half of them many things share a kind: to find the one that a name of
 * two or three words means is what is learnt last.
 *
 * @param seed of all exercises
 */
public record Exercises(long seed) {
  private static final SceneGenerator SCENES = new SceneGenerator(Split.TRAIN);

  /**
   * Every second exercise is about that of so many scenes in which the most things share a kind:
   * there names are long, which plain keywords never are.
   */
  private static final int CROWDED_OF = 3;

  public Exercise exercise(Exercise.Form form, long number) {
    Chance chance = Chance.of(seed).split("exercises").split(form.name()).split(number);
    boolean crowded = number % 2 == 1 && form != Exercise.Form.PLAIN_KEYWORDS;
    Scene scene =
        LongStream.range(0, crowded ? CROWDED_OF : 1)
            .mapToObj(i -> SCENES.scene(chance.next()))
            .max(Comparator.comparingLong(Exercises::alike))
            .orElseThrow();
    List<Turn> turns =
        switch (form) {
          case PLAIN_KEYWORDS -> Keywords.PLAIN.turns(scene, chance);
          case KEYWORDS -> Keywords.ALL.turns(scene, chance);
          case QUESTIONS -> Lessons.questions(scene, chance).turns();
          case CHOICES -> Lessons.choices(scene, chance).turns();
          case CONVERSATION -> Lessons.conversation(scene, chance).turns();
          case INSTRUCTION -> Lessons.instruction(scene, chance).turns();
        };
    return new Exercise(Notes.of(scene, chance), turns);
  }

  /**
   * One relation of a scene, asked in a sentence, to measure with.
   *
   * @param words of the longer of the two names
   * @return none, if no two things of the scene with such names are clearly related
   */
  public Optional<Exercise> relation(int words, long number) {
    Chance chance = Chance.of(seed).split("relation").split(number);
    Scene scene = SCENES.scene(chance.next());
    List<RelationQuestion.Pair> pairs =
        RelationQuestion.pairs(new SceneFacts(scene), Split.TRAIN).stream()
            .filter(pair -> pair.words() == words)
            .toList();
    return RelationQuestion.drawn(pairs, Split.TRAIN, Wording.SENTENCES, chance)
        .map(
            question ->
                new Exercise(
                    Notes.of(scene, chance),
                    List.of(
                        Turn.user(question.text()), Turn.assistant(question.predicate().word()))));
  }

  /** Things that their kind alone does not name. */
  private static long alike(Scene scene) {
    SceneFacts facts = new SceneFacts(scene);
    return scene.things().stream().filter(thing -> facts.count(thing.kind()) > 1).count();
  }
}
