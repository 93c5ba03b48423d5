package io.llavasg.model.convert;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.LoadReport;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.model.Layout;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The mapped weights that are converted, under the names that modules ask for. */
final class Source implements AutoCloseable {
  private static final String PROJECTOR = "multi_modal_projector.";

  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final Map<String, StoredTensor> expected = new LinkedHashMap<>();
  private final Map<String, StoredTensor> carried = new TreeMap<>();
  private final Map<String, List<Long>> absent = new LinkedHashMap<>();

  /**
   * Opens the weights and checks them against the manifest.
   *
   * @param projectorMayLack whether W_v may be absent
   * @throws LlavaSgException user, if they don't fit
   */
  Source(ModelFiles files, boolean projectorMayLack) {
    try {
      Map<String, StoredTensor> tensors = new LinkedHashMap<>();
      for (ModelFiles.Weights weights : files.weights()) {
        Checkpoint checkpoint = Checkpoint.open(weights.directory());
        checkpoints.add(checkpoint);
        weights.layout().weightMap().rename(checkpoint.tensors()).forEach(tensors::putIfAbsent);
      }
      sort(tensors, files, projectorMayLack);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void sort(Map<String, StoredTensor> tensors, ModelFiles files, boolean projectorMayLack) {
    LlavaSgConfig config = files.config();
    List<String> missing = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    boolean projectorLacks =
        projectorMayLack && tensors.keySet().stream().noneMatch(n -> n.startsWith(PROJECTOR));
    ParameterShapes.of(config)
        .forEach(
            (name, shape) -> {
              StoredTensor tensor = tensors.remove(name);
              if (tensor == null && projectorLacks && name.startsWith(PROJECTOR)) {
                absent.put(name, shape);
              } else if (tensor == null) {
                missing.add(name);
              } else if (!tensor.shape().equals(shape)) {
                misshaped.add("%s is %s, not %s".formatted(name, tensor.shape(), shape));
              } else {
                expected.put(name, tensor);
              }
            });
    WeightMap buffers = Layout.LLAVA_HF.weightMap();
    WeightMap unused = LoadedModel.unused(config);
    tensors.forEach(
        (name, tensor) -> {
          if (!unused.ignores(name)) {
            unexpected.add(name);
          } else if (!buffers.ignores(name) && !name.startsWith("language_model.lm_head.")) {
            carried.put(name, tensor);
          }
        });
    List<Object> sources = new ArrayList<>();
    files.weights().forEach(weights -> sources.add("'" + weights.directory() + "'"));
    new LoadReport(List.of(), List.of(), missing, unexpected, misshaped)
        .require(String.join(" and ", sources.stream().map(Object::toString).toList()));
  }

  /** What the model asks for, in its order. */
  Map<String, StoredTensor> expected() {
    return expected;
  }

  /** What belongs to the model's parts and is not used, such as the tower's last layer. */
  Map<String, StoredTensor> carried() {
    return carried;
  }

  /** What the model asks for, and behind it what it carries. */
  Map<String, StoredTensor> all() {
    Map<String, StoredTensor> all = new LinkedHashMap<>(expected);
    all.putAll(carried);
    return all;
  }

  /** What the model asks for and the source has not, with shapes. */
  Map<String, List<Long>> absent() {
    return absent;
  }

  StoredTensor embedding() {
    StoredTensor embedding = expected.get(LoadedModel.EMBEDDING);
    if (embedding == null) {
      throw new IllegalStateException("the model has no embedding");
    }
    return embedding;
  }

  @Override
  public void close() {
    checkpoints.forEach(Checkpoint::close);
  }
}
