package io.llavasg.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.image.RgbImage;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The pipeline over stages that a user may have written. */
class PerceptionPipelineTest {
  private static final int RED = 0xff0000;
  private static final int GREEN = 0x00ff00;
  private static final int BLUE = 0x0000ff;

  private static final RgbImage PICTURE =
      new Drawing(40, 30).fill(RED, 2, 3, 8, 9).fill(BLUE, 10, 5, 40, 25).image();

  private static PerceptionPipeline pipeline(PerceptionConfig config) {
    return new PerceptionPipeline(
        Stage.of("colours", ColourTagger::new),
        Stage.of("colours", ColourDetector::new),
        Stage.of("colours", ColourSegmenter::new),
        config);
  }

  /** A pipeline whose detections are given, for masks that fill their boxes. */
  private static PerceptionPipeline over(PerceptionConfig config, Detection... detections) {
    return new PerceptionPipeline(
        Stage.missing("no tagger"),
        Stage.of("given", () -> (Detector) (image, labels) -> List.of(detections)),
        Stage.of("boxes", () -> (Segmenter) PerceptionPipelineTest::filledBoxes),
        config.withTags(List.of("thing")));
  }

  private static List<Segment> filledBoxes(RgbImage image, List<Box> boxes) {
    List<Segment> segments = new ArrayList<>();
    for (Box box : boxes) {
      byte[] rows = new byte[image.width() * image.height()];
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          boolean inside = x >= box.x0() && x < box.x1() && y >= box.y0() && y < box.y1();
          rows[y * image.width() + x] = (byte) (inside ? 1 : 0);
        }
      }
      segments.add(new Segment(Mask.ofRowMajor(image.width(), image.height(), rows), 1));
    }
    return segments;
  }

  private static Detection found(String label, double score, double x0, double x1) {
    return new Detection(label, score, new Box(x0, 0, x1, 10));
  }

  private static List<String> labels(Perceived perceived) {
    return perceived.entities().list().stream().map(Entity::label).toList();
  }

  @Test
  void fromAPhotoToItsEntities() {
    try (PerceptionPipeline pipeline = pipeline(PerceptionConfig.DEFAULT)) {
      Perceived perceived = pipeline.perceive(PICTURE);
      assertThat(perceived.tags()).containsExactly(new Tag("blue", .75), new Tag("red", .75));
      assertThat(labels(perceived)).containsExactly("blue", "red");
      Entity red = perceived.entities().list().get(1);
      assertThat(red.box()).contains(new Box(2, 3, 8, 9));
      assertThat(red.mask().area()).isEqualTo(36);
      assertThat(red.score()).isEqualTo(36. / 1200);
    }
  }

  /** So that a cache's entries are not taken for those of another pipeline. */
  @Test
  void coarseMasksAreOtherResults() {
    PerceptionConfig config = PerceptionConfig.DEFAULT;
    try (PerceptionPipeline fine = pipeline(config);
        PerceptionPipeline same = pipeline(config.withMasks(MaskGrid.PHOTO));
        PerceptionPipeline coarse = pipeline(config.withMasks(MaskGrid.LOGITS))) {
      assertThat(same.fingerprint()).isEqualTo(fine.fingerprint());
      assertThat(coarse.fingerprint()).isNotEqualTo(fine.fingerprint());
    }
  }

  @Test
  void givenTagsNeedNoTagger() {
    PerceptionConfig config = PerceptionConfig.DEFAULT.withTags(List.of(" red", "red", "", "sky"));
    try (PerceptionPipeline pipeline =
        new PerceptionPipeline(
            Stage.missing("there is no tagger"),
            Stage.of("colours", ColourDetector::new),
            Stage.of("colours", ColourSegmenter::new),
            config)) {
      Perceived perceived = pipeline.perceive(PICTURE);
      assertThat(perceived.tags()).containsExactly(new Tag("red", 1), new Tag("sky", 1));
      assertThat(labels(perceived)).containsExactly("red");
      assertThatThrownBy(() -> pipeline.tag(PICTURE)).hasMessage("there is no tagger");
      assertThat(pipeline.isUnloadable()).isTrue();
    }
  }

  @Test
  void noTagsNoBoxesAndNoEntitiesAreResults() {
    RgbImage black = new Drawing(5, 5).image();
    try (PerceptionPipeline pipeline =
        new PerceptionPipeline(
            Stage.of("colours", ColourTagger::new),
            Stage.missing("no detector is needed"),
            Stage.missing("no segmenter is needed"),
            PerceptionConfig.DEFAULT)) {
      assertThat(pipeline.perceive(black).entities().list()).isEmpty();
      assertThatThrownBy(() -> pipeline.perceive(PICTURE)).hasMessage("no detector is needed");
    }
    try (PerceptionPipeline pipeline = pipeline(PerceptionConfig.DEFAULT.withTags(List.of()))) {
      assertThat(pipeline.perceive(PICTURE)).isEqualTo(pipeline.perceive(black));
    }
    try (PerceptionPipeline pipeline = over(PerceptionConfig.DEFAULT.withMaxEntities(0))) {
      assertThat(pipeline.perceive(PICTURE).entities().list()).isEmpty();
    }
  }

  @Test
  void severalPhotosAreAsEachAlone() {
    List<RgbImage> images =
        List.of(
            PICTURE,
            new Drawing(1, 50).fill(GREEN, 0, 7, 1, 9).image(),
            new Drawing(9, 4).image(),
            new Drawing(50, 1).fill(RED, 0, 0, 50, 1).image());
    try (PerceptionPipeline pipeline = pipeline(PerceptionConfig.DEFAULT)) {
      List<Perceived> together = pipeline.perceiveAll(images);
      assertThat(together).isEqualTo(images.stream().map(pipeline::perceive).toList());
      assertThat(together.stream().map(PerceptionPipelineTest::labels))
          .containsExactly(List.of("blue", "red"), List.of("green"), List.of(), List.of("red"));
      assertThat(together.get(1).entities().list().getFirst().mask().area()).isEqualTo(2);
      assertThat(pipeline.perceiveAll(List.of())).isEmpty();
    }
  }

  @Test
  void theBestStayInOrderAndEqualOnesAsFound() {
    Detection[] detections = {
      found("c", .5, 20, 24), found("a", .9, 0, 4), found("d", .5, 30, 34), found("b", .7, 10, 14),
    };
    try (PerceptionPipeline pipeline = over(PerceptionConfig.DEFAULT, detections)) {
      assertThat(labels(pipeline.perceive(PICTURE))).containsExactly("a", "b", "c", "d");
    }
    PerceptionConfig three = PerceptionConfig.DEFAULT.withMaxEntities(3);
    try (PerceptionPipeline pipeline = over(three, detections)) {
      assertThat(labels(pipeline.perceive(PICTURE))).containsExactly("a", "b", "c");
    }
  }

  /** Eleven detections of one thing use up the first round of masks; the next round finds more. */
  @Test
  void nearDuplicatesMakeRoomForOthers() {
    List<Detection> detections = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      detections.add(found("same" + i, .9 - .01 * i, 0, 20 + .1 * i));
    }
    detections.add(found("half", .5, 0, 12));
    detections.add(found("other", .4, 25, 35));
    PerceptionConfig config = PerceptionConfig.DEFAULT.withMaxEntities(4);
    try (PerceptionPipeline pipeline = over(config, detections.toArray(Detection[]::new))) {
      assertThat(labels(pipeline.perceive(PICTURE))).containsExactly("same0", "half", "other");
    }
    try (PerceptionPipeline pipeline =
        over(config.withDuplicateIou(1), detections.toArray(Detection[]::new))) {
      assertThat(labels(pipeline.perceive(PICTURE)))
          .containsExactly("same0", "same1", "same2", "same3");
    }
  }

  @Test
  void emptyMasksAndBoxesBesideThePhotoAreLeftOut() {
    Detection[] detections = {
      found("left of it", .9, -20, -3),
      found("touching it", .8, -5, 0),
      found("right of it", .8, 40, 44),
      found("no pixel wide", .7, 3, 3),
      found("half outside", .6, -5, 5),
      found("around it", .5, -100, 100),
    };
    try (PerceptionPipeline pipeline = over(PerceptionConfig.DEFAULT, detections)) {
      List<Entity> entities = pipeline.perceive(PICTURE).entities().list();
      assertThat(entities.stream().map(Entity::label)).containsExactly("half outside", "around it");
      assertThat(entities.getFirst().mask().area()).isEqualTo(50);
      assertThat(entities.getFirst().box()).contains(new Box(-5, 0, 5, 10));
    }
  }

  /** A stage that holds a tensor, so that the leak check sees whether it is closed. */
  private static final class HeldTensor implements Tagger {
    private static final List<String> EVENTS = new ArrayList<>();
    private final Lifetime lifetime = new Lifetime();

    HeldTensor() {
      lifetime.own(Tensor.of(new float[] {1}, 1));
      EVENTS.add("loaded");
    }

    @Override
    public List<Tag> tag(RgbImage image) {
      EVENTS.add("tagged");
      return List.of();
    }

    @Override
    public void close() {
      EVENTS.add("closed");
      lifetime.close();
    }
  }

  private static List<String> events(StageMemory memory, long bytes) {
    HeldTensor.EVENTS.clear();
    try (PerceptionPipeline pipeline =
        new PerceptionPipeline(
            new Stage<>("held", bytes, HeldTensor::new),
            Stage.missing("none"),
            Stage.missing("none"),
            PerceptionConfig.DEFAULT.withMemory(memory))) {
      pipeline.perceiveAll(List.of(PICTURE, PICTURE));
      pipeline.perceive(PICTURE);
      HeldTensor.EVENTS.add("closing");
    }
    return List.copyOf(HeldTensor.EVENTS);
  }

  @Test
  void stagesLoadOnceOrAreReleased() {
    List<String> kept = List.of("loaded", "tagged", "tagged", "tagged", "closing", "closed");
    List<String> released =
        List.of("loaded", "tagged", "tagged", "closed", "loaded", "tagged", "closed", "closing");
    assertThat(events(StageMemory.KEEP, Long.MAX_VALUE)).isEqualTo(kept);
    assertThat(events(StageMemory.RELEASE, 4)).isEqualTo(released);
    assertThat(events(StageMemory.AUTO, 4)).isEqualTo(kept);
    assertThat(events(StageMemory.AUTO, 1L << 60)).isEqualTo(released);
  }

  @Test
  void virtualThreadsMayCall() throws Exception {
    try (PerceptionPipeline pipeline = pipeline(PerceptionConfig.DEFAULT);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Perceived>> results = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        results.add(callers.submit(() -> pipeline.perceive(PICTURE)));
      }
      for (Future<Perceived> result : results) {
        assertThat(labels(result.get())).containsExactly("blue", "red");
      }
    }
  }

  @Test
  void aClosedPipelineSaysSo() {
    PerceptionPipeline pipeline = pipeline(PerceptionConfig.DEFAULT);
    pipeline.close();
    pipeline.close();
    assertThatThrownBy(() -> pipeline.perceive(PICTURE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aSegmenterThatGivesTooFewMasksIsNamed() {
    try (PerceptionPipeline pipeline =
        new PerceptionPipeline(
            Stage.of("colours", ColourTagger::new),
            Stage.of("colours", ColourDetector::new),
            Stage.of("none", () -> (Segmenter) (image, boxes) -> List.of()),
            PerceptionConfig.DEFAULT)) {
      assertThatThrownBy(() -> pipeline.perceive(PICTURE))
          .hasMessageContaining("0 masks for 2 boxes");
    }
  }

  @Test
  void configurationsThatCannotBe() {
    assertThatThrownBy(() -> PerceptionConfig.DEFAULT.withMaxEntities(-1))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> PerceptionConfig.DEFAULT.withDuplicateIou(Double.NaN))
        .hasMessageContaining("duplicate threshold");
    assertThatThrownBy(() -> PerceptionConfig.DEFAULT.withThresholds(.2, 1.5, .5))
        .hasMessageContaining("text threshold is 1.5");
  }

  @Test
  void ownStagesAreTheDocumentsExample() throws IOException {
    String document = Files.readString(Path.of("../docs/perception.md"));
    for (String name : List.of("ColourDetector", "ColourSegmenter")) {
      String source =
          Files.readString(Path.of("src/test/java/io/llavasg/perception", name + ".java"));
      String example =
          source.substring(source.indexOf("// docs begin\n") + 14, source.indexOf("// docs end"));
      assertThat(document).contains("```java\n" + example + "```");
    }
  }
}
