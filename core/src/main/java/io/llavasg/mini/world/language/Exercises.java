package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.text.Turn;
import java.util.List;

/**
 * Exercises in looking things up, about training scenes. One is a matter of seed, form and number,
 * whatever was read before; any thread may read.
 *
 * <p>Each is short and has a scene of its own: of one scene asked about a hundred times answers can
 * be copied from above.
 *
 * @param seed of all exercises
 */
public record Exercises(long seed) {
  private static final SceneGenerator SCENES = new SceneGenerator(Split.TRAIN);

  public Exercise exercise(Exercise.Form form, long number) {
    Chance chance = Chance.of(seed).split("exercises").split(form.name()).split(number);
    Scene scene = SCENES.scene(chance.next());
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
}
