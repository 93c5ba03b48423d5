package io.llavasg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products that take different paths by dtype and number of rows all mean the same. */
class FunctionalTest {
  private static final int IN = 24;
  private static final int OUT = 40;

  /**
   * The reference is summed in double precision; the tolerance is the rounding of the dtype's
   * mantissa on a result of about 5, and of the widening to bfloat16 that many float16 rows take.
   */
  @ParameterizedTest
  @CsvSource({
    "F32, 1, 1e-5", "F32, 3, 1e-5", "F32, 4, 1e-5", "F32, 5, 1e-5", "F32, 40, 1e-5",
    "F16, 1, 2e-2", "F16, 5, 2e-2", "F16, 15, 2e-2", "F16, 16, 1e-1", "F16, 40, 1e-1",
    "BF16, 1, 1e-1", "BF16, 7, 1e-1", "BF16, 40, 1e-1",
  })
  void linearIsTheSameOnEveryPath(DType dtype, int rows, double tolerance) {
    Torch.infer(
        () -> {
          float[] x = values(rows * IN, 3);
          float[] w = values(OUT * IN, 5);
          float[] b = values(OUT, 7);
          Tensor input = Tensor.of(x, 1, rows, IN).to(dtype);
          Tensor weight = Tensor.of(w, OUT, IN).to(dtype);
          Tensor bias = Tensor.of(b, OUT).to(dtype);
          Tensor with = Functional.linear(input, weight, bias);
          Tensor without = Functional.linear(input.reshape(rows, IN), weight, null);
          assertThat(with.shape()).containsExactly(1, rows, OUT);
          assertThat(without.shape()).containsExactly(rows, OUT);
          assertThat(with.dtype()).isEqualTo(dtype);
          float[] actual = with.toFloats();
          float[] plain = without.toFloats();
          Tensor vector = input.reshape(rows, IN).select(0, 0);
          float[] vectorWith = Functional.linear(vector, weight, bias).toFloats();
          Tensor vectorWithout = Functional.linear(vector, weight, null);
          assertThat(vectorWithout.shape()).containsExactly(OUT);
          assertThat(vectorWith)
              .containsExactly(Arrays.copyOf(actual, OUT), offset((float) tolerance));
          assertThat(vectorWithout.toFloats())
              .containsExactly(Arrays.copyOf(plain, OUT), offset((float) tolerance));
          for (int r = 0; r < rows; r++) {
            for (int o = 0; o < OUT; o++) {
              double sum = 0;
              for (int i = 0; i < IN; i++) {
                sum += (double) x[r * IN + i] * w[o * IN + i];
              }
              assertThat(actual[r * OUT + o])
                  .isCloseTo((float) (sum + b[o]), within((float) tolerance));
              assertThat(plain[r * OUT + o]).isCloseTo((float) sum, within((float) tolerance));
            }
          }
          return null;
        });
  }

  /** A row's result does not depend on the few others beside it. */
  @ParameterizedTest
  @CsvSource({"2", "3", "4"})
  void fewFloat32RowsAreEachAsAlone(int rows) {
    Torch.infer(
        () -> {
          Tensor weight = Tensor.of(values(OUT * IN, 5), OUT, IN);
          Tensor input = Tensor.of(values(rows * IN, 3), rows, IN);
          float[] together = Functional.linear(input, weight, null).toFloats();
          for (int r = 0; r < rows; r++) {
            float[] alone = Functional.linear(input.narrow(0, r, 1), weight, null).toFloats();
            assertThat(Functional.linear(input.select(0, r), weight, null).toFloats())
                .containsExactly(alone);
            for (int o = 0; o < OUT; o++) {
              assertThat(together[r * OUT + o]).isEqualTo(alone[o]);
            }
          }
          return null;
        });
  }

  @Test
  void anEmbeddingBagIsAWeightedSumOfRows() {
    Torch.infer(
        () -> {
          Tensor rows = Tensor.of(new float[] {1, 2, 10, 20, 100, 200}, 3, 2);
          Tensor indices = Tensor.of(new long[] {0, 2, 2, 1, 1, 0}, 2, 3).to(DType.I32);
          Tensor factors = Tensor.of(new float[] {1, .5f, .25f, 2, 0, -1}, 2, 3);
          Tensor sums = Functional.embeddingBag(indices, rows, factors);
          assertThat(sums.shape()).containsExactly(2, 2);
          assertThat(sums.toFloats()).containsExactly(76, 152, 19, 38);
          return null;
        });
  }

  /**
   * A half-precision weight of several blocks, the last one shorter. Against the product of the
   * widened matrices, the only rounding is the result's: 2^-8 of its largest value in bfloat16, and
   * what widening float16 to bfloat16 adds where the CPU multiplies that.
   */
  @ParameterizedTest
  @CsvSource({"BF16", "F16"})
  void largeHalfWeightIsMultipliedBlockByBlock(DType dtype) {
    Torch.infer(
        () -> {
          int in = 2048;
          int out = 5000;
          Tensor input = Tensor.of(values(20 * in, 3), 20, in).to(dtype);
          Tensor weight = Tensor.of(values(out * in, 5), out, in).to(dtype);
          Tensor bias = Tensor.of(values(out, 7), out).to(dtype);
          float[] blocks = Functional.linear(input, weight, bias).toFloats();
          float[] whole =
              Functional.linear(input.to(DType.F32), weight.to(DType.F32), bias.to(DType.F32))
                  .toFloats();
          assertThat(blocks).hasSameSizeAs(whole);
          for (int i = 0; i < whole.length; i++) {
            assertThat(blocks[i]).isCloseTo(whole[i], within(Math.abs(whole[i]) / 256 + .25f));
          }
          return null;
        });
  }

  private static float[] values(int count, int seed) {
    var random = new java.util.SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /**
   * Against sums in double precision; weights and values in half precision are rounded to 8
   * (bfloat16) or 11 bits, once each, and outputs are below 1; those of 20,000 keys below .012, and
   * 3e-3 off if the keys were ignored.
   */
  @ParameterizedTest
  @CsvSource({
    "F32, 1, 9, 1e-5",
    "F32, 9, 9, 1e-5",
    "F16, 1, 9, 2e-3",
    "F16, 1, 20000, 3e-4",
    "F16, 9, 9, 2e-3",
    "BF16, 1, 9, 1.2e-2",
    "BF16, 1, 20000, 1e-3",
    "BF16, 9, 9, 1.2e-2",
    "BF16, 20, 100, 1.2e-2",
    "BF16, 100, 70, 1.2e-2",
  })
  void attentionIsTheSameOnEveryPath(DType dtype, int count, int seen, double tolerance) {
    Torch.infer(
        () -> {
          int size = 16;
          Tensor queries = Tensor.of(values(count * size, 3), 1, 1, count, size).to(dtype);
          Tensor keys = Tensor.of(values(seen * size, 5), 1, 1, seen, size).to(dtype);
          Tensor values = Tensor.of(values(seen * size, 7), 1, 1, seen, size).to(dtype);
          Tensor bias = Tensor.of(values(count * seen, 11), 1, 1, count, seen).to(dtype);
          Functional.Mask mask = Functional.Mask.of(bias);
          float[] actual =
              Functional.scaledDotProductAttention(queries, keys, values, mask).toFloats();
          Tensor kept =
              Functional.scaledDotProductAttention(
                  queries, keys.to(DType.F32), values.to(DType.F32), mask);
          assertThat(kept.dtype()).isEqualTo(dtype);
          float[] wide = kept.toFloats();
          double[][] expected =
              attended(rows(queries, size), rows(keys, size), rows(values, size), rows(bias, seen));
          for (int i = 0; i < actual.length; i++) {
            double value = expected[i / size][i % size];
            assertThat((double) actual[i]).isCloseTo(value, within(tolerance));
            assertThat((double) wide[i]).isCloseTo(value, within(tolerance));
          }
          return null;
        });
  }

  /**
   * Against sums in double precision; what is in float32 within is rounded to the dtype twice,
   * before and after the weight, which is below 1, and outputs are below 3.
   */
  @ParameterizedTest
  @CsvSource({
    "F64, 1e-5",
    "F32, 1e-6",
    "F16, 3e-3",
    "BF16, 2.4e-2",
  })
  void rmsNormIsTheSameOfAVectorAndOfRows(DType dtype, double tolerance) {
    Torch.infer(
        () -> {
          Tensor input = Tensor.of(values(3 * IN, 3), 3, IN).to(dtype);
          input.select(0, 1).mulInPlace(1e-3); // where eps counts
          input.select(0, 2).fillInPlace(0);
          Tensor weight = Tensor.of(values(IN, 5), IN).to(dtype);
          Tensor normed = Functional.rmsNorm(input, weight, 1e-5);
          float[][] rows = rows(normed, IN);
          float[] weights = weight.toFloats();
          for (int r = 0; r < 3; r++) {
            float[] x = input.select(0, r).toFloats();
            Tensor vector = Functional.rmsNorm(input.select(0, r), weight, 1e-5);
            assertThat(vector.dtype()).isEqualTo(dtype);
            if (dtype == DType.F64) { // no float32 on the way
              Tensor difference = vector.sub(normed.select(0, r)).mul(1e9);
              assertThat(difference.toFloats()).containsExactly(new float[IN], offset(1e-3f));
            }
            double sum = 0;
            for (float each : x) {
              sum += (double) each * each;
            }
            double scale = 1 / Math.sqrt(sum / IN + 1e-5);
            float[] actual = vector.toFloats();
            for (int i = 0; i < IN; i++) {
              double expected = x[i] * scale * weights[i];
              assertThat((double) actual[i]).isCloseTo(expected, within(tolerance));
              assertThat((double) rows[r][i]).isCloseTo(expected, within(tolerance));
            }
          }
          return null;
        });
  }

  private static float[][] rows(Tensor tensor, int size) {
    float[] all = tensor.toFloats();
    float[][] rows = new float[all.length / size][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(all, i * size, (i + 1) * size);
    }
    return rows;
  }

  private static double[][] attended(
      float[][] queries, float[][] keys, float[][] values, float[][] bias) {
    double[][] outputs = new double[queries.length][values[0].length];
    for (int i = 0; i < queries.length; i++) {
      double[] weights = new double[keys.length];
      double all = 0;
      for (int j = 0; j < keys.length; j++) {
        double score = 0;
        for (int d = 0; d < keys[j].length; d++) {
          score += (double) queries[i][d] * keys[j][d];
        }
        weights[j] = Math.exp(score / Math.sqrt(keys[j].length) + bias[i][j]);
        all += weights[j];
      }
      for (int j = 0; j < keys.length; j++) {
        for (int d = 0; d < outputs[i].length; d++) {
          outputs[i][d] += weights[j] / all * values[j][d];
        }
      }
    }
    return outputs;
  }

  /** Half a row of each class of odds 1 : 3, and a row wholly of the second. */
  @Test
  void aRowMayBelongToSeveralClasses() {
    Torch.infer(
        () -> {
          float odds = (float) Math.log(3);
          Tensor logits = Tensor.of(new float[] {0, odds, 0, odds}, 2, 2);
          Tensor shares = Tensor.of(new float[] {.5f, .5f, 0, 1}, 2, 2);
          assertThat(Functional.crossEntropySum(logits, shares).itemFloat())
              .isCloseTo((float) (-.5 * Math.log(.25) - 1.5 * Math.log(.75)), within(1e-6f));
          Tensor labels = Tensor.of(new long[] {0, 1}, 2);
          assertThat(Functional.crossEntropySum(logits, labels).itemFloat())
              .isCloseTo((float) -(Math.log(.25) + Math.log(.75)), within(1e-6f));
          return null;
        });
  }
}
