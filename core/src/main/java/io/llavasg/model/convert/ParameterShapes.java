package io.llavasg.model.convert;

import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names and shapes that a model asks for, in its order: it is composed over parameters that
 * only take notes, so no list of names has to agree with the modules, and nothing is allocated.
 */
final class ParameterShapes implements Parameters {
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Tensor placeholder;

  private ParameterShapes(Tensor placeholder) {
    this.placeholder = placeholder;
  }

  /** Shapes by the names that modules ask for. */
  static Map<String, List<Long>> of(LlavaSgConfig config) {
    try (Lifetime lifetime = new Lifetime();
        var scope = Scope.open()) {
      var notes = new ParameterShapes(lifetime.own(Tensor.empty(DType.F32, Device.CPU, 0)));
      new LlavaSgModel(notes, config); // composing it takes the notes
      return notes.shapes;
    }
  }

  @Override
  public Tensor get(String name, long... shape) {
    shapes.put(name, Arrays.stream(shape).boxed().toList());
    return placeholder;
  }

  @Override
  public boolean contains(String name) {
    return true;
  }
}
