package io.llavasg.eval.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.graph.Entities;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The entities of a scene lie where its pictures have that colour, in each order of the boxes. */
class NlvrSceneTest {
  private static final Map<String, Integer> COLOURS =
      Map.of("yellow", 0xffff00, "black", 0x000000, "blue", 0x0099ff);

  /** Antialiased edges are of neither colour. */
  private static final int NEAR = 90;

  private static Mask coloured(RgbImage image, int colour, Mask within) {
    byte[] rows = within.rowMajor();
    for (int i = 0; i < rows.length; i++) {
      int pixel = image.pixel(i % image.width(), i / image.width());
      boolean near = true;
      for (int shift = 0; shift <= 16; shift += 8) {
        near &= Math.abs((pixel >> shift & 0xff) - (colour >> shift & 0xff)) < NEAR;
      }
      rows[i] = near ? rows[i] : 0;
    }
    return Mask.ofRowMajor(image.width(), image.height(), rows);
  }

  /**
   * Compares the union of the masks of a colour with what the picture has of it.
   *
   * @return the smallest intersection over union
   */
  private static double agreement(EvalItem item) {
    RgbImage image =
        ImageFile.decode(item.image().bytes(), item.image().name(), Orientation.IGNORE_EXIF);
    Entities entities = item.entities().orElseThrow().get();
    byte[] everything = new byte[image.width() * image.height()];
    Arrays.fill(everything, (byte) 1);
    Mask all = Mask.ofRowMajor(image.width(), image.height(), everything);
    double least = 1;
    for (var colour : COLOURS.entrySet()) {
      List<Entity> things =
          entities.list().stream()
              .filter(entity -> entity.label().startsWith(colour.getKey() + " "))
              .toList();
      if (!things.isEmpty()) {
        Mask masks = things.stream().map(Entity::mask).reduce(Mask::union).orElseThrow();
        least = Math.min(least, masks.iou(coloured(image, colour.getValue(), all)));
      }
    }
    return least;
  }

  @Test
  void masksLieOnTheThings() {
    try (ItemSet set = TaskDataTest.read("nlvr", "nlvr", "dev")) {
      assertThat(set.items()).hasSize(12);
      assertThat(set.items().getFirst().entities().orElseThrow().get().list())
          .extracting(Entity::label)
          .containsExactly(
              "box", "yellow square", "blue square", "box", "black circle", "box", "blue triangle");
      // Pillow's circle differs from a canvas's by a few pixels of its edge.
      assertThat(set.items()).allSatisfy(item -> assertThat(agreement(item)).isGreaterThan(.95));
    }
  }

  @Test
  void masksLieOnTheThingsOfThePublishedPictures(@TempDir Path folder) throws Exception {
    Path archive = SharedDataTest.shared("nlvr/nlvr-dev-test.tar.gz");
    Process tar =
        new ProcessBuilder(
                "tar",
                "-xzf",
                archive.toAbsolutePath().toString(),
                "-C",
                folder.toString(),
                "dev/dev.json",
                "dev/images/3")
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    Problems problems = new Problems(Problems.Handling.STOP, text -> {});
    try (ItemSet set = Task.named("nlvr").read(folder, "dev", problems)) {
      assertThat(set.items()).hasSize(989 * 6);
      List<EvalItem> there =
          set.items().stream().filter(item -> item.image().name().startsWith("3/")).toList();
      assertThat(there).hasSizeGreaterThan(100);
      // Edges are antialiased: of a circle of 10 pixels, a sixth is of no clear colour.
      assertThat(there).allSatisfy(item -> assertThat(agreement(item)).isGreaterThan(.83));
    }
  }
}
