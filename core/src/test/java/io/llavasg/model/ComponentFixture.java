package io.llavasg.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.CheckpointParameters;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.checkpoint.WeightMap.Rename;
import io.llavasg.language.LlamaConfig;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import io.llavasg.vision.ClipVisionConfig;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One file of model/components: the weights, inputs and outputs of a component, computed by a
 * reference implementation (reference/model/components.py), with its config in the metadata.
 */
public final class ComponentFixture implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WeightFile file;
  private final Lifetime lifetime = new Lifetime();

  private ComponentFixture(Path path) {
    file = WeightFile.open(path);
  }

  public static ComponentFixture open(Path path) {
    return new ComponentFixture(path);
  }

  /** A fixture that ships with the project. */
  public static ComponentFixture named(String name) {
    return open(path("components/" + name + ".safetensors"));
  }

  /** A file or folder of the model fixtures. */
  public static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ComponentFixture.class.getResource("/model/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The config in the metadata, put into each of {@code around} in turn. */
  public ConfigFile config(String... around) {
    try {
      String json = Objects.requireNonNull(file.metadata().get("config"));
      for (String wrapper : around) {
        json = wrapper.formatted(json);
      }
      return new ConfigFile(file.path(), "", (ObjectNode) JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  public ClipVisionConfig clip() {
    return ConfigReader.clip(config());
  }

  public LlamaConfig llama() {
    return ConfigReader.llama(config());
  }

  public SceneGraphConfig sceneGraph() {
    String around =
        "{\"model_type\": \"llava_sg\", \"scene_graph_config\": %s,"
            + " \"sg_token_index\": 1, \"text_token_index\": 2}";
    return ConfigReader.llavaHf(config(around)).sceneGraph().orElseThrow().config();
  }

  /** A decoder of the fixture's weights, which lives as long as the fixture. */
  public LlamaDecoder decoder() {
    return decoder(Precision.AUTO);
  }

  /** The same, with the weights in another precision. */
  public LlamaDecoder decoder(Precision precision) {
    CheckpointParameters parameters = parameters(precision);
    LlamaDecoder decoder = new LlamaDecoder(parameters, llama());
    parameters.report().require(file.path());
    return decoder;
  }

  /** The weights; those whose names match {@code unused} need not be asked for. */
  public CheckpointParameters parameters(String... unused) {
    return parameters(Precision.AUTO, unused);
  }

  private CheckpointParameters parameters(Precision precision, String... unused) {
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    WeightMap map = WeightMap.of(Rename.of("weights\\.(vision_model\\.)?", ""));
    file.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("weights.")) {
                weights.put(map.rename(name), tensor);
              }
            });
    return new CheckpointParameters(weights, map.ignoring(unused), precision, Device.CPU, lifetime);
  }

  public boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /** An input as a tensor of the innermost scope. */
  public Tensor input(String name) {
    StoredTensor stored = file.tensor("input." + name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  /** An expected output as a tensor of the innermost scope. */
  public Tensor output(String name) {
    StoredTensor stored = file.tensor("output." + name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  /** Checks {@code actual} against an output: the same shape, no element off by more. */
  public void assertOutput(Tensor actual, String name, double tolerance) {
    assertClose(actual, output(name), tolerance, file.path().getFileName() + " " + name);
  }

  /** Checks two tensors: the same shape, no element off by more than {@code tolerance}. */
  public static void assertClose(Tensor actual, Tensor expected, double tolerance, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    float[] is = actual.toFloats();
    float[] should = expected.toFloats();
    double worst = 0;
    for (int i = 0; i < is.length; i++) {
      double difference = Math.abs((double) is[i] - should[i]);
      worst = difference >= worst || Double.isNaN(difference) ? difference : worst;
    }
    assertThat(worst).as("%s: largest difference", what).isLessThanOrEqualTo(tolerance);
  }

  @Override
  public void close() {
    lifetime.close();
    file.close();
  }
}
