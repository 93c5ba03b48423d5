package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * Positions as sines and cosines (Vaswani et al., 2017, section 3.5): coordinate x becomes, for i
 * below size/2, sin and cos of 2π·x / temperature^(2i/size), side by side. In float32, since half
 * precision cannot tell the places of a large map apart.
 */
record SinePositions(int size, double temperature) {
  private static final double SCALE = 2 * Math.PI;

  /** Of queries and of tokens. */
  static final double TEMPERATURE = 10_000;

  /**
   * @param coordinates (N, n) in float32
   * @return (N, n · size), the coordinates one after the other
   */
  Tensor forward(Tensor coordinates) {
    try (var scope = Scope.open()) {
      long[] shape = coordinates.shape();
      Tensor angles = coordinates.mul(SCALE).unsqueeze(2).div(periods().to(coordinates.device()));
      Tensor waves = Functional.stack(3, angles.sin(), angles.cos());
      return scope.keep(waves.reshape(shape[0], shape[1] * size));
    }
  }

  /**
   * Positions of the places of a map, row by row: y's waves, then x's. A coordinate counts from 1
   * and is divided by the map's side.
   *
   * @return (height · width, 2 · size)
   */
  Tensor grid(int height, int width, Tensor like) {
    try (var scope = Scope.open()) {
      Tensor rows = forward(steps(height).to(like.device())).unsqueeze(1);
      Tensor columns = forward(steps(width).to(like.device())).unsqueeze(0);
      Tensor both =
          Functional.cat(2, rows.expand(height, width, size), columns.expand(height, width, size));
      return scope.keep(both.reshape((long) height * width, 2L * size));
    }
  }

  private static Tensor steps(int count) {
    float[] steps = new float[count];
    for (int i = 0; i < count; i++) {
      steps[i] = (i + 1) / (count + 1e-6f);
    }
    return Tensor.of(steps, count, 1);
  }

  private Tensor periods() {
    float[] periods = new float[size / 2];
    for (int i = 0; i < periods.length; i++) {
      periods[i] = (float) Math.pow(temperature, (float) (2 * i) / size);
    }
    return Tensor.of(periods, periods.length);
  }
}
