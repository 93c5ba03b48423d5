package io.llavasg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.LinearAlgebra;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MuonTest {
  private static final Pattern ALL = Pattern.compile("weight");

  private static float[] normal(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * Singular values between .7 and 1.2, as the iteration's authors have it; directions are kept.
   */
  @ParameterizedTest
  @CsvSource({"24, 24", "40, 16", "16, 40"})
  void singularValuesComeNearOne(int rows, int columns) {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Tensor matrix = Tensor.of(normal(rows * columns, 1), rows, columns);
            Tensor made = Muon.orthogonal(matrix);
            assertThat(made.shape()).containsExactly(rows, columns);
            Tensor square =
                rows < columns
                    ? made.matmul(made.transpose(0, 1))
                    : made.transpose(0, 1).matmul(made);
            float[] squares = LinearAlgebra.eigen(square).values().toFloats();
            int quiet = rows == columns ? 2 : 0; // a square matrix has some values near nothing
            for (int i = quiet; i < squares.length; i++) {
              assertThat(Math.sqrt(squares[i])).isBetween(.65, 1.25);
            }
            assertThat(made.mul(matrix).sum().itemFloat()).isPositive();
          }
          return true;
        });
  }

  /** A multiple of an orthogonal matrix is found again: here of a rotation. */
  @Test
  void stepsDoNotDependOnTheGradientsSize() {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Muon muon = new Muon(.02, .9, ALL);
            float[][] steps = new float[2][];
            for (int i = 0; i < 2; i++) {
              float size = i == 0 ? 1e-3f : 50;
              Tensor weight = Tensor.of(new float[4], 2, 2);
              Tensor gradient = Tensor.of(new float[] {0, -size, size, 0}, 2, 2);
              muon.update(moved(weight, gradient, Tensor.of(new float[4], 2, 2)), .5);
              steps[i] = weight.toFloats();
            }
            for (int i = 0; i < 4; i++) {
              assertThat(steps[0][i]).isCloseTo(steps[1][i], within(1e-3f));
            }
            assertThat(steps[0][1]).isBetween(.35f, .6f);
            assertThat(steps[0][2]).isBetween(-.6f, -.35f);
            assertThat(steps[0][0]).isCloseTo(0, within(1e-6f));
          }
          return true;
        });
  }

  /**
   * Nesterov's momentum: the direction is that of the gradient and the mean that it has changed.
   */
  @Test
  void earlierGradientsCount() {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Muon muon = new Muon(.02, .9, ALL);
            Tensor mean = Tensor.of(new float[] {1, 0}, 1, 2);
            Tensor weight = Tensor.of(new float[2], 1, 2);
            muon.update(moved(weight, Tensor.of(new float[] {0, 1}, 1, 2), mean), 1);
            assertThat(mean.toFloats()).containsExactly(new float[] {.9f, .1f}, within(1e-6f));
            // .1 · (0, 1) + .9 · (.9, .1) = (.81, .19)
            float[] step = weight.toFloats();
            assertThat(step[0] / step[1]).isCloseTo(.81f / .19f, within(1e-3f));
            assertThat(step[0]).isNegative();
          }
          return true;
        });
  }

  /** A tall matrix moves further, by the root of its proportion, so that outputs change as much. */
  @Test
  void tallMatricesMoveFurther() {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Muon muon = new Muon(.02, 0, ALL);
            float[] tall = step(muon, 4, 1);
            float[] wide = step(muon, 1, 4);
            assertThat(tall[0] / wide[0]).isCloseTo(2, within(1e-4f));
          }
          return true;
        });
  }

  private static float[] step(Muon muon, int rows, int columns) {
    Tensor weight = Tensor.of(new float[4], rows, columns);
    Tensor gradient = Tensor.of(new float[] {1, 2, -1, 3}, rows, columns);
    muon.update(moved(weight, gradient, Tensor.of(new float[4], rows, columns)), 1);
    return weight.toFloats();
  }

  private static List<Muon.Matrix> moved(Tensor weight, Tensor gradient, Tensor mean) {
    return List.of(new Muon.Matrix(weight, gradient, mean));
  }

  /** What a GPU moves at once moves as each would alone. */
  @ParameterizedTest
  @CsvSource({"6, 4", "4, 6"})
  void severalMoveAsEachAlone(int rows, int columns) {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Muon muon = new Muon(.02, .9, ALL);
            List<Muon.Matrix> together = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              together.add(random(rows, columns, i));
            }
            muon.update(together, .1);
            for (int i = 0; i < 3; i++) {
              Muon.Matrix alone = random(rows, columns, i);
              muon.update(List.of(alone), .1);
              assertThat(together.get(i).weight().toFloats())
                  .containsExactly(alone.weight().toFloats(), within(1e-6f));
              assertThat(together.get(i).mean().toFloats()).isEqualTo(alone.mean().toFloats());
            }
          }
          return true;
        });
  }

  private static Muon.Matrix random(int rows, int columns, int seed) {
    Tensor[] made = new Tensor[3];
    for (int i = 0; i < 3; i++) {
      made[i] = Tensor.of(normal(rows * columns, 3 * seed + i), rows, columns);
    }
    return new Muon.Matrix(made[0], made[1], made[2]);
  }

  @Test
  void movesMatricesOfItsNamesAlone() {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Muon muon = new Muon(.02, .9, Pattern.compile("layers\\..*weight$"));
            Tensor matrix = Tensor.of(new float[6], 2, 3);
            Tensor vector = Tensor.of(new float[6], 6);
            assertThat(muon.moves("layers.0.weight", matrix)).isTrue();
            assertThat(muon.moves("layers.0.weight", vector)).isFalse();
            assertThat(muon.moves("embedding.weight", matrix)).isFalse();
            Muon ofModules = Muon.of(.02, .9, List.of("scene_graph", "model.layers"));
            assertThat(ofModules.moves("scene_graph.node_proj.weight", matrix)).isTrue();
            assertThat(ofModules.moves("model.layers.0.weight", matrix)).isTrue();
            assertThat(ofModules.moves("scene_graph_projector.linear_1.weight", matrix)).isFalse();
            assertThat(ofModules.moves("language_model.model.layers.0.weight", matrix)).isFalse();
          }
          return true;
        });
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> new Muon(0, .9, ALL))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("learning rate is 0.0, but has to be above 0");
    assertThatThrownBy(() -> new Muon(.1, 1, ALL))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("momentum is 1.0");
  }
}
