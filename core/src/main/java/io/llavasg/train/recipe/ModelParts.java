package io.llavasg.train.recipe;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.model.ModelFiles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The parameters of a model, from the headers of its files.
 *
 * @param elements how many numbers each parameter holds
 */
record ModelParts(ModelFiles files, Map<String, Long> elements) {
  private static final String MARKERS = "marker_rows";

  ModelParts {
    elements = Collections.unmodifiableMap(new LinkedHashMap<>(elements));
  }

  static ModelParts of(ModelFiles files) {
    Map<String, Long> elements = new LinkedHashMap<>();
    for (ModelFiles.Weights weights : files.weights()) {
      WeightMap map = weights.layout().weightMap();
      Map<String, TensorInfo> tensors = map.rename(Checkpoint.inspect(weights.directory()));
      tensors.forEach(
          (name, tensor) -> {
            if (!map.ignores(name)) {
              elements.putIfAbsent(name, tensor.elements());
            }
          });
    }
    return new ModelParts(files, elements);
  }

  long total() {
    return elements.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Parameters of a module or of a parameter's own name. */
  long elements(String module) {
    if (module.equals(MARKERS)) {
      return 2L * files.config().text().hiddenSize();
    }
    return elements.entrySet().stream()
        .filter(entry -> isBelow(entry.getKey(), module))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Parameters that any of the modules has. */
  long elements(List<String> modules) {
    long markers =
        modules.contains(MARKERS) && !modules.contains("language_model") ? elements(MARKERS) : 0;
    return markers
        + elements.entrySet().stream()
            .filter(entry -> modules.stream().anyMatch(module -> isBelow(entry.getKey(), module)))
            .mapToLong(Map.Entry::getValue)
            .sum();
  }

  /**
   * Refuses modules that the model has not, or that are never trained.
   *
   * @throws LlavaSgException user, naming the module and those that there are
   */
  void require(List<String> modules) {
    TreeSet<String> parts = new TreeSet<>();
    elements.keySet().forEach(name -> parts.add(name.split("\\.", 2)[0]));
    parts.remove("vision_tower");
    if (files.config().sceneGraph().isPresent()) {
      parts.add(MARKERS);
    }
    for (String module : modules) {
      if (isBelow(module, "vision_tower")) {
        throw LlavaSgException.user(
            "trainable names '%s', but the vision tower is never trained", module);
      }
      boolean present = module.equals(MARKERS) ? parts.contains(MARKERS) : elements(module) > 0;
      if (!present) {
        throw LlavaSgException.user(
            "trainable names '%s', which is no part of '%s'; its parts are %s",
            module, files.directory(), String.join(", ", parts));
      }
    }
  }

  private static boolean isBelow(String name, String module) {
    return name.equals(module) || name.startsWith(module + ".");
  }
}
