package io.llavasg.tensor;

import java.util.concurrent.Semaphore;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's fused AdamW (Loshchilov and Hutter, 2019): one pass over the memory for a tensor's
 * whole update. Java's binding leaves the operation out, but a TorchScript function may call it.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the denominator
 * @param weightDecay what a step takes off a weight, times the learning rate
 */
public record AdamWKernel(double beta1, double beta2, double epsilon, double weightDecay) {
  /** The lists are returned because TorchScript would else take the call for dead code. */
  private static final String SOURCE =
      """
      def adamw(p: Tensor, g: Tensor, m: Tensor, v: Tensor, step: Tensor, lr: float,
                beta1: float, beta2: float, decay: float, eps: float):
          weights, first, second = [p], [m], [v]
          none: List[Tensor] = []
          torch._fused_adamw_(weights, [g], first, second, none, [step], lr=lr, beta1=beta1,
                              beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False,
                              maximize=False)
          return weights, first, second
      """;

  /** TorchScript's interpreter is entered by one thread at a time. */
  private static final Semaphore ONE = new Semaphore(1);

  /** Loaded when first used. */
  private static final class Compiled {
    static final CompilationUnit UNIT = torch.compile(SOURCE);
    static final Function FUNCTION = function();

    private static Function function() {
      try (QualifiedName name = new QualifiedName("adamw")) {
        return UNIT.find_function(name);
      }
    }
  }

  /**
   * Changes {@code weight}, {@code firstMoment} and {@code secondMoment} in place; all float32 and
   * of one shape.
   *
   * @param step how many steps there were, this one included
   */
  public void update(
      Tensor weight,
      Tensor gradient,
      Tensor firstMoment,
      Tensor secondMoment,
      long step,
      double learningRate) {
    try (var scope = Scope.open()) {
      Tensor count = Tensor.of(new float[] {step}).to(weight.device());
      Tensor[] tensors = {weight, gradient, firstMoment, secondMoment, count};
      double[] numbers = {learningRate, beta1, beta2, weightDecay, epsilon};
      IValue[] arguments = new IValue[tensors.length + numbers.length];
      for (int i = 0; i < tensors.length; i++) {
        arguments[i] = new IValue(tensors[i].raw);
      }
      for (int i = 0; i < numbers.length; i++) {
        arguments[tensors.length + i] = new IValue(numbers[i]);
      }
      run(arguments);
    }
  }

  private static void run(IValue... arguments) {
    ONE.acquireUninterruptibly();
    try (IValueVector vector = new IValueVector(arguments);
        IValue lists = Compiled.FUNCTION.apply(vector)) {
      for (IValue argument : arguments) {
        argument.close();
      }
    } finally {
      ONE.release();
    }
  }
}
