package io.llavasg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AutogradTest {

  @Test
  void adamwFollowsItsFormula() {
    Torch.train(
        () -> {
          Tensor weight = Autograd.track(Tensor.of(new float[] {1, -2}, 2));
          Tensor first = Tensor.zeros(DType.F32, Device.CPU, 2);
          Tensor second = Tensor.zeros(DType.F32, Device.CPU, 2);
          AdamWKernel kernel = new AdamWKernel(0.9, 0.99, 1e-8, 0.1);
          double[] w = {1, -2};
          double[] m = new double[2];
          double[] v = new double[2];
          for (int step = 1; step <= 3; step++) {
            double[] g = {0.5 * step, -3};
            Tensor gradient = Tensor.of(new float[] {0.5f * step, -3}, 2);
            long count = step;
            Torch.withoutGradients(
                () -> {
                  kernel.update(weight, gradient, first, second, count, 0.01);
                  return weight;
                });
            for (int i = 0; i < 2; i++) {
              m[i] = 0.9 * m[i] + 0.1 * g[i];
              v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i];
              double mean = m[i] / (1 - Math.pow(0.9, step));
              double square = v[i] / (1 - Math.pow(0.99, step));
              w[i] = w[i] - 0.01 * 0.1 * w[i] - 0.01 * mean / (Math.sqrt(square) + 1e-8);
              assertThat((double) weight.toFloats()[i])
                  .as("step %d", step)
                  .isCloseTo(w[i], within(1e-6));
            }
          }
          return true;
        });
  }
}
