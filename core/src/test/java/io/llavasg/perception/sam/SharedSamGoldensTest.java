package io.llavasg.perception.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.graph.Box;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Segment;
import io.llavasg.tensor.TestDevice;
import io.llavasg.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** As {@link SamSegmenterTest}, for the goldens that may lie beside the checkout. */
@EnabledIf("arePresent")
class SharedSamGoldensTest {

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
  void masksAreTheReferences() {
    Path goldens = goldens().orElseThrow();
    Path folder = goldens.resolve("perception-a/sam");
    JsonNode expected = SamFixture.json(folder.resolve("expected.json"));
    RgbImage photo =
        ImageFile.read(goldens.resolve(expected.get("image").asText()), Orientation.IGNORE_EXIF);
    List<Box> boxes = SamFixture.boxes(expected.get("boxes_xyxy"));
    try (WeightFile file = WeightFile.open(folder.resolve("expected.safetensors"));
        SamSegmenter segmenter = SamSegmenter.load(folder, Precision.AUTO, TestDevice.DEVICE)) {
      SamProcessor processor = SamProcessor.of(segmenter.config());
      SamFixture.assertClose(
          processor.pixels(photo).values(), SamFixture.floats(file, "pixel_values"), 0, "pixels");
      byte[] masks = SamFixture.bytes(file, "masks");
      List<Segment> segments = segmenter.segment(photo, boxes);
      for (int i = 0; i < segments.size(); i++) {
        byte[] mask = segments.get(i).mask().rowMajor();
        assertThat(SamFixture.differing(mask, masks, i * mask.length))
            .isLessThanOrEqualTo(mask.length / 1000);
        assertThat(segments.get(i).quality())
            .isCloseTo(expected.get("iou_scores").get(i).asDouble(), within(1e-5));
      }
    }
  }

  @Test
  void logitsAreTheReferences() {
    Path folder = goldens().orElseThrow().resolve("perception-a/sam");
    try (WeightFile file = WeightFile.open(folder.resolve("expected.safetensors"));
        var loaded = SamFiles.read(folder).load(Precision.AUTO, TestDevice.DEVICE)) {
      Torch.infer(
          () -> {
            SamModel model = loaded.network();
            var embedding = model.encode(SamFixture.tensor(file, "pixel_values"));
            float[] values = SamFixture.floats(file, "input_boxes");
            List<Box> boxes = new ArrayList<>();
            for (int i = 0; i < values.length; i += 4) {
              boxes.add(new Box(values[i], values[i + 1], values[i + 2], values[i + 3]));
            }
            var masks = model.decode(model.prepare(embedding), boxes);
            SamFixture.assertClose(
                masks.logits().toFloats(), SamFixture.floats(file, "pred_masks"), 1e-4, "logits");
            SamFixture.assertClose(
                masks.quality().toFloats(), SamFixture.floats(file, "iou_scores"), 1e-5, "quality");
            return true;
          });
    }
  }
}
