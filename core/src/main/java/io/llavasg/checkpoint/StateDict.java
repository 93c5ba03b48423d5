package io.llavasg.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the weights in whatever object a training script has saved. */
public final class StateDict {

  private static final List<String> HOLDERS = List.of("model", "state_dict", "module");

  private StateDict() {}

  /**
   * The tensors by name: those of the dict under {@code model}, {@code state_dict} or {@code
   * module}, whichever comes first and has some, else those of the root itself. Names stay as they
   * are; what is no tensor is left out.
   *
   * @param root the object that a pickle holds
   * @return the tensors in the order saved; empty if there are none
   */
  public static Map<String, PickledTensor> find(Object root) {
    if (!(root instanceof Map)) {
      return Map.of();
    }
    for (String holder : HOLDERS) {
      Map<String, PickledTensor> tensors = tensors(((Map<?, ?>) root).get(holder));
      if (!tensors.isEmpty()) {
        return tensors;
      }
    }
    return tensors(root);
  }

  private static Map<String, PickledTensor> tensors(@Nullable Object dict) {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    if (dict instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (name instanceof String text && value instanceof PickledTensor tensor) {
              tensors.put(text, tensor);
            }
          });
    }
    return tensors;
  }
}
