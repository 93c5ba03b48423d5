package io.llavasg.perception.sam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.graph.Box;
import io.llavasg.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Files that reference/perception/make_sam_fixtures.py writes, and how results are compared. */
final class SamFixture {
  private SamFixture() {}

  static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(SamFixture.class.getResource("/perception/sam/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Boxes as JSON has them: [[x0, y0, x1, y1], …]. */
  static List<Box> boxes(JsonNode list) {
    List<Box> boxes = new ArrayList<>();
    for (JsonNode box : list) {
      boxes.add(
          new Box(
              box.get(0).asDouble(),
              box.get(1).asDouble(),
              box.get(2).asDouble(),
              box.get(3).asDouble()));
    }
    return boxes;
  }

  /** A stored tensor as one of the innermost scope. */
  static Tensor tensor(WeightFile file, String name) {
    StoredTensor stored = file.tensor(name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  static byte[] bytes(WeightFile file, String name) {
    return file.tensor(name).data().toArray(ValueLayout.JAVA_BYTE);
  }

  static float[] floats(WeightFile file, String name) {
    return file.tensor(name)
        .data()
        .toArray(ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN));
  }

  static void assertClose(float[] actual, float[] expected, double tolerance, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      worst = difference >= worst || Double.isNaN(difference) ? difference : worst;
    }
    assertThat(worst).as("%s: largest difference", what).isLessThanOrEqualTo(tolerance);
  }

  /** How many of the pixels differ, each 0 or 1 in both. */
  static int differing(byte[] actual, byte[] expected, int from) {
    int differing = 0;
    for (int i = 0; i < actual.length; i++) {
      differing += actual[i] != expected[from + i] ? 1 : 0;
    }
    return differing;
  }
}
