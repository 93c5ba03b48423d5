package io.llavasg.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.image.ResizeRule.ShortestEdgeWithin.Rounding;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeTest {

  @TestFactory
  Stream<DynamicTest> equalsPillowBitForBit() {
    return StreamSupport.stream(Fixtures.json("resize.json").path("resize").spliterator(), false)
        .map(
            expected -> {
              Size target = size(expected.path("to"));
              String name =
                  String.format(
                      "%s x %s to %s %s",
                      expected.path("width"),
                      expected.path("height"),
                      target,
                      expected.path("filter"));
              return DynamicTest.dynamicTest(name, () -> expect(expected, target));
            });
  }

  private static void expect(JsonNode expected, Size target) {
    RgbImage photo =
        Fixtures.photo(
            expected.path("width").intValue(),
            expected.path("height").intValue(),
            expected.path("seed").intValue());
    Filter filter = Filter.valueOf(expected.path("filter").textValue());
    RgbImage resized = Resize.resize(photo, target, filter);
    assertThat(resized.size()).isEqualTo(target);
    assertThat(Fixtures.sha256(resized.toBytes())).isEqualTo(expected.path("sha256").textValue());
  }

  /** The canvas itself goes through what equals Pillow above. */
  @Test
  void imageOnASquareIsResizedAsTheSquareWouldBe() {
    ResizeRule rule = new ResizeRule.Exact(new Size(28, 28));
    for (Size size :
        new Size[] {
          new Size(301, 40),
          new Size(40, 301),
          new Size(99, 98),
          new Size(7, 1),
          new Size(28, 9),
          new Size(1, 1000),
          new Size(1000, 1),
          new Size(20, 31),
          new Size(64, 64)
        }) {
      RgbImage photo = Fixtures.photo(size.width(), size.height(), 3);
      SquareCanvas canvas = SquareCanvas.around(size);
      for (Filter filter : Filter.values()) {
        assertThat(Resize.resize(photo, canvas, 0x7a7466, rule, filter))
            .as("%s %s", size, filter)
            .isEqualTo(Resize.resize(canvas.place(photo, 0x7a7466), rule, filter));
      }
    }
  }

  /** A square of 27,000 pixels has more bytes than an array. */
  @Test
  void longImagesDoNotNeedTheirSquare() {
    ResizeRule rule = new ResizeRule.Exact(new Size(336, 336));
    for (Size size : new Size[] {new Size(27_000, 4), new Size(4, 27_000), new Size(1, 100_000)}) {
      RgbImage photo = Fixtures.photo(size.width(), size.height(), 3);
      RgbImage resized =
          Resize.resize(photo, SquareCanvas.around(size), 0x7a7466, rule, Filter.BICUBIC);
      assertThat(resized.pixel(0, 0)).isEqualTo(0x7a7466);
      assertThat(resized.size()).isEqualTo(new Size(336, 336));
    }
    RgbImage longest = RgbImage.of(600_000, 1, new byte[1_800_000]);
    assertThatThrownBy(
            () ->
                Resize.resize(
                    longest, SquareCanvas.around(longest.size()), 0, rule, Filter.BICUBIC))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("600000 x 1");
  }

  @Test
  void rulesGiveTheSizesOfTransformers() {
    for (JsonNode rule : Fixtures.json("resize.json").path("rules")) {
      Size source = new Size(rule.path("width").intValue(), rule.path("height").intValue());
      assertThat(new ResizeRule.ShortestEdgeWithin(800, 1333).target(source))
          .as("%s", rule)
          .isEqualTo(size(rule.path("shortestEdgeWithin")));
      assertThat(new ResizeRule.LongestEdge(1024).target(source))
          .as("%s", rule)
          .isEqualTo(size(rule.path("longestEdge")));
    }
    Size exact = new Size(384, 380);
    assertThat(new ResizeRule.Exact(exact).target(new Size(3, 900))).isEqualTo(exact);
  }

  /** Official: get_size_with_aspect_ratio of GroundingDINO's transforms.py, worked by hand. */
  @ParameterizedTest
  @CsvSource({
    "500, 250, 1333, 666, 1332, 666",
    "640, 320, 1333, 666, 1332, 666",
    "1000, 500, 1333, 666, 1332, 666",
    "500, 281, 1333, 749, 1332, 749",
    "250, 500, 666, 1333, 666, 1332",
    "640, 480, 1066, 800, 1066, 800"
  })
  void theOfficialCodeRoundsFirst(
      int width, int height, int wide, int high, int officialWide, int officialHigh) {
    Size source = new Size(width, height);
    assertThat(new ResizeRule.ShortestEdgeWithin(800, 1333).target(source))
        .isEqualTo(new Size(wide, high));
    assertThat(new ResizeRule.ShortestEdgeWithin(800, 1333, Rounding.OFFICIAL).target(source))
        .isEqualTo(new Size(officialWide, officialHigh));
  }

  private static Size size(JsonNode pair) {
    return new Size(pair.path(0).intValue(), pair.path(1).intValue());
  }
}
