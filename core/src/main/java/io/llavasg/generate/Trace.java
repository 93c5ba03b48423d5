package io.llavasg.generate;

import io.llavasg.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Intermediate values of one question, copied out of native memory, by name: {@code pixel_values},
 * {@code vision_features} (F_v), {@code node_features} (F_e), {@code edge_attention.i}, {@code
 * prompt_attention.i}, {@code graph_tokens} (W_g · G′) and {@code first_logits}.
 */
public final class Trace {
  private final Map<String, Values> tensors = new LinkedHashMap<>();

  /** Row-major float32 values. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Values(float[] data, long[] shape) {}

  /** What was recorded, in order. */
  public Map<String, Values> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  void record(String name, float[] vector) {
    tensors.put(name, new Values(vector, new long[] {vector.length}));
  }

  void record(String name, Tensor tensor) {
    tensors.put(name, new Values(tensor.toFloats(), tensor.shape()));
  }
}
