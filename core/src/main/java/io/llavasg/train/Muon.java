package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Muon (Jordan et al., 2024): a matrix moves by its momentum made orthogonal, so that no direction
 * that gradients rarely point to is left behind. For the matrices inside a network; AdamW moves all
 * else.
 *
 * @param learningRate the highest; schedules apply to it as to AdamW's
 * @param momentum decay of the gradients' running mean
 * @param matrices found in the names of the parameters that it moves, if these have two dimensions
 */
public record Muon(double learningRate, double momentum, Pattern matrices) {
  private static final int ITERATIONS = 5;

  /** Of Newton-Schulz's iteration x ← a·x + b·x³ + c·x⁵ on singular values: the steepest start. */
  private static final double A = 3.4445;

  private static final double B = -4.7750;
  private static final double C = 2.0315;
  private static final double EPSILON = 1e-7;

  public Muon {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw LlavaSgException.user(
          "Muon's learning rate is %s, but has to be above 0", Double.toString(learningRate));
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw LlavaSgException.user(
          "Muon's momentum is %s, but has to be from 0 to below 1", Double.toString(momentum));
    }
  }

  /** Of the matrices of some modules, by the modules' names. */
  public static Muon of(double learningRate, double momentum, List<String> modules) {
    String any = modules.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new Muon(learningRate, momentum, Pattern.compile("^(?:" + any + ")(?:\\.|$)"));
  }

  /** Whether it moves a parameter. */
  boolean moves(String name, Tensor weight) {
    return weight.dims() == 2 && matrices.matcher(name).find();
  }

  /**
   * Changes a weight (R, C) and the running mean of its gradients in place.
   *
   * @param rate of this step
   */
  void update(Tensor weight, Tensor gradient, Tensor mean, double rate) {
    try (var scope = Scope.open()) {
      mean.mulInPlace(momentum).addInPlace(gradient.mul(1 - momentum));
      Tensor ahead = gradient.mul(1 - momentum).addInPlace(mean.mul(momentum));
      double shape = Math.sqrt(Math.max(1, (double) weight.size(0) / weight.size(1)));
      weight.addInPlace(orthogonal(ahead).mul(-rate * shape));
    }
  }

  /**
   * The matrix with its singular values brought near 1 (.7 to 1.2), by Newton-Schulz's iteration.
   */
  static Tensor orthogonal(Tensor matrix) {
    try (var scope = Scope.open()) {
      boolean tall = matrix.size(0) > matrix.size(1);
      Tensor x = tall ? matrix.transpose(0, 1) : matrix;
      x = x.div(matrix.norm().add(EPSILON)); // as a tensor: a GPU is not waited for
      for (int i = 0; i < ITERATIONS; i++) {
        Tensor square = x.matmul(x.transpose(0, 1));
        Tensor sum = square.mul(B).addInPlace(square.matmul(square).mul(C));
        x = sum.matmul(x).addInPlace(x.mul(A));
      }
      return scope.keep(tall ? x.transpose(0, 1) : x);
    }
  }
}
