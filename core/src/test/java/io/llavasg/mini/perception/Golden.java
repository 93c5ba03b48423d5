package io.llavasg.mini.perception;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Tensors of a file that reference/mini/perception.py has written, or of another fixture. */
final class Golden implements AutoCloseable {
  private final WeightFile file;

  private Golden(WeightFile file) {
    this.file = file;
  }

  static Golden of(String resource) {
    return new Golden(WeightFile.open(path(resource)));
  }

  static Path path(String resource) {
    try {
      return Path.of(Objects.requireNonNull(Golden.class.getResource(resource)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Tensor tensor(String name) {
    StoredTensor stored = file.tensor(name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  /** A copy whose gradient is computed. */
  Tensor leaf(String name) {
    return Autograd.track(tensor(name).copy());
  }

  /** Within a part of the largest value. */
  static void assertClose(Tensor actual, Tensor expected, double tolerance, String name) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    float[] values = actual.toFloats();
    float[] wanted = expected.toFloats();
    float largest = 0;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(values[i] - wanted[i]))
          .as("%s[%d]: %s instead of %s", name, i, values[i], wanted[i])
          .isLessThanOrEqualTo((float) (tolerance * Math.max(largest, 1)));
    }
  }

  void assertGradient(Tensor leaf, String name, double tolerance) {
    Tensor gradient = Autograd.gradient(leaf).orElseThrow(() -> new AssertionError(name));
    assertClose(gradient, tensor(name), tolerance, name);
  }

  @Override
  public void close() {
    file.close();
  }
}
