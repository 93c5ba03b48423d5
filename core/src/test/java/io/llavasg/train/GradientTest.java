package io.llavasg.train;

import static io.llavasg.train.TrainingFixture.EVERYTHING;
import static io.llavasg.train.TrainingFixture.assertClose;
import static io.llavasg.train.TrainingFixture.in;
import static io.llavasg.train.TrainingFixture.resource;
import static io.llavasg.train.TrainingFixture.tensors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.data.Example;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TestDevice;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingSettings.Activations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients against PyTorch's own, for the same loss: the mean over all label tokens of eight
 * samples, which the reference runs one by one.
 */
class GradientTest {
  /**
   * Of a tensor's largest gradient. Float32 sums in another order differ by some 1e-6 of it; a
   * forgotten sample, a wrong divisor or a missing path by more than 1e-2.
   */
  private static final double TOLERANCE = 1e-4;

  private static final String EMBEDDING = "language_model.model.embed_tokens.weight";

  /** Losses are about 16 and hold as many roundings as logits. */
  private static final double LOSS_TOLERANCE = 1e-4;

  /** What a step's gradients are, without the step. */
  private record Gradients(double loss, Map<String, float[]> byName) {

    static Gradients of(TrainingSettings settings, Map<String, float[]> initial) {
      List<Example> examples = TrainingFixture.instructions();
      return Torch.train(
          () -> {
            ModelFiles files = TrainingFixture.model();
            List<TrainableParameters> made = new ArrayList<>();
            try (Lifetime lifetime = new Lifetime();
                LoadedModel loaded =
                    LoadedModel.load(
                        files,
                        Device.CPU,
                        stored -> {
                          made.add(
                              new TrainableParameters(
                                  stored, files.config(), settings, TestDevice.DEVICE, lifetime));
                          return made.getFirst();
                        })) {
              LlavaSgModel model = made.getFirst().withMarkers(loaded.model());
              List<TrainedParameter> parameters = made.getFirst().trained();
              for (TrainedParameter parameter : parameters) {
                float[] values = initial.get(parameter.name());
                if (values != null) {
                  Tensor tensor = Tensor.of(values, parameter.master().shape());
                  Torch.withoutGradients(() -> parameter.master().copyInPlace(tensor));
                }
              }
              BackwardPass pass = new BackwardPass(model, parameters, settings.activations());
              MicroBatch all = MicroBatch.of(examples, files.config());
              double loss = 0;
              for (int from = 0; from < examples.size(); from += settings.batch()) {
                MicroBatch batch =
                    MicroBatch.of(examples.subList(from, from + settings.batch()), files.config());
                loss += pass.run(batch, all.labelTokens(), from);
              }
              Map<String, float[]> gradients = new HashMap<>();
              for (TrainedParameter parameter : parameters) {
                parameter.gradient().ifPresent(g -> gradients.put(parameter.name(), g.toFloats()));
              }
              parameters.forEach(TrainedParameter::clearGradient);
              return new Gradients(loss, gradients);
            }
          });
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 1, KEPT", "8, 1, RECOMPUTED", "2, 4, KEPT", "1, 8, RECOMPUTED"})
  void everyPartHasPyTorchsGradient(int batch, int accumulation, Activations activations) {
    JsonNode expected = TrainingFixture.expected();
    TrainingSettings settings =
        TrainingFixture.with(
            TrainingFixture.settings(EVERYTHING, batch, accumulation), activations, DType.F32);
    Gradients gradients = Gradients.of(settings, Map.of());
    assertThat(gradients.loss())
        .isCloseTo(expected.path("loss").asDouble(), within(LOSS_TOLERANCE));
    Map<String, float[]> reference = tensors(resource("train/gradients.safetensors"));
    float[] markers = in(reference, "marker_rows");
    reference.remove("marker_rows");
    // Here the markers are rows of the table, which is trained as a whole.
    System.arraycopy(markers, 0, in(reference, EMBEDDING), 602 * 40, 80);
    assertThat(gradients.byName().keySet()).isEqualTo(reference.keySet());
    reference.forEach((name, values) -> assertGradient(name, in(gradients.byName(), name), values));
  }

  /** A bias that all keys share adds the same to every score: its gradient is rounding alone. */
  private static void assertGradient(String name, float[] actual, float[] expected) {
    if (name.endsWith("k_proj.bias")) {
      for (float value : actual) {
        assertThat(value).as(name).isCloseTo(0, within(1e-5f));
      }
    } else {
      assertClose(name, actual, expected, TOLERANCE);
    }
  }

  @Test
  void twoMarkerRowsAloneHavePyTorchsGradient() {
    TrainingSettings settings = TrainingFixture.settings(TrainingFixture.STAGE2, 4, 2);
    Gradients gradients = Gradients.of(settings, Map.of());
    Map<String, float[]> reference = tensors(resource("train/gradients.safetensors"));
    assertThat(gradients.byName()).doesNotContainKey(EMBEDDING).containsKey("marker_rows");
    assertThat(gradients.byName().keySet())
        .allMatch(name -> name.startsWith("scene_graph") || name.equals("marker_rows"));
    gradients.byName().forEach((name, values) -> assertGradient(name, values, in(reference, name)));
  }

  @ParameterizedTest
  @CsvSource({"KEPT", "RECOMPUTED"})
  void adaptersHavePyTorchsGradient(Activations activations) {
    JsonNode lora = TrainingFixture.expected().path("lora");
    TrainingSettings settings =
        TrainingFixture.with(
            adapted(lora.path("rank").asInt(), lora.path("alpha").asDouble(), 0),
            activations,
            DType.F32);
    Map<String, float[]> reference = tensors(resource("train/lora.safetensors"));
    Gradients gradients = Gradients.of(settings, reference);
    assertThat(gradients.loss())
        .isCloseTo(TrainingFixture.expected().path("lora_loss").asDouble(), within(LOSS_TOLERANCE));
    assertThat(gradients.byName()).hasSize(3 * 7 * 2);
    gradients
        .byName()
        .forEach(
            (name, values) ->
                assertClose(name, values, in(reference, "gradient." + name), TOLERANCE));
  }

  private static TrainingSettings adapted(int rank, double alpha, double dropout) {
    Lora lora = new Lora(rank, alpha, dropout);
    return TrainingFixture.settings(List.of(), Optional.of(lora), 4, 2);
  }

  @Test
  void lengthsAndLabelsAreTheReferences() {
    JsonNode expected = TrainingFixture.expected();
    List<Example> examples = TrainingFixture.instructions();
    for (int i = 0; i < examples.size(); i++) {
      MicroBatch alone = MicroBatch.of(List.of(examples.get(i)), TrainingFixture.model().config());
      assertThat(alone.positions()).isEqualTo(expected.path("lengths").get(i).asLong());
      assertThat(alone.labelTokens()).isEqualTo(expected.path("labels").get(i).asLong());
      assertThat(alone.longest()).isEqualTo(examples.get(i).length());
    }
  }

  /** Dropout falls alike where a layer is run again: same seed, same place. */
  @Test
  void recomputedAdaptersDropWhatTheyDroppedBefore() {
    TrainingSettings settings = adapted(3, 6, 0.3);
    Map<String, float[]> initial = tensors(resource("train/lora.safetensors"));
    Gradients kept = Gradients.of(settings, initial);
    Gradients recomputed =
        Gradients.of(TrainingFixture.with(settings, Activations.RECOMPUTED, DType.F32), initial);
    assertThat(recomputed.loss()).isCloseTo(kept.loss(), within(1e-6));
    kept.byName()
        .forEach((name, values) -> assertClose(name, in(recomputed.byName(), name), values, 1e-5));
    Gradients whole = Gradients.of(adapted(3, 6, 0), initial);
    assertThat(kept.loss()).isNotCloseTo(whole.loss(), within(1e-3));
  }

  /** bfloat16 has 8 bits: gradients that passed through some 40 products agree in direction. */
  @ParameterizedTest
  @CsvSource({"KEPT", "RECOMPUTED"})
  void bfloat16GradientsPointTheSameWay(Activations activations) {
    TrainingSettings exact = TrainingFixture.settings(EVERYTHING, 4, 2);
    Gradients coarse = Gradients.of(TrainingFixture.with(exact, activations, DType.BF16), Map.of());
    Map<String, float[]> reference = tensors(resource("train/gradients.safetensors"));
    for (String name :
        List.of(
            "multi_modal_projector.linear_1.weight",
            "scene_graph.node_proj.weight",
            "language_model.model.layers.1.mlp.up_proj.weight")) {
      assertThat(cosine(in(coarse.byName(), name), in(reference, name)))
          .as(name)
          .isGreaterThan(.98);
    }
    assertThat(coarse.loss())
        .isCloseTo(TrainingFixture.expected().path("loss").asDouble(), within(0.2));
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
