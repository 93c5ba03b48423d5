package io.llavasg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against torch's grid_sample over every pixel: reference/graph/pooling.py makes pooling.json. */
class NodePoolingTest {

  private static final Path GOLDENS = Path.of("../../shared/goldens");

  static Stream<JsonNode> cases() throws IOException {
    try (var stream = NodePoolingTest.class.getResourceAsStream("/graph/pooling.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(stream).spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void meansOfBilinearSamples(JsonNode entry) {
    int height = entry.get("size").get(0).intValue();
    int width = entry.get("size").get(1).intValue();
    Canvas canvas =
        switch (entry.get("canvas").textValue()) {
          case "padded" -> Canvas.padded(width, height);
          case "centre-cropped" -> Canvas.centreCropped(width, height);
          default -> Canvas.whole(width, height);
        };
    List<Mask> masks = new ArrayList<>();
    entry.get("masks").forEach(m -> masks.add(Mask.ofCounts(width, height, MaskTest.ints(m))));
    double[][] features = matrix(entry.get("features"));

    NodePooling pooling =
        NodePooling.of(
            masks,
            canvas,
            entry.get("grid").get(0).intValue(),
            entry.get("grid").get(1).intValue());

    int row = 0;
    for (int i = 0; i < masks.size(); i++) {
      JsonNode expected = entry.get("expected").get(i);
      if (expected.isNull()) {
        assertThat(pooling.offCanvas()).contains(i);
        continue;
      }
      assertThat(pooling.nodes().get(row)).isEqualTo(i);
      for (int d = 0; d < features.length; d++) {
        assertThat(dot(pooling.weights().get(row), features[d]))
            .isCloseTo(expected.get(d).doubleValue(), within(1e-5));
      }
      row++;
    }
    assertThat(pooling.weights()).hasSize(row).hasSameSizeAs(pooling.nodes());
    assertThat(pooling.offCanvas()).hasSize(masks.size() - row);
  }

  @Test
  void aMaskOffTheCanvasIsReported() {
    Mask left = Mask.ofPolygons(30, 10, List.of(new double[] {0, 0, 5, 0, 5, 9, 0, 9}));
    Mask middle = Mask.ofPolygons(30, 10, List.of(new double[] {12, 0, 17, 0, 17, 9, 12, 9}));
    Mask empty = Mask.ofCounts(30, 10, 300);

    NodePooling pooling =
        NodePooling.of(List.of(left, middle, empty), Canvas.centreCropped(30, 10), 4, 4);

    assertThat(pooling.nodes()).containsExactly(1);
    assertThat(pooling.offCanvas()).containsExactly(0, 2);
    assertThat(NodePooling.of(List.of(), Canvas.padded(3, 4), 2, 2).weights()).isEmpty();
  }

  @Test
  void onePatchHoldsEverything() {
    Mask mask = Mask.ofCounts(5, 3, 4, 2, 9);
    assertThat(NodePooling.of(List.of(mask), Canvas.padded(5, 3), 1, 1).weights().getFirst())
        .containsExactly(1f);
  }

  @Test
  void placesTheExtraPixelAtTheBottomOrRight() {
    assertThat(Canvas.padded(7, 4)).isEqualTo(new Canvas(7, 7, 0, 1));
    assertThat(Canvas.padded(4, 7)).isEqualTo(new Canvas(7, 7, 1, 0));
    assertThat(Canvas.centreCropped(7, 4)).isEqualTo(new Canvas(4, 4, -1, 0));
  }

  @Test
  void refusesMasksOfTwoImages() {
    List<Mask> masks = List.of(Mask.ofCounts(2, 2, 4), Mask.ofCounts(3, 2, 6));
    assertThatThrownBy(() -> NodePooling.of(masks, Canvas.padded(2, 2), 2, 2))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("mask 1 is 3 × 2 pixels, but mask 0 is 2 × 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "no-mp", "no-prompt", "sg-only", "one-node"})
  void agreesWithTheGoldensOfTheModule(String name) throws IOException {
    Path file = GOLDENS.resolve("sge/sge-" + name + ".safetensors");
    Assumptions.assumeTrue(Files.exists(file));
    Tensors tensors = Tensors.read(file);
    byte[] pixels = tensors.bytes("input.masks");
    List<Mask> masks = new ArrayList<>();
    for (int at = 0; at < pixels.length; at += 31 * 45) {
      masks.add(Mask.ofRowMajor(45, 31, Arrays.copyOfRange(pixels, at, at + 31 * 45)));
    }
    float[] features = tensors.floats("input.f_v");
    float[] expected = tensors.floats("output.f_e");
    double[][] byChannel = new double[24][36];
    for (int i = 0; i < features.length; i++) {
      byChannel[i / 36][i % 36] = features[i];
    }

    NodePooling pooling = NodePooling.of(masks, Canvas.whole(45, 31), 6, 6);

    assertThat(pooling.nodes()).hasSize(expected.length / 24);
    for (int i = 0; i < expected.length; i++) {
      assertThat(dot(pooling.weights().get(i / 24), byChannel[i % 24]))
          .isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void agreesWithTheGoldensOfTheModel() throws IOException {
    Path folder = GOLDENS.resolve("llava-sg-a");
    Assumptions.assumeTrue(Files.exists(folder));
    Entities entities = EntitiesFile.read(folder.resolve("entities.json"), 570, 380);
    Tensors trace = Tensors.read(folder.resolve("expected-trace.safetensors"));
    float[] features = trace.floats("vision_features");
    float[] expected = trace.floats("node_features");
    double[][] byChannel = new double[48][16];
    for (int i = 0; i < features.length; i++) {
      byChannel[i % 48][i / 48] = features[i];
    }

    NodePooling pooling = NodePooling.of(entities.masks(), Canvas.padded(570, 380), 4, 4);

    for (int i = 0; i < expected.length; i++) {
      assertThat(dot(pooling.weights().get(i / 48), byChannel[i % 48]))
          .isCloseTo(expected[i], within(1e-5));
    }
  }

  private static double[][] matrix(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(MaskTest::doubles)
        .toArray(double[][]::new);
  }

  private static double dot(float[] weights, double[] features) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * features[i];
    }
    return sum;
  }

  /** As much of safetensors as this test needs. */
  private record Tensors(JsonNode header, ByteBuffer data) {

    static Tensors read(Path file) throws IOException {
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = (int) all.getLong();
      byte[] header = new byte[length];
      all.get(header);
      return new Tensors(
          new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8)),
          all.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    byte[] bytes(String name) {
      JsonNode offsets = header.get(name).get("data_offsets");
      byte[] bytes = new byte[offsets.get(1).intValue() - offsets.get(0).intValue()];
      data.get(offsets.get(0).intValue(), bytes);
      return bytes;
    }

    float[] floats(String name) {
      byte[] bytes = bytes(name);
      float[] floats = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      return floats;
    }
  }
}
