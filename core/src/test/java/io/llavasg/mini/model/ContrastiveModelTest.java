package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.vision.ClipTextConfig;
import io.llavasg.vision.ClipVisionConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against transformers' CLIPModel; see reference/mini/clip.py. */
class ContrastiveModelTest {
  private static final Path FIXTURE =
      Path.of("src/test/resources/mini/model/clip-contrast.safetensors");

  private static final ClipShape SHAPE =
      new ClipShape(
          new ClipVisionConfig(16, 64, 2, 1, 28, 14, 1e-5, Activation.QUICK_GELU),
          new ClipTextConfig(40, 16, 64, 2, 1, 12, 1e-5, Activation.QUICK_GELU),
          8);

  /** Two orders of summation in float32 differ by a few units in the last of seven digits. */
  private static final Offset<Float> CLOSE = Offset.offset(2e-5f);

  private final Lifetime lifetime = new Lifetime();
  private final Map<String, Tensor> weights = new HashMap<>();
  private SafetensorsFile file;

  @BeforeEach
  void open() {
    file = SafetensorsFile.open(FIXTURE);
  }

  @AfterEach
  void close() {
    lifetime.close();
    file.close();
  }

  private Tensor stored(String name) {
    StoredTensor stored = file.tensor(name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  /** Copies of the stored weights, each of which a gradient is computed for. */
  private Parameters parameters() {
    return new Parameters() {
      @Override
      public Tensor get(String name, long... shape) {
        if (ContrastiveModel.isForTrainingAlone(name)) {
          return lifetime.own(Tensor.zeros(DType.F32, Device.CPU, shape));
        }
        Tensor weight = lifetime.own(Autograd.track(stored(name).copy()));
        assertThat(weight.shape()).as(name).isEqualTo(shape);
        weights.put(name, weight);
        return weight;
      }

      @Override
      public boolean contains(String name) {
        return true;
      }
    };
  }

  private void assertClose(Tensor actual, String golden) {
    assertThat(actual.toFloats()).as(golden).containsExactly(stored(golden).toFloats(), CLOSE);
  }

  @Test
  void similaritiesLossAndGradientsAreTransformers() {
    Torch.train(
        () -> {
          ContrastiveModel model = new ContrastiveModel(parameters(), SHAPE);
          Tensor similarities =
              model.pictureSimilarities(
                  model.hiddenStates(stored("golden.pixels")),
                  new Texts(stored("golden.ids").toLongs(), stored("golden.last").toLongs()));
          assertClose(similarities, "golden.similarities");
          Tensor loss = ContrastiveModel.loss(similarities);
          assertClose(loss, "golden.loss");
          Autograd.backward(loss);
          assertGradient("logit_scale", "logit_scale");
          assertGradient("text_model.embeddings.token_embedding.weight", "token_embedding");
          assertGradient("vision_model.embeddings.class_embedding", "class_embedding");
          return this;
        });
  }

  private void assertGradient(String weight, String golden) {
    assertClose(
        Autograd.gradient(Objects.requireNonNull(weights.get(weight))).orElseThrow(),
        "golden.gradient." + golden);
  }
}
