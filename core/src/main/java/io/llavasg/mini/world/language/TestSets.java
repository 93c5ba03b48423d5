package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The test sets: the paper's benchmarks in miniature, over one list of scenes.
 *
 * <p>Answers are balanced within each set by {@link Balance}: within a question's type, what the
 * text gives away beside it, and whether its pair is reserved. Of relations, reserved pairs are
 * asked about more often than they come up.
 *
 * @param shortAnswers VQAv2's form: of each scene a question of yes or no, a count, and another
 * @param compositional GQA's form: up to three of each scene
 * @param choices MMBench's form: up to two of each scene
 * @param pope yes or no, in three samplings, of scenes with at least three kinds
 * @param captions five references of each scene
 * @param relations relation classification: up to two of each scene
 */
public record TestSets(
    List<Scene> scenes,
    List<OfScene<Question>> shortAnswers,
    List<OfScene<Question>> compositional,
    List<OfScene<Choice>> choices,
    List<OfScene<PopeQuestion>> pope,
    List<OfScene<List<String>>> captions,
    List<OfScene<RelationQuestion>> relations) {

  public TestSets {
    scenes = List.copyOf(scenes);
    shortAnswers = List.copyOf(shortAnswers);
    compositional = List.copyOf(compositional);
    choices = List.copyOf(choices);
    pope = List.copyOf(pope);
    captions = List.copyOf(captions);
    relations = List.copyOf(relations);
  }

  /** The sets over so many test scenes of a seed. */
  public static TestSets of(long seed, int scenes) {
    return of(seed, scenes, Split.TEST);
  }

  /**
   * The same over the scenes of a split; what training may not show is left out there. For
   * validation while training.
   */
  public static TestSets of(long seed, int count, Split split) {
    SceneGenerator generator = new SceneGenerator(split);
    Chance chance = Chance.of(seed).split("sets of " + split);
    List<Scene> scenes =
        IntStream.range(0, count).mapToObj(i -> generator.scene(chance.split(i).next())).toList();
    TestSetBuilder builder = new TestSetBuilder(split, chance);
    for (int i = 0; i < count; i++) {
      builder.add(i, scenes.get(i));
    }
    return builder.build(scenes);
  }
}
