package io.llavasg.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A training at rest: {@code weights.safetensors} (float32 masters), {@code optimiser.safetensors}
 * (both moments of each) and {@code state.json}, which is written last. All that is random is a
 * function of the seed and the step, and needs no state.
 */
final class TrainingCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATE = "state.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String MOMENTS = "optimiser.safetensors";
  private static final int FORMAT = 1;

  /** Of a setting that a recipe does not have. */
  private static final String UNSET = "unset";

  private TrainingCheckpoint() {}

  /**
   * Where a training stands.
   *
   * @param step steps that are done
   * @param position of the source behind the last of them
   */
  record Progress(int step, String position) {}

  /**
   * What must agree for a training to go on.
   *
   * @param model fingerprint of the weights that it began with
   * @param settings by name
   */
  record Identity(String model, Map<String, String> settings) {}

  /** Writes into a directory that is there. */
  static void write(
      Path directory, Identity identity, Progress progress, List<TrainedParameter> parameters) {
    List<OutgoingTensor> weights = new ArrayList<>();
    List<OutgoingTensor> moments = new ArrayList<>();
    ObjectNode updates = JSON.createObjectNode();
    for (TrainedParameter parameter : parameters) {
      weights.add(outgoing(parameter.name(), parameter.master()));
      moments.add(outgoing(parameter.name() + ".exp_avg", parameter.firstMoment()));
      moments.add(outgoing(parameter.name() + ".exp_avg_sq", parameter.secondMoment()));
      updates.put(parameter.name(), parameter.updates());
    }
    Map<String, String> metadata = SafetensorsWriter.PYTORCH;
    SafetensorsWriter.write(directory.resolve(MOMENTS), moments, metadata, WriteProgress.NONE);
    SafetensorsWriter.write(directory.resolve(WEIGHTS), weights, metadata, WriteProgress.NONE);
    ObjectNode state = JSON.createObjectNode();
    state.put("format", FORMAT);
    state.put("step", progress.step());
    state.put("position", progress.position());
    state.put("model", identity.model());
    ObjectNode settings = state.putObject("settings");
    identity.settings().forEach(settings::put);
    state.set("updates", updates);
    try {
      CheckpointDirectory.writeDurably(
          directory.resolve(STATE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
    } catch (IOException e) {
      throw CheckpointDirectory.failed(directory, e);
    }
  }

  private static OutgoingTensor outgoing(String name, Tensor tensor) {
    List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
    return new OutgoingTensor(
        new TensorInfo(name, DType.F32, shape),
        sink -> {
          try (var scope = Scope.open()) {
            sink.accept(tensor.to(Device.CPU).memory());
          }
        });
  }

  /**
   * Puts a training back to where it was.
   *
   * @throws LlavaSgException user, if the checkpoint is another model's or recipe's, or broken
   */
  static Progress read(Path directory, Identity identity, List<TrainedParameter> parameters) {
    ConfigFile state = ConfigFile.read(directory.resolve(STATE));
    if (state.integer("format", 0) != FORMAT) {
      throw state.wrong("format", Integer.toString(FORMAT));
    }
    requireSame(directory, state, identity);
    try (var weights = SafetensorsFile.open(directory.resolve(WEIGHTS));
        var moments = SafetensorsFile.open(directory.resolve(MOMENTS))) {
      for (TrainedParameter parameter : parameters) {
        String name = parameter.name();
        copy(weights.tensor(name), parameter.master());
        copy(moments.tensor(name + ".exp_avg"), parameter.firstMoment());
        copy(moments.tensor(name + ".exp_avg_sq"), parameter.secondMoment());
        parameter.restoreUpdates(state.in("updates").value(name).asLong());
        parameter.round();
      }
    }
    return new Progress(state.requiredInteger("step"), state.string("position", ""));
  }

  private static void requireSame(Path directory, ConfigFile state, Identity identity) {
    ConfigFile settings = state.in("settings");
    Set<String> names = new TreeSet<>(identity.settings().keySet());
    settings.node().fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      String before = settings.has(name) ? settings.value(name).asText() : UNSET;
      String now = identity.settings().getOrDefault(name, UNSET);
      if (!before.equals(now)) {
        throw LlavaSgException.user(
            "'%s' was trained with %s %s, and the recipe says %s: go on with its own recipe,"
                + " or begin in another directory",
            directory, name, before, now);
      }
    }
    if (!state.string("model", "").equals(identity.model())) {
      throw LlavaSgException.user(
          "'%s' is a checkpoint of another model: go on with the one that it began with, or begin in"
              + " another directory",
          directory);
    }
  }

  private static void copy(StoredTensor stored, Tensor target) {
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    if (!Arrays.equals(shape, target.shape()) || stored.dtype() != DType.F32) {
      throw LlavaSgException.user(
          "the checkpoint's %s is %s%s, and the model's %s",
          stored.name(), stored.dtype(), stored.shape(), target);
    }
    try (var scope = Scope.open()) {
      Tensor values = Tensor.over(stored.data(), stored.dtype(), shape);
      Torch.withoutGradients(() -> target.copyInPlace(values));
    }
  }
}
