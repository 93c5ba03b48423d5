package io.llavasg.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a model with what is trained of it.
 *
 * @param name of the part, such as {@code scene_graph}, or {@code lora} for adapters
 * @param tensors how many of its parameters are trained
 * @param elements how many numbers they hold
 */
public record TrainedPart(String name, int tensors, long elements) {

  static List<TrainedPart> of(List<TrainedParameter> parameters) {
    Map<String, TrainedPart> parts = new LinkedHashMap<>();
    for (TrainedParameter parameter : parameters) {
      String full = parameter.name();
      String name =
          full.contains(".lora_")
              ? "lora"
              : full.contains(".") ? full.substring(0, full.indexOf('.')) : full;
      TrainedPart before = parts.getOrDefault(name, new TrainedPart(name, 0, 0));
      parts.put(
          name,
          new TrainedPart(name, before.tensors() + 1, before.elements() + parameter.elements()));
    }
    return new ArrayList<>(parts.values());
  }
}
