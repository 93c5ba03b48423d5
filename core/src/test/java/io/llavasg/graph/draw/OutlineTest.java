package io.llavasg.graph.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.graph.Mask;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutlineTest {

  private static Mask mask(String... rows) {
    byte[] pixels = new byte[rows.length * rows[0].length()];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / rows[0].length();
      pixels[i] = (byte) (rows[row].charAt(i % rows[0].length()) == '#' ? 1 : 0);
    }
    return Mask.ofRowMajor(rows[0].length(), rows.length, pixels);
  }

  private static void assertSamePixels(Mask mask) {
    Outline outline = Outline.of(mask, mask.width(), mask.height()).orElseThrow();
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        assertThat(outline.path().contains(x + .5, y + .5))
            .as("(%d, %d)", x, y)
            .isEqualTo(mask.at(x, y));
      }
    }
    assertThat(outline.area()).isEqualTo(mask.area());
    assertThat(mask.at((int) outline.anchor().getX(), (int) outline.anchor().getY())).isTrue();
  }

  @Test
  void goesAroundExactlyThePixelsOfTheMask() {
    assertSamePixels(mask("#####", "#...#", "#.#.#", "#...#", "#####"));
    assertSamePixels(mask("#..", ".#.", "#.#"));
    assertSamePixels(mask("#"));
    assertSamePixels(mask("######"));
    assertSamePixels(mask("....#", "...##", "#.###"));
    byte[] noise = new byte[40 * 30];
    Random random = new Random(1);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) random.nextInt(2);
    }
    assertSamePixels(Mask.ofRowMajor(40, 30, noise));
  }

  @Test
  void theAnchorOfARingLiesInTheRing() {
    Outline outline = Outline.of(mask("#####", "#...#", "#...#", "#####"), 50, 40).orElseThrow();
    assertThat(outline.path().contains(outline.anchor())).isTrue();
    assertThat(outline.path().contains(25, 20)).isFalse();
  }

  @Test
  void scalesWithThePicture() {
    Mask square = mask("....", ".##.", ".##.", "....");
    Outline enlarged = Outline.of(square, 400, 200).orElseThrow();
    assertThat(enlarged.path().getBounds2D().getWidth()).isCloseTo(200, within(1e-9));
    assertThat(enlarged.path().getBounds2D().getHeight()).isCloseTo(100, within(1e-9));
    assertThat(enlarged.area()).isEqualTo(200 * 100);
  }

  @Test
  void aSpeckSurvivesBeingScaledDown() {
    byte[] pixels = new byte[100 * 100];
    pixels[37 * 100 + 61] = 1;
    Outline outline = Outline.of(Mask.ofRowMajor(100, 100, pixels), 10, 10).orElseThrow();
    assertThat(outline.anchor().getX()).isEqualTo(6.5);
    assertThat(outline.anchor().getY()).isEqualTo(3.5);
  }

  @Test
  void anEmptyMaskHasNone() {
    assertThat(Outline.of(mask("..", ".."), 10, 10)).isEmpty();
  }
}
