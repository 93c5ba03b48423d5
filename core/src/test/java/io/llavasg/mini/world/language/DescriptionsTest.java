package io.llavasg.mini.world.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.text.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionsTest {
  @Test
  void answersDescribeTheOneThingThatIsNamed() {
    int asked = 0;
    for (int seed = 0; seed < 200; seed++) {
      Scene scene = new SceneGenerator(Split.TRAIN).scene(seed);
      List<Turn> turns = Descriptions.turns(scene, 3, Chance.of(seed));
      assertThat(turns.size() % 2).isZero();
      assertThat(turns).hasSizeLessThanOrEqualTo(6);
      for (int i = 0; i < turns.size(); i += 2) {
        String question = turns.get(i).text();
        List<Thing> meant =
            scene.things().stream().filter(thing -> names(question, thing)).toList();
        assertThat(meant).as(question + " in " + scene.composition()).hasSize(1);
        Thing thing = meant.getFirst();
        assertThat(turns.get(i + 1).text())
            .contains(thing.magnitude().word() + " " + thing.colour().word())
            .contains(thing.kind().word());
        if (thing.x() < .3) {
          assertThat(turns.get(i + 1).text()).endsWith("left.");
        }
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(300);
  }

  /** Whether every word about a thing that the question has is true of this one. */
  private static boolean names(String question, Thing thing) {
    List<String> words = List.of(question.replaceAll("[.?]", "").split(" "));
    int the = words.indexOf("the");
    List<String> name =
        words.subList(the + 1, words.contains("look") ? words.indexOf("look") : words.size());
    List<String> whole = List.of((thing.magnitude().word() + " " + thing.name()).split(" "));
    return whole.subList(whole.size() - name.size(), whole.size()).equals(name);
  }
}
