package io.llavasg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against pycocotools: reference/graph/masks.py makes rle.json. */
class MaskTest {

  static JsonNode golden() throws IOException {
    try (var stream = MaskTest.class.getResourceAsStream("/graph/rle.json")) {
      return new ObjectMapper().readTree(stream);
    }
  }

  static Stream<JsonNode> masks() throws IOException {
    return StreamSupport.stream(golden().get("masks").spliterator(), false);
  }

  static Stream<JsonNode> polygons() throws IOException {
    return StreamSupport.stream(golden().get("polygons").spliterator(), false);
  }

  static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static Mask compressed(JsonNode entry) {
    return Mask.ofCompressed(
        entry.get("size").get(1).intValue(),
        entry.get("size").get(0).intValue(),
        entry.get("compressed").textValue());
  }

  @ParameterizedTest
  @MethodSource("masks")
  void anEnlargedPixelIsItsNearest(JsonNode entry) {
    Mask mask = compressed(entry);
    assertThat(mask.enlarged(mask.width(), mask.height(), 1, 1)).isEqualTo(mask);
    assertNearest(mask, 3 * mask.width() + 1, 2 * mask.height(), 1 / 3., .5);
    assertNearest(mask, 2 * mask.width(), 3 * mask.height() - 1, .47, .34);
    assertNearest(mask, Math.max(1, mask.width() / 2), mask.height(), 2.3, 1.7);
  }

  private static void assertNearest(Mask mask, int width, int height, double x, double y) {
    byte[] rows = new byte[width * height];
    for (int row = 0; row < height; row++) {
      int oldRow = Math.min((int) ((row + .5) * y), mask.height() - 1);
      for (int column = 0; column < width; column++) {
        int oldColumn = Math.min((int) ((column + .5) * x), mask.width() - 1);
        rows[row * width + column] = (byte) (mask.at(oldColumn, oldRow) ? 1 : 0);
      }
    }
    assertThat(mask.enlarged(width, height, x, y)).isEqualTo(Mask.ofRowMajor(width, height, rows));
  }

  @ParameterizedTest
  @MethodSource("masks")
  void agreesWithTheCocoTools(JsonNode entry) {
    int height = entry.get("size").get(0).intValue();
    int width = entry.get("size").get(1).intValue();
    Mask mask = Mask.ofCounts(width, height, ints(entry.get("counts")));

    assertThat(mask).isEqualTo(compressed(entry)).hasSameHashCodeAs(compressed(entry));
    assertThat(mask.counts()).isEqualTo(ints(entry.get("counts")));
    assertThat(mask.compressed()).isEqualTo(entry.get("compressed").textValue());
    assertThat(mask.area()).isEqualTo(entry.get("area").intValue());
    assertThat(Mask.ofRowMajor(width, height, mask.rowMajor())).isEqualTo(mask);
    if (entry.get("box").isNull()) {
      assertThat(mask.box()).isEmpty();
    } else {
      double[] box = doubles(entry.get("box"));
      assertThat(mask.box()).contains(new Box(box[0], box[1], box[2], box[3]));
    }
    JsonNode rows = entry.get("rows");
    byte[] pixels = mask.rowMajor();
    for (int y = 0; y < rows.size(); y++) {
      for (int x = 0; x < width; x++) {
        boolean inside = rows.get(y).textValue().charAt(x) == '1';
        assertThat(mask.at(x, y)).as("(%d, %d)", x, y).isEqualTo(inside);
        assertThat(pixels[y * width + x]).isEqualTo((byte) (inside ? 1 : 0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("polygons")
  void rasterisesPolygonsAsTheCocoTools(JsonNode entry) {
    List<double[]> parts = new ArrayList<>();
    entry.get("polygons").forEach(part -> parts.add(doubles(part)));

    Mask mask =
        Mask.ofPolygons(
            entry.get("size").get(1).intValue(), entry.get("size").get(0).intValue(), parts);

    assertThat(mask.compressed()).isEqualTo(entry.get("compressed").textValue());
  }

  @Test
  void unionAndIouAgreeWithTheCocoTools() throws IOException {
    JsonNode iou = golden().get("iou");
    Mask a = Mask.ofCompressed(64, 40, iou.get("a").textValue());
    Mask b = Mask.ofCompressed(64, 40, iou.get("b").textValue());

    assertThat(a.iou(b)).isCloseTo(iou.get("iou").doubleValue(), within(1e-12));
    assertThat(a.union(b).compressed()).isEqualTo(iou.get("union").textValue());
    assertThat(a.iou(a)).isEqualTo(1);
    assertThat(Mask.ofCounts(2, 2, 4).iou(Mask.ofCounts(2, 2, 4))).isZero();
    assertThatThrownBy(() -> a.iou(Mask.ofCounts(2, 2, 4)))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("64 × 40 and 2 × 2");
  }

  @Test
  void mergesRunsOfNoLength() {
    assertThat(Mask.ofCounts(4, 2, 2, 0, 1, 2, 0, 1, 2)).isEqualTo(Mask.ofCounts(4, 2, 3, 3, 2));
    assertThat(Mask.ofCounts(4, 2, 8, 0)).isEqualTo(Mask.ofCounts(4, 2, 8));
    assertThat(Mask.ofCounts(4, 2, 0, 0, 0, 8)).isEqualTo(Mask.ofCounts(4, 2, 0, 8));
  }

  @Test
  void refusesBrokenCounts() {
    assertThatThrownBy(() -> Mask.ofCounts(4, 2, 3, 4))
        .isInstanceOf(LlavaSgException.class)
        .hasMessage("broken RLE: the counts add up to 7, but 4 × 2 pixels are 8");
    assertThatThrownBy(() -> Mask.ofCounts(4, 2, Integer.MAX_VALUE, Integer.MAX_VALUE, 10))
        .hasMessageContaining("add up to 4294967304");
    assertThatThrownBy(() -> Mask.ofCounts(4, 2, 3, -1, 6))
        .hasMessage("broken RLE: count 1 is negative (-1)");
    assertThatThrownBy(() -> Mask.ofCounts(4, 2)).hasMessageContaining("add up to 0");
    assertThatThrownBy(() -> Mask.ofCounts(0, 2, 0)).hasMessageContaining("0 × 2 pixels");
    assertThatThrownBy(() -> Mask.ofCounts(70_000, 70_000, 1))
        .hasMessageContaining("70000 × 70000 pixels");
  }

  @Test
  void refusesBrokenCompressedStrings() {
    assertThatThrownBy(() -> Mask.ofCompressed(7, 5, "S")).hasMessageContaining("inside count 0");
    assertThatThrownBy(() -> Mask.ofCompressed(7, 5, "S1 "))
        .hasMessage("broken RLE: character 2 of the compressed string is ' '");
    assertThatThrownBy(() -> Mask.ofCompressed(7, 5, "ooooooooooooo1"))
        .hasMessageContaining("inside count 0");
    assertThatThrownBy(() -> Mask.ofCompressed(7, 5, "O")).hasMessageContaining("count 0");
    assertThatThrownBy(() -> Mask.ofCompressed(7, 5, "")).hasMessageContaining("add up to 0");
    assertThatThrownBy(() -> Mask.ofCompressed(8, 5, "S1")).hasMessageContaining("add up to 35");
  }

  @Test
  void refusesBrokenPolygonsAndPixels() {
    assertThatThrownBy(() -> Mask.ofPolygons(9, 9, List.of(new double[] {1, 2, 3, 4})))
        .hasMessageContaining("at least 6 coordinates, not 4");
    assertThatThrownBy(() -> Mask.ofPolygons(9, 9, List.of(new double[] {1, 2, 3, 4, 5, 6, 7})))
        .hasMessageContaining("even number");
    assertThatThrownBy(
            () -> Mask.ofPolygons(9, 9, List.of(new double[] {1, 2, 3, 4, 5, Double.NaN})))
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> Mask.ofRowMajor(3, 3, new byte[8]))
        .hasMessageContaining("needs 9 values, not 8");
    assertThatThrownBy(() -> Mask.ofCounts(3, 3, 9).at(3, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void noPolygonIsAnEmptyMask() {
    assertThat(Mask.ofPolygons(9, 4, List.of()).area()).isZero();
  }
}
