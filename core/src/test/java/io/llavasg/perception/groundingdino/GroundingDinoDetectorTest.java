package io.llavasg.perception.groundingdino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Detection;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the references' detections (reference/perception/make_grounding_dino_fixtures.py). */
class GroundingDinoDetectorTest {
  /** Logits are off by 5e-5 at most, shares by a quarter of it; boxes by that times the sides. */
  private static final Offset<Double> SHARE = Offset.offset(2e-5);

  private static final Offset<Double> PIXELS = Offset.offset(5e-3);

  private static GroundingDinoDetector detector(String model, double box, double text) {
    return GroundingDinoDetector.load(
        GroundingDinoFixture.checkpoint(model),
        new GroundingDinoOptions(box, text, .5),
        Precision.AUTO,
        TestDevice.DEVICE);
  }

  private static List<String> tags() {
    return GroundingDinoFixture.strings(
        GroundingDinoFixture.cases("tiny-a").getFirst().path("tags"));
  }

  private static RgbImage landscape() {
    return GroundingDinoFixture.picture("landscape.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-a", "tiny-b", "tiny-a-official"})
  void detectionsAreTheReferences(String model) {
    int compared = 0;
    for (JsonNode expected : GroundingDinoFixture.cases(model)) {
      if (!expected.has("detections")) {
        continue;
      }
      RgbImage picture = GroundingDinoFixture.picture(expected.path("picture").asText());
      List<String> tags = GroundingDinoFixture.strings(expected.path("tags"));
      try (var detector = detector(model, expected.path("box_threshold").asDouble(), 0)) {
        List<Detection> found = detector.detect(picture, tags);
        assertSame(found, expected.path("detections"));
        compared += found.size();
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static void assertSame(List<Detection> found, JsonNode expected) {
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      Detection is = found.get(i);
      JsonNode should = expected.get(i);
      assertThat(is.score()).isCloseTo(should.path("score").asDouble(), SHARE);
      assertThat(is.label()).isEqualTo(should.path("label").asText());
      assertThat(is.box().x0()).isCloseTo(should.path("box").get(0).asDouble(), PIXELS);
      assertThat(is.box().y0()).isCloseTo(should.path("box").get(1).asDouble(), PIXELS);
      assertThat(is.box().x1()).isCloseTo(should.path("box").get(2).asDouble(), PIXELS);
      assertThat(is.box().y1()).isCloseTo(should.path("box").get(3).asDouble(), PIXELS);
    }
  }

  @Test
  void aResultDoesNotDependOnWhatWasAskedBefore() {
    try (var detector = detector("tiny-b", .3, .2)) {
      List<Detection> first = detector.detect(landscape(), tags());
      assertThat(first).isNotEmpty();
      assertThat(detector.detect(landscape(), List.of("river"))).isNotEqualTo(first);
      assertThat(detector.detect(landscape(), tags())).isEqualTo(first);
      assertThat(detector.detect(landscape(), tags())).isEqualTo(first);
    }
  }

  @Test
  void noTagsFindNothing() {
    try (var detector = detector("tiny-a", 0, 0)) {
      assertThat(detector.detect(landscape(), List.of())).isEmpty();
      assertThat(detector.detect(landscape(), List.of("", "  ", ".", "\u0000"))).isEmpty();
    }
  }

  @Test
  void tagsThatReadAlikeAreOne() {
    try (var detector = detector("tiny-b", .3, .2)) {
      List<Detection> once = detector.detect(landscape(), List.of("River", "☃"));
      assertThat(once).extracting(Detection::label).containsAnyOf("River", "☃");
      assertThat(detector.detect(landscape(), List.of("River", "☃", " river", "RIVER", "☂")))
          .isEqualTo(once);
    }
  }

  @Test
  void moreTagsThanACaptionHoldsAreAllLookedFor() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      many.add("thing number " + i);
    }
    many.addAll(tags());
    try (var detector = detector("tiny-b", .2, .2)) {
      List<Detection> found = detector.detect(landscape(), many);
      assertThat(many).containsAll(found.stream().map(Detection::label).toList());
      // Those in the last caption are found, and some of those in the first.
      assertThat(found).extracting(Detection::label).containsAnyElementsOf(many.subList(0, 40));
      assertThat(found).extracting(Detection::label).containsAnyElementsOf(tags());
    }
  }

  @Test
  void oneTagLongerThanACaptionIsAnError() {
    String tag = String.join(" ", Collections.nCopies(60, "the king"));
    try (var detector = detector("tiny-a", .3, .2)) {
      assertThatThrownBy(() -> detector.detect(landscape(), List.of("river", tag)))
          .isInstanceOf(LlavaSgException.class)
          .hasMessageStartingWith("the tag \"the king the king")
          .hasMessageContaining("120 tokens")
          .hasMessageContaining("room for 25");
    }
  }

  @Test
  void theLongestTagThatFitsIsLookedFor() {
    String tag = String.join(" ", Collections.nCopies(25, "king"));
    try (var detector = detector("tiny-a", 0, 0)) {
      assertThat(detector.detect(landscape(), List.of(tag)))
          .isNotEmpty()
          .allSatisfy(detection -> assertThat(detection.label()).isEqualTo(tag));
    }
  }

  /** One pixel wide: fewer places than queries, all of which are asked. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-a", "tiny-a-official"})
  void aLineOfPixelsIsAnImage(String model) {
    RgbImage line = GroundingDinoFixture.picture("line.png");
    assertThat(line.width()).isEqualTo(1);
    try (var detector = detector(model, 0, 0)) {
      List<Detection> found = detector.detect(line, tags());
      assertThat(found).isNotEmpty();
      assertThat(found)
          .allSatisfy(
              detection -> {
                assertThat(detection.score()).isBetween(0.0, 1.0);
                assertThat(detection.box().width()).isBetween(0.0, 1.0);
                assertThat(detection.box().height()).isBetween(0.0, 40.0);
              });
    }
  }

  @Test
  void aHighTextThresholdChangesNamesAlone() {
    List<Detection> sure = detectWithSureNamesAbove(0);
    List<Detection> unsure = detectWithSureNamesAbove(1);
    assertThat(unsure)
        .extracting(Detection::box)
        .isEqualTo(sure.stream().map(Detection::box).toList());
    assertThat(unsure)
        .extracting(Detection::score)
        .isEqualTo(sure.stream().map(Detection::score).toList());
    assertThat(unsure).isNotEqualTo(sure);
    assertThat(tags()).containsAll(unsure.stream().map(Detection::label).toList());
  }

  /** Much is suppressed, so that some of it comes from another caption. */
  private static List<Detection> detectWithSureNamesAbove(double textThreshold) {
    try (var detector =
        GroundingDinoDetector.load(
            GroundingDinoFixture.checkpoint("tiny-a"),
            new GroundingDinoOptions(.3, textThreshold, .02),
            Precision.AUTO,
            Device.CPU)) {
      return detector.detect(landscape(), tags());
    }
  }

  @Test
  void halfPrecisionFindsMuchTheSame() {
    List<Detection> exact;
    List<Detection> half;
    try (var detector = detector("tiny-b", .3, .2)) {
      exact = detector.detect(landscape(), tags());
    }
    try (var detector =
        GroundingDinoDetector.load(
            GroundingDinoFixture.checkpoint("tiny-b"),
            new GroundingDinoOptions(.3, .2, .5),
            Precision.of(DType.BF16),
            Device.CPU)) {
      half = detector.detect(landscape(), tags());
    }
    // Eight bits of precision over some tens of layers: a few hundredths.
    assertThat(half.getFirst().score()).isCloseTo(exact.getFirst().score(), Offset.offset(.06));
    assertThat(half.size()).isBetween(exact.size() / 2, 2 * exact.size());
  }

  @Test
  void anotherModelsDirectoryIsAnError(@TempDir Path folder) throws IOException {
    Files.copy(
        GroundingDinoFixture.path("tiny-a/model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"sam\"}");
    assertThatThrownBy(() -> GroundingDinoDetector.load(folder, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("model_type has to be \"grounding-dino\", not \"sam\"");
  }

  @Test
  void weightsWithoutTheirConfigAreAnError() {
    Path other = GroundingDinoFixture.path("tiny-a/expected.safetensors");
    assertThatThrownBy(() -> GroundingDinoDetector.load(other, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("do not fit");
    Path folder = GroundingDinoFixture.path("pictures");
    assertThatThrownBy(() -> GroundingDinoDetector.load(folder, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class);
  }

  @Test
  void aFileOfAnotherModelIsAnError(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.copy(GroundingDinoFixture.path("tiny-a/expected.safetensors"), file);
    assertThatThrownBy(() -> GroundingDinoDetector.load(file, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("is no Grounding-DINO checkpoint in the official layout");
  }

  @Test
  void theErrorSaysWhichModelAFileIsOf() {
    Path tagger = GroundingDinoFixture.path("../ram/own-tags/tiny.pth");
    assertThatThrownBy(() -> GroundingDinoDetector.load(tagger, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("its weights look like RAM (Recognize Anything)");
  }

  @Test
  void officialWeightsOfAnUnknownSizeNeedAConfig(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.pth");
    Files.copy(GroundingDinoFixture.checkpoint("tiny-a-official"), file);
    // Another model's config.json beside it does not count.
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"ram\"}");
    assertThatThrownBy(() -> GroundingDinoDetector.load(file, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("neither a Swin-T nor a Swin-B; put its config.json beside it");
  }

  @Test
  void weightsThatDoNotFitTheirConfigAreAllListed(@TempDir Path folder) throws IOException {
    for (String name : new String[] {"model.safetensors", "vocab.txt"}) {
      Files.copy(GroundingDinoFixture.path("tiny-a/" + name), folder.resolve(name));
    }
    String config = Files.readString(GroundingDinoFixture.path("tiny-a/config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config.replace("\"decoder_layers\": 3", "\"decoder_layers\": 4"));
    assertThatThrownBy(() -> GroundingDinoDetector.load(folder, Precision.AUTO, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("missing (model.decoder.layers.3.");
  }

  @Test
  void theShippedVocabularyIsBerts() {
    try (var tokenizer = BertVocabulary.tokenizer()) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(30522);
      assertThat(tokenizer.encode("a man . an iron . yellow taxi ."))
          .containsExactly(1037, 2158, 1012, 2019, 3707, 1012, 3756, 10095, 1012);
    }
  }

  @Test
  void thresholdsAreShares() {
    assertThatThrownBy(() -> new GroundingDinoOptions(1.5, .2, .5))
        .isInstanceOf(LlavaSgException.class)
        .hasMessage("the box threshold is 1.5, but has to be from 0 to 1");
    assertThatThrownBy(() -> new GroundingDinoOptions(.2, Double.NaN, .5))
        .isInstanceOf(LlavaSgException.class);
    assertThatThrownBy(() -> new GroundingDinoOptions(.2, .2, -1))
        .isInstanceOf(LlavaSgException.class);
  }
}
