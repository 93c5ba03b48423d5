package io.llavasg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.tensor.Functional.Mask;
import java.util.Arrays;
import java.util.Random;
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

  /** Heads as a 7B has them: some of a GPU's kernels do not take smaller ones. */
  @Test
  void attentionOfRealHeadsHasItsGradientInHalfPrecision() {
    float[][] exact = attentionGradients(DType.F32);
    float[][] coarse = attentionGradients(DType.BF16);
    for (int i = 0; i < exact.length; i++) {
      double same = 0;
      double first = 0;
      double second = 0;
      for (int j = 0; j < exact[i].length; j++) {
        same += (double) exact[i][j] * coarse[i][j];
        first += (double) exact[i][j] * exact[i][j];
        second += (double) coarse[i][j] * coarse[i][j];
      }
      // A bfloat16 number is off by 1/512 at most: of some hundred that add up, by a few of these.
      assertThat(same / Math.sqrt(first * second)).as("input %d", i).isGreaterThan(.9999);
      assertThat(Math.sqrt(second / first)).as("input %d", i).isCloseTo(1, within(.01));
    }
  }

  /** Of queries, keys and values. */
  private static float[][] attentionGradients(DType dtype) {
    int heads = 2;
    int positions = 96;
    int width = 128;
    Random random = new Random(3);
    float[][] drawn = new float[4][heads * positions * width];
    for (float[] values : drawn) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
    }
    return Torch.train(
        () -> {
          Tensor[] given =
              Arrays.stream(drawn)
                  .map(values -> Tensor.of(values, 1, heads, positions, width))
                  .map(values -> values.to(TestDevice.DEVICE).to(dtype))
                  .toArray(Tensor[]::new);
          Tensor[] inputs =
              Arrays.stream(given).limit(3).map(Autograd::track).toArray(Tensor[]::new);
          Tensor attended =
              Functional.scaledDotProductAttention(inputs[0], inputs[1], inputs[2], Mask.CAUSAL);
          Autograd.backward(attended, given[3]);
          return Arrays.stream(inputs)
              .map(input -> Autograd.gradient(input).orElseThrow())
              .map(gradient -> gradient.to(Device.CPU).to(DType.F32).toFloats())
              .toArray(float[][]::new);
        });
  }
}
