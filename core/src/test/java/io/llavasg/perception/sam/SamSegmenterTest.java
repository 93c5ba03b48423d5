package io.llavasg.perception.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.graph.Box;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.Mask;
import io.llavasg.graph.NodePooling;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import io.llavasg.perception.MaskGrid;
import io.llavasg.perception.Segment;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TestDevice;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against transformers and the official modules, on photos of odd sizes. */
class SamSegmenterTest {
  /**
   * The two references differ from one another by up to 2.5e-5 on logits of magnitude 10: their
   * position features are sines of large float32 phases. Four times that.
   */
  private static final double LOGITS = 1e-4;

  private static SamSegmenter load(String name) {
    return SamSegmenter.load(SamFixture.path(name), Precision.AUTO, TestDevice.DEVICE);
  }

  static boolean isOnGpu() {
    return TestDevice.DEVICE.isCuda();
  }

  private static JsonNode cases(String name) {
    return SamFixture.json(SamFixture.path(name + "/expected.json")).get("cases");
  }

  private static RgbImage photo(String name) {
    return ImageFile.read(SamFixture.path(name), Orientation.IGNORE_EXIF);
  }

  private static RgbImage photo(JsonNode expected) {
    return photo(expected.get("photo").asText());
  }

  private static String key(JsonNode expected) {
    return expected.get("photo").asText().replace(".png", "");
  }

  /** The reference's masks, but for the pixels that rounding may turn: one in a thousand. */
  private static void assertSegmented(List<Segment> segments, WeightFile file, JsonNode expected) {
    byte[] masks = SamFixture.bytes(file, key(expected) + ".masks");
    assertThat(segments).hasSize(expected.get("boxes").size());
    for (int i = 0; i < segments.size(); i++) {
      byte[] mask = segments.get(i).mask().rowMajor();
      assertThat(SamFixture.differing(mask, masks, i * mask.length))
          .as("%s, box %d", key(expected), i)
          .isLessThanOrEqualTo(mask.length / 1000);
      assertThat(segments.get(i).quality())
          .isCloseTo(expected.get("scores").get(i).asDouble(), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "narrow"})
  void masksAreTheReferences(String name) {
    try (WeightFile file = WeightFile.open(SamFixture.path(name + "/expected.safetensors"));
        SamSegmenter segmenter = load(name)) {
      for (JsonNode expected : cases(name)) {
        List<Box> boxes = SamFixture.boxes(expected.get("boxes"));
        assertSegmented(segmenter.segment(photo(expected), boxes), file, expected);
      }
    }
  }

  @Test
  void theOfficialFileGivesTheSameMasks() {
    try (WeightFile file = WeightFile.open(SamFixture.path("narrow/expected.safetensors"));
        SamSegmenter segmenter = load("narrow/official.pth")) {
      for (JsonNode expected : cases("narrow")) {
        List<Box> boxes = SamFixture.boxes(expected.get("boxes"));
        assertSegmented(segmenter.segment(photo(expected), boxes), file, expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "narrow"})
  void pixelsAreTheReferences(String name) {
    try (WeightFile file = WeightFile.open(SamFixture.path(name + "/expected.safetensors"))) {
      SamConfig config = SamFiles.read(SamFixture.path(name)).config();
      float[] pixels = SamProcessor.of(config).pixels(photo("landscape.png")).values();
      SamFixture.assertClose(
          pixels, SamFixture.floats(file, "landscape.pixels"), 0, "pixel values");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "narrow", "narrow/official.pth"})
  void logitsAreTheReferences(String name) {
    String folder = name.replace("/official.pth", "");
    try (WeightFile file = WeightFile.open(SamFixture.path(folder + "/expected.safetensors"));
        var loaded = SamFiles.read(SamFixture.path(name)).load(Precision.AUTO, TestDevice.DEVICE)) {
      SamProcessor processor = SamProcessor.of(loaded.network().config());
      for (JsonNode expected : cases(folder)) {
        Torch.infer(
            () -> {
              SamModel model = loaded.network();
              var pixels = processor.pixels(photo(expected));
              Tensor batch = Tensor.of(pixels.values(), pixels.shape()).unsqueeze(0);
              var encoded = model.prepare(model.encode(batch));
              var masks = model.decode(encoded, SamFixture.boxes(expected.get("scaled")));
              SamFixture.assertClose(
                  masks.logits().toFloats(),
                  SamFixture.floats(file, key(expected) + ".logits"),
                  LOGITS,
                  key(expected));
              return true;
            });
      }
    }
  }

  @Test
  void boxesOfManyBatchesAreEachAsAlone() {
    RgbImage photo = photo("portrait.png");
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < 37; i++) {
      boxes.add(new Box(i % 7 * 6, i * 2, i % 7 * 6 + 20, i * 2 + 26));
    }
    try (SamSegmenter segmenter = load("wide")) {
      List<Segment> together = segmenter.segment(photo, boxes);
      assertThat(together.stream().map(Segment::mask).distinct().count()).isGreaterThan(20);
      for (int i : new int[] {0, 15, 16, 36}) {
        Segment alone = segmenter.segment(photo, List.of(boxes.get(i))).getFirst();
        assertThat(together.get(i).quality()).isCloseTo(alone.quality(), within(1e-5));
        assertThat(together.get(i).mask().iou(alone.mask())).isGreaterThan(.995);
      }
    }
  }

  /** Of a CPU alone: a GPU multiplies matrices of another height by another kernel. */
  @Test
  @DisabledIf("isOnGpu")
  void imagesTogetherAreExactlyAsAlone() {
    try (SamSegmenter segmenter = load("wide")) {
      List<RgbImage> photos = new ArrayList<>();
      List<List<Box>> boxes = new ArrayList<>();
      List<List<Segment>> alone = new ArrayList<>();
      for (JsonNode expected : cases("wide")) {
        photos.add(photo(expected));
        boxes.add(SamFixture.boxes(expected.get("boxes")));
        alone.add(segmenter.segment(photo(expected), boxes.getLast()));
      }
      photos.add(1, photo("portrait.png"));
      boxes.add(1, List.of());
      alone.add(1, List.of());
      assertThat(segmenter.segmentAll(photos, boxes)).isEqualTo(alone);
    }
  }

  @Test
  void theEncoderTakesImagesTogether() {
    try (var loaded =
        SamFiles.read(SamFixture.path("narrow")).load(Precision.AUTO, TestDevice.DEVICE)) {
      SamProcessor processor = SamProcessor.of(loaded.network().config());
      Torch.infer(
          () -> {
            List<Tensor> images = new ArrayList<>();
            for (String name : List.of("landscape.png", "portrait.png", "large.png")) {
              var pixels = processor.pixels(photo(name));
              images.add(Tensor.of(pixels.values(), pixels.shape()));
            }
            SamModel model = loaded.network();
            Tensor together = model.encode(Functional.stack(0, images.toArray(new Tensor[0])));
            for (int i = 0; i < images.size(); i++) {
              SamFixture.assertClose(
                  together.select(0, i).contiguous().toFloats(),
                  model.encode(images.get(i).unsqueeze(0)).toFloats(),
                  1e-5,
                  "image " + i);
            }
            return true;
          });
    }
  }

  @Test
  void aMapOfAnotherSizeInterpolatesRelativePositions() {
    try (WeightFile file = WeightFile.open(SamFixture.path("encoder.safetensors"));
        var loaded = OtherSize.load()) {
      Torch.infer(
          () -> {
            Tensor actual = loaded.network().forward(SamFixture.tensor(file, "input"));
            assertThat(actual.shape()).containsExactly(2, 16, 6, 8);
            SamFixture.assertClose(
                actual.toFloats(), SamFixture.floats(file, "output"), 1e-5, "embedding");
            return true;
          });
    }
  }

  @Test
  void coarseMasksAreTheLogitsWhereThePhotoIs() {
    try (WeightFile file = WeightFile.open(SamFixture.path("wide/expected.safetensors"));
        SamSegmenter segmenter = load("wide")) {
      // 61 × 101 in a square of 96 is 58 × 96; of logits it has half as many.
      RgbImage photo = photo("portrait.png");
      JsonNode expected = cases("wide").get(1);
      List<Segment> coarse =
          segmenter.segment(photo, SamFixture.boxes(expected.get("boxes")), MaskGrid.LOGITS);
      float[] logits = SamFixture.floats(file, "portrait.logits");
      for (int i = 0; i < coarse.size(); i++) {
        Mask mask = coarse.get(i).mask();
        assertThat(new Size(mask.width(), mask.height())).isEqualTo(photo.size());
        int differing = 0;
        for (int y = 0; y < photo.height(); y++) {
          for (int x = 0; x < photo.width(); x++) {
            int row = (int) ((y + .5) * 48 / 101);
            int column = (int) ((x + .5) * 29 / 61);
            float logit = logits[(i * 48 + row) * 48 + column];
            differing += mask.at(x, y) != logit > 0 && Math.abs(logit) > LOGITS ? 1 : 0;
          }
        }
        assertThat(differing).isZero();
      }
    }
  }

  @Test
  void coarseMasksPoolNearlyTheSameFeatures() {
    RgbImage photo = photo("large.png");
    List<Box> boxes = SamFixture.boxes(cases("wide").get(3).get("boxes"));
    try (SamSegmenter segmenter = load("wide")) {
      List<Mask> fine = segmenter.segment(photo, boxes).stream().map(Segment::mask).toList();
      List<Mask> coarse =
          segmenter.segment(photo, boxes, MaskGrid.LOGITS).stream().map(Segment::mask).toList();
      Canvas canvas = Canvas.padded(photo.width(), photo.height());
      var weights = NodePooling.of(fine, canvas, 6, 6).weights();
      var coarseWeights = NodePooling.of(coarse, canvas, 6, 6).weights();
      for (int i = 0; i < fine.size(); i++) {
        double apart = 0;
        for (int k = 0; k < 36; k++) {
          apart += Math.abs(weights.get(i)[k] - coarseWeights.get(i)[k]);
        }
        // Of a sum of 1; a coarse pixel is an eighth of a patch, and may miss by half of that.
        assertThat(apart).as("box %d", i).isLessThan(.12);
      }
    }
  }

  @Test
  void withoutBoxesNothingIsDone() {
    try (SamSegmenter segmenter = load("wide")) {
      assertThat(segmenter.segment(photo("large.png"), List.of())).isEmpty();
      assertThat(segmenter.segmentAll(List.of(), List.of())).isEmpty();
    }
  }

  @Test
  void aBoxOutsideThePhotoHasAnEmptyMask() {
    RgbImage photo = photo("landscape.png");
    Box inside = SamFixture.boxes(cases("wide").get(0).get("boxes")).getFirst();
    Box right = new Box(130, 10, 150, 30);
    Box above = new Box(10, -30, 40, -1);
    try (SamSegmenter segmenter = load("wide")) {
      List<Segment> segments = segmenter.segment(photo, List.of(right, inside, above));
      Mask empty = Mask.ofCounts(120, 77, 120 * 77);
      assertThat(segments.get(0)).isEqualTo(new Segment(empty, 0));
      assertThat(segments.get(2)).isEqualTo(new Segment(empty, 0));
      assertThat(segments.get(1)).isEqualTo(segmenter.segment(photo, List.of(inside)).getFirst());
      assertThat(segmenter.segment(photo, List.of(above))).hasSize(1);
      assertThat(segmenter.segment(photo, List.of(above), MaskGrid.LOGITS).getFirst().mask())
          .isEqualTo(empty);
    }
  }

  @Test
  void aBoxFarBeyondThePhotoStillGivesAMaskOfThePhoto() {
    RgbImage photo = photo("landscape.png");
    try (SamSegmenter segmenter = load("wide")) {
      Box huge = new Box(-1e6, -1e6, 1e6, 1e6);
      Segment segment = segmenter.segment(photo, List.of(huge)).getFirst();
      assertThat(segment.mask().width()).isEqualTo(120);
      assertThat(Double.isFinite(segment.quality())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1x1", "1x3000", "3000x1", "97x96"})
  void anyAspectRatioGivesMasksOfThePhotosSize(String size) {
    int width = Integer.parseInt(size.split("x")[0]);
    int height = Integer.parseInt(size.split("x")[1]);
    RgbImage photo = RgbImage.of(width, height, new byte[3 * width * height]);
    Box box = new Box(0, 0, width, height);
    try (SamSegmenter segmenter = load("narrow")) {
      Mask mask = segmenter.segment(photo, List.of(box)).getFirst().mask();
      assertThat(new Size(mask.width(), mask.height())).isEqualTo(new Size(width, height));
      Mask coarse = segmenter.segment(photo, List.of(box), MaskGrid.LOGITS).getFirst().mask();
      assertThat(new Size(coarse.width(), coarse.height())).isEqualTo(new Size(width, height));
    }
  }

  @Test
  void halfPrecisionGivesNearlyTheSameMasks() {
    RgbImage photo = photo("large.png");
    List<Box> boxes = SamFixture.boxes(cases("wide").get(3).get("boxes"));
    try (SamSegmenter exact = load("wide");
        SamSegmenter half =
            SamSegmenter.load(
                SamFixture.path("wide"), Precision.of(DType.BF16), TestDevice.DEVICE)) {
      List<Segment> expected = exact.segment(photo, boxes);
      List<Segment> actual = half.segment(photo, boxes);
      for (int i = 0; i < boxes.size(); i++) {
        // Eight bits of mantissa through six layers of random weights; other masks have below .6.
        assertThat(actual.get(i).mask().iou(expected.get(i).mask())).isGreaterThan(.8);
      }
    }
  }

  @Test
  void manyThreadsMayAsk() throws InterruptedException {
    RgbImage photo = photo("portrait.png");
    List<Box> boxes = SamFixture.boxes(cases("wide").get(1).get("boxes"));
    try (SamSegmenter segmenter = load("wide")) {
      List<Segment> expected = segmenter.segment(photo, boxes);
      List<List<Segment>> answers = Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(Thread.ofVirtual().start(() -> answers.add(segmenter.segment(photo, boxes))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(answers).hasSize(4).allMatch(expected::equals);
    }
  }
}
