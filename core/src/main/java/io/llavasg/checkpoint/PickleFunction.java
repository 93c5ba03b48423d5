package io.llavasg.checkpoint;

import java.util.Map;
import java.util.Optional;

/** The functions and classes that a pickle may call: all of them build containers or tensors. */
enum PickleFunction {
  ORDERED_DICT,
  NAMESPACE,
  SET,
  BYTES,
  ENCODE,
  SIZE,
  DEVICE,
  REBUILD_TENSOR,
  REBUILD_TENSOR_V2,
  REBUILD_TENSOR_V3,
  REBUILD_PARAMETER;

  private static final Map<String, PickleFunction> BY_NAME =
      Map.ofEntries(
          Map.entry("collections.OrderedDict", ORDERED_DICT),
          Map.entry("argparse.Namespace", NAMESPACE),
          Map.entry("builtins.set", SET),
          Map.entry("builtins.frozenset", SET),
          Map.entry("__builtin__.set", SET),
          Map.entry("__builtin__.frozenset", SET),
          Map.entry("__builtin__.bytes", BYTES),
          Map.entry("_codecs.encode", ENCODE),
          Map.entry("torch.Size", SIZE),
          Map.entry("torch.device", DEVICE),
          Map.entry("torch._utils._rebuild_tensor", REBUILD_TENSOR),
          Map.entry("torch._utils._rebuild_tensor_v2", REBUILD_TENSOR_V2),
          Map.entry("torch._utils._rebuild_tensor_v3", REBUILD_TENSOR_V3),
          Map.entry("torch._utils._rebuild_parameter", REBUILD_PARAMETER),
          Map.entry("torch._utils._rebuild_parameter_with_state", REBUILD_PARAMETER));

  /** The function of a full Python name, if it's allowed. */
  static Optional<PickleFunction> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }
}
