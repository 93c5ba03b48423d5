package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.graph.Mask;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.tensor.Torch;
import io.llavasg.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionsTest {
  private static final SceneRenderer RENDERER = new SceneRenderer();
  private static final SceneGenerator GENERATOR = new SceneGenerator(Split.TRAIN);
  private static final List<Scene> SCENES =
      IntStream.range(0, 12).mapToObj(GENERATOR::scene).toList();

  private static final List<List<Mask>> MASKS = SCENES.stream().map(RENDERER::masks).toList();

  /** As many patches as pixels: so a pixel's weight can be looked at. */
  private static final int GRID = SceneRenderer.SIZE;

  @TempDir private static Path folder;

  private static Tokenizer words;

  @BeforeAll
  static void makeTokenizer() {
    new PretrainedParts(MiniatureShape.TINY, folder, 2, step -> {}, note -> {}).makeTokenizer();
    words = Tokenizer.load(folder.resolve("tokenizer"));
  }

  @AfterAll
  static void closeTokenizer() {
    words.close();
  }

  @Test
  void aBackgroundIsWhatNoThingCovers() {
    Regions backgrounds = Regions.ofBackgrounds(SCENES, MASKS, GRID, words);
    float[] weights = backgrounds.pooling().weights();
    assertThat(backgrounds.pooling().rows()).hasSize(SCENES.size());
    for (int i = 0; i < SCENES.size(); i++) {
      List<Mask> things = MASKS.get(i);
      for (int y = 0; y < GRID; y++) {
        for (int x = 0; x < GRID; x++) {
          int column = x;
          int row = y;
          boolean covered = things.stream().anyMatch(mask -> mask.at(column, row));
          assertThat(weights[(i * GRID + y) * GRID + x] == 0).isEqualTo(covered);
        }
      }
    }
  }

  @Test
  void backgroundsAreCalledWhatTheyAreLike() {
    Regions.Naming said = Regions.ofBackgrounds(SCENES, MASKS, 14, words).saidOf().getFirst();
    long[] called = Torch.infer(said::most);
    for (int i = 0; i < SCENES.size(); i++) {
      for (int j = 0; j < SCENES.size(); j++) {
        boolean alike =
            SCENES.get(i).tone() == SCENES.get(j).tone()
                && SCENES.get(i).pattern() == SCENES.get(j).pattern();
        assertThat(called[i] == called[j]).isEqualTo(alike);
      }
    }
    assertThat(said.phrases().size()).isGreaterThan(3);
  }

  /** However it is told, all of a thing is told. */
  @Test
  void sharesAddUpToOne() {
    Regions things = Regions.ofThings(SCENES, MASKS, List.of(Regions.Detail.values()), 14, words);
    int count = SCENES.stream().mapToInt(scene -> scene.things().size()).sum();
    for (Regions.Naming said : things.saidOf()) {
      int phrases = said.phrases().size();
      assertThat(said.regions()).isEqualTo(count);
      for (int i = 0; i < count; i++) {
        double all = 0;
        for (int j = 0; j < phrases; j++) {
          all += said.shares()[i * phrases + j];
        }
        assertThat(all).isBetween(.99999, 1.00001);
      }
    }
  }
}
