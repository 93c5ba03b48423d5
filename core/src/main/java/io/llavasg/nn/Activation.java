package io.llavasg.nn;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;
import java.util.function.UnaryOperator;

/** Activation functions, by the names that config files use. */
public enum Activation {
  GELU(Functional::gelu),
  GELU_PYTORCH_TANH(Functional::geluTanh),
  QUICK_GELU(Functional::quickGelu),
  RELU(Functional::relu),
  SILU(Functional::silu);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  public Tensor apply(Tensor input) {
    return function.apply(input);
  }

  /** Looks up a name such as {@code quick_gelu}. */
  public static Activation parse(String name) {
    for (Activation activation : values()) {
      if (activation.name().equalsIgnoreCase(name)) {
        return activation;
      }
    }
    throw LlavaSgException.user("unsupported activation '%s'", name);
  }
}
