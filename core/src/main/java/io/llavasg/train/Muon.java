package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.Functional;
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
   * A matrix to move.
   *
   * @param weight (R, C), changed in place
   * @param gradient (R, C)
   * @param mean running mean of its gradients, (R, C), changed in place
   */
  record Matrix(Tensor weight, Tensor gradient, Tensor mean) {}

  /**
   * Moves matrices of one shape. Several are made orthogonal at once, which costs a GPU no more
   * launches than one.
   *
   * @param rate of this step
   */
  void update(List<Matrix> moved, double rate) {
    try (var scope = Scope.open()) {
      Tensor[] ahead = moved.stream().map(matrix -> scaled(ahead(matrix))).toArray(Tensor[]::new);
      boolean one = ahead.length == 1;
      Tensor first = moved.getFirst().weight();
      double shape = Math.sqrt(Math.max(1, (double) first.size(0) / first.size(1)));
      Tensor steps = iterated(one ? ahead[0] : Functional.stack(0, ahead)).mul(-rate * shape);
      for (int i = 0; i < ahead.length; i++) {
        moved.get(i).weight().addInPlace(one ? steps : steps.select(0, i));
      }
    }
  }

  /** Nesterov's momentum: the gradient and the mean that it has changed. */
  private Tensor ahead(Matrix matrix) {
    matrix.mean.mulInPlace(momentum).addInPlace(matrix.gradient.mul(1 - momentum));
    return matrix.gradient.mul(1 - momentum).addInPlace(matrix.mean.mul(momentum));
  }

  /**
   * The matrix with its singular values brought near 1 (.7 to 1.2), by Newton-Schulz's iteration.
   */
  static Tensor orthogonal(Tensor matrix) {
    try (var scope = Scope.open()) {
      return scope.keep(iterated(scaled(matrix)));
    }
  }

  /** No singular value is above 1 then. */
  private static Tensor scaled(Tensor matrix) {
    return matrix.div(matrix.norm().add(EPSILON)); // as a tensor: a GPU is not waited for
  }

  /** Of scaled matrices, (R, C) or (N, R, C). */
  private static Tensor iterated(Tensor scaled) {
    boolean tall = scaled.size(-2) > scaled.size(-1);
    Tensor x = tall ? scaled.transpose(-2, -1) : scaled;
    for (int i = 0; i < ITERATIONS; i++) {
      Tensor square = x.matmul(x.transpose(-2, -1));
      Tensor sum = square.mul(B).addInPlace(square.matmul(square).mul(C));
      x = sum.matmul(x).addInPlace(x.mul(A));
    }
    return tall ? x.transpose(-2, -1) : x;
  }
}
