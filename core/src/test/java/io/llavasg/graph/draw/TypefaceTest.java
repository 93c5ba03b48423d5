package io.llavasg.graph.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Font;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypefaceTest {

  private final Typeface typeface = Typeface.load();
  private final Font font = typeface.plain(20);

  @Test
  void wrapsAtSpacesAndWithinLongWords() {
    double width = typeface.width("a quick brown", font) + 1;
    List<String> lines =
        typeface.wrap("a quick brown fox\n\nxxxxxxxxxxxxxxxxxxxxxxxx", font, width);
    assertThat(lines).startsWith("a quick brown", "fox", "");
    assertThat(lines)
        .allSatisfy(l -> assertThat(typeface.width(l, font)).isLessThanOrEqualTo(width));
    assertThat(String.join("", lines)).endsWith("fox" + "x".repeat(24));
  }

  @Test
  void anImpossibleWidthStillEnds() {
    assertThat(typeface.wrap("ab 😀c", font, 1)).containsExactly("a", "b", "😀", "c");
  }

  @Test
  void shortens() {
    double width = typeface.width("a quick…", font) + 1;
    assertThat(typeface.shortened("a quick brown fox", font, width)).isEqualTo("a quick…");
    assertThat(typeface.shortened("a fox", font, width)).isEqualTo("a fox");
  }

  @Test
  void controlCharactersBecomeSpaces() {
    assertThat(Typeface.line(" a\r\n\tb\u0000c ")).isEqualTo("a b c");
  }
}
