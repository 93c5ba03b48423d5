package io.llavasg.train;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.model.convert.Conversion;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What training has made of a model's weights, in the dtypes that they were stored in. */
final class TrainedWeights {
  private final ModelFiles files;
  private final TrainingSettings settings;
  private final Map<String, TrainedParameter> parameters = new LinkedHashMap<>();

  TrainedWeights(ModelFiles files, TrainingSettings settings, List<TrainedParameter> parameters) {
    this.files = files;
    this.settings = settings;
    parameters.forEach(parameter -> this.parameters.put(parameter.name(), parameter));
  }

  /** Writes the whole model. */
  void write(Path out, WriteProgress progress) {
    Conversion.rewrite(files, out, this::replacement, progress);
  }

  private Optional<OutgoingTensor.Content> replacement(StoredTensor stored) {
    String name = stored.name();
    TrainedParameter trained = parameters.get(name);
    if (trained != null) {
      return Optional.of(content(stored, base -> trained.master()));
    }
    TrainedParameter markers = parameters.get(TrainableParameters.MARKER_ROWS);
    if (markers != null && name.equals(LoadedModel.EMBEDDING)) {
      return Optional.of(content(stored, base -> withMarkers(base, markers.master())));
    }
    String layer = name.replaceFirst("\\.weight$", "");
    TrainedParameter down = parameters.get(layer + ".lora_A.weight");
    TrainedParameter up = parameters.get(layer + ".lora_B.weight");
    if (down != null && up != null) {
      double scale = settings.lora().orElseThrow().scale();
      return Optional.of(
          content(
              stored,
              base -> {
                Tensor update = up.master().matmul(down.master()).mul(scale);
                return base.to(DType.F32).to(update.device()).add(update);
              }));
    }
    return Optional.empty();
  }

  /** The table with two rows replaced; the others are copied, not converted. */
  private Tensor withMarkers(Tensor table, Tensor markers) {
    LlavaSgConfig.SceneGraph graph = files.config().sceneGraph().orElseThrow();
    Tensor changed = table.copy();
    Tensor rows = markers.to(Device.CPU);
    changed.select(0, graph.sgToken()).copyInPlace(rows.select(0, 0));
    changed.select(0, graph.textToken()).copyInPlace(rows.select(0, 1));
    return changed;
  }

  private static OutgoingTensor.Content content(StoredTensor stored, UnaryOperator<Tensor> change) {
    return sink -> {
      try (var scope = Scope.open()) {
        long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
        Tensor base = Tensor.over(stored.data(), stored.dtype(), shape);
        Tensor changed = Torch.withoutGradients(() -> change.apply(base));
        sink.accept(changed.to(stored.dtype()).to(Device.CPU).contiguous().memory());
      }
    };
  }
}
