package io.llavasg.perception.groundingdino;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.model.ComponentFixture;
import io.llavasg.perception.Detection;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** As {@link GroundingDinoModelTest}, for the goldens that may lie beside the checkout. */
@EnabledIf("arePresent")
class SharedGroundingDinoTest {
  private static final Offset<Double> SHARE = Offset.offset(1e-4);

  /** A share of the photo's 640 pixels. */
  private static final Offset<Double> PIXELS = Offset.offset(.064);

  private static Optional<Path> goldens() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared/goldens"))
        .filter(Files::isDirectory)
        .findFirst();
  }

  static boolean arePresent() {
    return goldens().isPresent();
  }

  private static Path folder() {
    return goldens().orElseThrow().resolve("perception-a/grounding-dino");
  }

  private static RgbImage photo() {
    Path file = goldens().orElseThrow().resolve(expected().path("image").asText());
    return ImageFile.read(file, Orientation.APPLY_EXIF);
  }

  private static JsonNode expected() {
    return GroundingDinoFixture.json(folder().resolve("expected.json"));
  }

  @Test
  void logitsAndBoxesAreTheReferences() {
    GroundingDinoFiles files = GroundingDinoFiles.of(folder());
    try (var expected = WeightFile.open(folder().resolve("expected.safetensors"));
        var loaded = GroundingDinoFixture.load(files)) {
      Torch.infer(
          () -> {
            List<Integer> ids = GroundingDinoFixture.ids(expected, "input_ids");
            Tensor pixels = GroundingDinoFixture.tensor(expected, "pixel_values");
            assertThat(files.processor().apply(photo()).values()).isEqualTo(pixels.toFloats());
            var output =
                loaded.network().forward(pixels, TextPrompt.of(ids, files.config().variant()));
            Tensor logits = GroundingDinoFixture.tensor(expected, "logits");
            Tensor boxes = GroundingDinoFixture.tensor(expected, "pred_boxes");
            Tensor ofTokens = logits.narrow(2, 0, ids.size());
            ComponentFixture.assertClose(output.logits(), ofTokens, 1e-5, "logits");
            ComponentFixture.assertClose(output.boxes(), boxes, 1e-5, "boxes");
            return true;
          });
    }
  }

  /** The reference keeps what overlaps, too. */
  @Test
  void photoHasTheReferencesDetections() {
    JsonNode expected = expected();
    GroundingDinoOptions options =
        new GroundingDinoOptions(
            expected.path("box_threshold").asDouble(),
            expected.path("text_threshold").asDouble(),
            1);
    List<String> tags = List.of(expected.path("text").asText().split("\\.\\s*", 0));
    try (var detector = GroundingDinoDetector.load(folder(), options, Precision.AUTO, Device.CPU)) {
      List<Detection> found = new ArrayList<>(detector.detect(photo(), tags));
      assertThat(found).hasSize(expected.path("scores").size());
      for (int i = 0; i < expected.path("scores").size(); i++) {
        double score = expected.path("scores").get(i).asDouble();
        JsonNode box = expected.path("boxes_xyxy").get(i);
        assertThat(found).anySatisfy(detection -> assertSame(detection, score, box));
      }
      assertThat(tags).containsAll(found.stream().map(Detection::label).toList());
    }
  }

  private static void assertSame(Detection detection, double score, JsonNode box) {
    assertThat(detection.score()).isCloseTo(score, SHARE);
    assertThat(detection.box().x0()).isCloseTo(box.get(0).asDouble(), PIXELS);
    assertThat(detection.box().y0()).isCloseTo(box.get(1).asDouble(), PIXELS);
    assertThat(detection.box().x1()).isCloseTo(box.get(2).asDouble(), PIXELS);
    assertThat(detection.box().y1()).isCloseTo(box.get(3).asDouble(), PIXELS);
  }
}
