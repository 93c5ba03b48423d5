package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.graph.Mask;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordAlignmentTest {
  /** Places row by row; of each the things in order, and last the background. */
  @Test
  void aPlaceIsSharedByWhatCoversIt() {
    Mask topRight =
        mask(
            """
            ..##
            ..#.
            ....
            ....
            """);
    Mask bottom =
        mask(
            """
            ....
            ....
            #...
            ####
            """);
    float[] two = WordAlignment.shares(List.of(List.of(topRight, bottom)), 2);
    assertThat(two).containsExactly(0, 0, 1, .75f, 0, .25f, 0, .75f, .25f, 0, .5f, .5f);
    float[] padded = WordAlignment.shares(List.of(List.of(topRight, bottom), List.of(bottom)), 2);
    assertThat(padded).startsWith(two).hasSize(24);
    assertThat(List.of(padded[12], padded[13], padded[14])).containsExactly(0f, 1f, 0f);
  }

  private static Mask mask(String picture) {
    String pixels = picture.replace("\n", "");
    byte[] rows = new byte[pixels.length()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (pixels.charAt(i) == '#' ? 1 : 0);
    }
    return Mask.ofRowMajor(4, 4, rows);
  }
}
