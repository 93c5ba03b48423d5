package io.llavasg.perception.groundingdino;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Detection;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** As {@link GroundingDinoTest}, for the goldens that may lie beside the checkout. */
@EnabledIf("arePresent")
class SharedGroundingDinoTest {
  private static Optional<Path> goldens() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared/goldens"))
        .filter(Files::isDirectory)
        .findFirst();
  }

  static boolean arePresent() {
    return goldens().isPresent();
  }

  @Test
  void logitsAndBoxesAreTheReferences() {
    Path folder = goldens().orElseThrow().resolve("perception-a/grounding-dino");
    GroundingDinoFiles files = GroundingDinoFiles.of(folder);
    try (var expected = WeightFile.open(folder.resolve("expected.safetensors"));
        var loaded =
            LoadedNetwork.load(
                folder,
                files.layout().weightMap(files.config()),
                Precision.AUTO,
                Device.CPU,
                parameters -> new GroundingDinoModel(parameters, files.config()))) {
      Torch.infer(
          () -> {
            List<Integer> ids =
                Arrays.stream(tensor(expected, "input_ids").toLongs())
                    .mapToInt(Math::toIntExact)
                    .boxed()
                    .toList();
            TextPrompt prompt = TextPrompt.of(ids, files.config().phrasePositions());
            GroundingDinoModel.Output output =
                loaded.network().forward(tensor(expected, "pixel_values"), prompt);
            Tensor logits = tensor(expected, "logits").select(0, 0).narrow(1, 0, ids.size());
            assertThat(difference(output.logits(), logits)).isLessThan(1e-4);
            assertThat(difference(output.boxes(), tensor(expected, "pred_boxes").select(0, 0)))
                .isLessThan(1e-4);
            System.err.println(
                difference(output.logits(), logits)
                    + " "
                    + difference(output.boxes(), tensor(expected, "pred_boxes").select(0, 0)));
            return true;
          });
    }
  }

  @Test
  void photoHasTheReferencesDetections() throws Exception {
    Path folder = goldens().orElseThrow().resolve("perception-a/grounding-dino");
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    RgbImage photo =
        ImageFile.read(
            goldens().orElseThrow().resolve(expected.path("image").asText()),
            Orientation.APPLY_EXIF);
    GroundingDinoFiles files = GroundingDinoFiles.of(folder);
    try (var stored = WeightFile.open(folder.resolve("expected.safetensors"))) {
      Torch.infer(
          () -> {
            assertThat(files.processor().apply(photo).values())
                .isEqualTo(tensor(stored, "pixel_values").toFloats());
            return true;
          });
    }
    GroundingDinoOptions options =
        new GroundingDinoOptions(
            expected.path("box_threshold").asDouble(),
            expected.path("text_threshold").asDouble(),
            1);
    List<String> tags = List.of(expected.path("text").asText().split("\\.\\s*"));
    try (var detector = GroundingDinoDetector.load(folder, options, Precision.AUTO, Device.CPU)) {
      List<Detection> found = new ArrayList<>(detector.detect(photo, tags));
      System.err.println(found);
      assertThat(found).hasSize(expected.path("scores").size());
      for (int i = 0; i < expected.path("scores").size(); i++) {
        double score = expected.path("scores").get(i).asDouble();
        JsonNode box = expected.path("boxes_xyxy").get(i);
        assertThat(found)
            .anySatisfy(
                detection -> {
                  assertThat(detection.score())
                      .isCloseTo(score, org.assertj.core.data.Offset.offset(1e-4));
                  assertThat(detection.box().x0())
                      .isCloseTo(box.get(0).asDouble(), org.assertj.core.data.Offset.offset(0.05));
                  assertThat(detection.box().y1())
                      .isCloseTo(box.get(3).asDouble(), org.assertj.core.data.Offset.offset(0.05));
                });
      }
    }
  }

  private static Tensor tensor(WeightFile file, String name) {
    StoredTensor stored = file.tensor(name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  private static double difference(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    float[] is = actual.toFloats();
    float[] should = expected.toFloats();
    double worst = 0;
    for (int i = 0; i < is.length; i++) {
      double difference = Math.abs((double) is[i] - should[i]);
      worst = difference >= worst || Double.isNaN(difference) ? difference : worst;
    }
    return worst;
  }
}
