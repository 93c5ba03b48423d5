package io.llavasg.train;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that come into being when a network asks for them, float32 on the CPU. So building a
 * network declares what it holds, initialises it, and collects it to be trained and written.
 */
final class FreshParameters implements Parameters {
  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  private final Initialisation initialisation;
  private final long seed;
  private final Lifetime lifetime;
  private final Map<String, TrainedParameter> trained = new LinkedHashMap<>();
  private final Map<String, Tensor> all = new LinkedHashMap<>();

  /**
   * @param seed a parameter's values depend on it and its name alone
   * @param lifetime becomes the owner of everything
   */
  FreshParameters(Initialisation initialisation, long seed, Lifetime lifetime) {
    this.initialisation = initialisation;
    this.seed = seed;
    this.lifetime = lifetime;
  }

  @Override
  public boolean contains(String name) {
    return all.containsKey(name);
  }

  @Override
  public Tensor get(String name, long... shape) {
    Tensor known = all.get(name);
    if (known != null) {
      return known;
    }
    Initialisation.Rule rule = initialisation.of(name);
    try (var scope = Scope.open()) {
      Torch.seed(Seeds.of(seed, name.hashCode()));
      Tensor values = Tensor.empty(DType.F32, Device.CPU, shape);
      Torch.withoutGradients(
          () -> {
            rule.fill().fill(values, fanIn(name, values));
            return values;
          });
      Tensor parameter;
      if (rule.role() == Initialisation.Role.FIXED) {
        parameter = lifetime.own(values);
      } else {
        TrainedParameter made = new TrainedParameter(name, values, DType.F32, Device.CPU, lifetime);
        trained.put(name, made);
        parameter = made.weight();
      }
      all.put(name, parameter);
      return parameter;
    }
  }

  /** That of a bias is the one of its weight, which layers ask for first. */
  private long fanIn(String name, Tensor values) {
    Tensor weight = values;
    if (name.endsWith(BIAS)) {
      String sibling = name.substring(0, name.length() - BIAS.length()) + WEIGHT;
      weight = all.getOrDefault(sibling, values);
    }
    return weight.dims() < 2 ? weight.elements() : weight.elements() / weight.size(0);
  }

  /** In the order in which the network asked for them. */
  List<TrainedParameter> trained() {
    return List.copyOf(trained.values());
  }

  /** Number of elements, fixed ones included. */
  long elements() {
    return all.values().stream().mapToLong(Tensor::elements).sum();
  }

  /** All of them, to be written. */
  List<OutgoingTensor> outgoing(DType dtype) {
    List<OutgoingTensor> tensors = new ArrayList<>();
    all.forEach(
        (name, values) -> {
          List<Long> shape = Arrays.stream(values.shape()).boxed().toList();
          tensors.add(
              new OutgoingTensor(
                  new TensorInfo(name, dtype, shape),
                  sink -> {
                    try (var scope = Scope.open()) {
                      sink.accept(
                          Torch.withoutGradients(() -> values.to(dtype).contiguous()).memory());
                    }
                  }));
        });
    return tensors;
  }
}
