package io.llavasg.train;

import static io.llavasg.train.TrainingFixture.assertClose;
import static io.llavasg.train.TrainingFixture.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TestDevice;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Steps on given gradients against torch.optim.AdamW's. */
class OptimiserTest {
  private static final Map<String, long[]> SHAPES =
      Map.of(
          "a.weight",
          new long[] {7, 5},
          "a.bias",
          new long[] {7},
          "b.weight",
          new long[] {3, 4, 2});

  private static final Muon MUON = new Muon(.5, 0, Pattern.compile("^a\\."));

  /** A matrix of Muon's moves by the schedule's share of Muon's rate, all else as without Muon. */
  @Test
  void muonMovesWhatIsItsOwn() {
    float[] matrix = stepped("a.weight", Optional.of(MUON));
    // One of four steps of warm-up, √(7 / 5) for the shape; Muon brings singular values to .7 to
    // 1.2.
    assertThat(-matrix[0] / (.25 * MUON.learningRate() * Math.sqrt(1.4))).isBetween(.65, 1.25);
    for (int i = 1; i < matrix.length; i++) {
      assertThat(matrix[i]).isZero();
    }
    assertThat(stepped("a.weight", Optional.empty())[0]).isCloseTo(-.25f * 3e-3f, within(1e-6f));
    assertThat(stepped("a.bias", Optional.of(MUON))).isEqualTo(stepped("a.bias", Optional.empty()));
  }

  /** Zeros after the second of eight steps, whose gradient has one entry. */
  private static float[] stepped(String name, Optional<Muon> muon) {
    Optimisation settings = new Optimisation(3e-3, Map.of(), 0.5, 0, 0.9, 0.95, 1e-8, 1e9, muon);
    return Torch.train(
        () -> {
          try (Lifetime lifetime = new Lifetime()) {
            int size = (int) Arrays.stream(SHAPES.get(name)).reduce(1, (one, other) -> one * other);
            float[] gradient = new float[size];
            gradient[0] = 3;
            TrainedParameter parameter = parameter(name, new float[size], lifetime);
            give(parameter, gradient);
            Optimiser optimiser = new Optimiser(List.of(parameter), settings, 8);
            optimiser.step(1, optimiser.gradientNorm());
            return parameter.master().toFloats();
          }
        });
  }

  /** A GPU moves Muon's matrices of one shape at once: nothing else may come along. */
  @Test
  void matricesOfOneShapeMoveAsEachAlone() {
    Optimisation settings =
        new Optimisation(3e-3, Map.of(), 0, 0, 0.9, 0.95, 1e-8, 1e9, Optional.of(MUON));
    Torch.train(
        () -> {
          try (Lifetime lifetime = new Lifetime()) {
            List<TrainedParameter> together = squares(lifetime);
            step(together, settings);
            for (int i = 0; i < together.size(); i++) {
              TrainedParameter alone = squares(lifetime).get(i);
              step(List.of(alone), settings);
              // A GPU sums several products in another order than one, and each of the iteration's
              // five turns makes a difference up to 3.4 times as large: 6e-8 becomes 3e-5.
              assertThat(together.get(i).master().toFloats())
                  .containsExactly(alone.master().toFloats(), within(3e-5f));
            }
          }
          return true;
        });
  }

  /** Two of Muon's, one without a gradient, and one of AdamW's. */
  private static List<TrainedParameter> squares(Lifetime lifetime) {
    List<TrainedParameter> made = new ArrayList<>();
    for (String name : List.of("a.first", "a.second", "a.still", "b.third")) {
      Tensor zeros = Tensor.of(new float[4], 2, 2);
      TrainedParameter one =
          new TrainedParameter(name, zeros, DType.F32, TestDevice.DEVICE, lifetime);
      if (!name.equals("a.still")) {
        give(one, new float[] {1, made.size(), -2, 1});
      }
      made.add(one);
    }
    return made;
  }

  private static void step(List<TrainedParameter> parameters, Optimisation settings) {
    Optimiser optimiser = new Optimiser(parameters, settings, 8);
    optimiser.step(0, optimiser.gradientNorm());
  }

  @Test
  void stepsAreTorchOptimAdamWs() {
    Map<String, float[]> reference =
        TrainingFixture.tensors(TrainingFixture.resource("train/adamw.safetensors"));
    Optimisation settings =
        new Optimisation(3e-3, Map.of("b", 1e-2), 0.4, 0.2, 0.8, 0.95, 1e-6, 1.0, Optional.empty());
    Torch.train(
        () -> {
          try (Lifetime lifetime = new Lifetime()) {
            List<TrainedParameter> parameters =
                SHAPES.keySet().stream()
                    .map(name -> parameter(name, in(reference, name + ".before"), lifetime))
                    .toList();
            Optimiser optimiser = new Optimiser(parameters, settings, 5);
            for (int step = 0; step < 4; step++) {
              for (TrainedParameter parameter : parameters) {
                if (step != 2 || !parameter.name().startsWith("b")) {
                  give(parameter, in(reference, parameter.name() + ".gradient." + step));
                }
              }
              double norm = optimiser.gradientNorm();
              assertThat(norm)
                  .isCloseTo(
                      TrainingFixture.expected().path("adamw_norms").get(step).asDouble(),
                      within(1e-5));
              optimiser.step(step, norm);
              optimiser.clearGradients();
              for (TrainedParameter parameter : parameters) {
                // Float32 has 6e-8; a step changes a weight by up to 1e-2.
                assertClose(
                    parameter.name() + " after step " + step,
                    parameter.master().toFloats(),
                    in(reference, parameter.name() + ".after." + step),
                    5e-7);
              }
            }
          }
          return true;
        });
  }

  private static TrainedParameter parameter(String name, float[] values, Lifetime lifetime) {
    Tensor initial = Tensor.of(values, in(SHAPES, name));
    return new TrainedParameter(name, initial, DType.F32, TestDevice.DEVICE, lifetime);
  }

  /** The gradient of Σ w · g is g. */
  private static void give(TrainedParameter parameter, float[] gradient) {
    try (var scope = Scope.open()) {
      Tensor given = Tensor.of(gradient, parameter.master().shape()).like(parameter.weight());
      Tensor product = parameter.weight().mul(given).reshape(gradient.length);
      Autograd.backward(product.sum(0));
    }
  }

  @Test
  void scheduleRisesAndFalls() {
    CosineSchedule schedule = CosineSchedule.of(0.03, 100);
    assertThat(schedule.warmup()).isEqualTo(3);
    assertThat(schedule.factor(0)).isZero();
    assertThat(schedule.factor(2)).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(schedule.factor(3)).isEqualTo(1);
    assertThat(schedule.factor(100)).isCloseTo(0, within(1e-12));
    assertThat(CosineSchedule.of(0, 10).factor(0)).isEqualTo(1);
  }

  @Test
  void bfloat16WeightIsItsMasterRounded() {
    Torch.train(
        () -> {
          try (Lifetime lifetime = new Lifetime()) {
            Tensor initial = Tensor.of(new float[] {1}, 1);
            TrainedParameter one =
                new TrainedParameter("w", initial, DType.BF16, TestDevice.DEVICE, lifetime);
            Optimiser optimiser =
                new Optimiser(
                    List.of(one),
                    new Optimisation(1e-3, Map.of(), 0, 0, .9, .999, 1e-8, 1, Optional.empty()),
                    1000);
            for (int step = 0; step < 5; step++) {
              // Two micro-batches whose sum bfloat16 cannot hold.
              for (float part : new float[] {256, 1}) {
                try (var scope = Scope.open()) {
                  Tensor given = Tensor.of(new float[] {part}, 1).like(one.weight());
                  Autograd.backward(one.weight().mul(given).sum(0));
                }
                one.collect();
              }
              double norm = optimiser.gradientNorm();
              assertThat(norm).isEqualTo(257);
              optimiser.step(step, norm);
              optimiser.clearGradients();
            }
            // Every step is smaller than bfloat16's 1/256 at 1: without a master nothing would
            // move.
            assertThat(one.master().toFloats()[0]).isCloseTo(0.995f, within(1e-4f));
            assertThat(one.weight().toFloats()[0]).isEqualTo(0.99609375f);
          }
          return true;
        });
  }
}
