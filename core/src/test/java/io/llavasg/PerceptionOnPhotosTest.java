package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.checkpoint.Precision;
import io.llavasg.generate.Depiction;
import io.llavasg.generate.Question;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.Detection;
import io.llavasg.perception.Detector;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.Stage;
import io.llavasg.perception.load.PerceptionFiles;
import io.llavasg.perception.load.PerceptionLoader;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * From given boxes to a scene graph, on the photos that may lie beside the checkout: whole, and cut
 * to sizes that nobody would take a photo in.
 */
@EnabledIf("arePresent")
class PerceptionOnPhotosTest {

  private static Optional<Path> shared() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared"))
        .filter(folder -> Files.isDirectory(folder.resolve("data/coco128/images")))
        .findFirst();
  }

  static boolean arePresent() {
    return shared().isPresent();
  }

  private static List<Path> photos() throws IOException {
    try (Stream<Path> files = Files.list(shared().orElseThrow().resolve("data/coco128/images"))) {
      return files.sorted().toList();
    }
  }

  /** The extents of a photo's polygons, which its labels have as shares of its sides. */
  private static List<Detection> labelled(Path photo, RgbImage image) throws IOException {
    String name = photo.getFileName().toString().replace(".jpg", ".txt");
    List<Detection> detections = new ArrayList<>();
    for (String line :
        Files.readAllLines(shared().orElseThrow().resolve("data/coco128/labels").resolve(name))) {
      String[] values = line.split(" ");
      double[] low = {1, 1};
      double[] high = {0, 0};
      for (int i = 1; i < values.length; i++) {
        double value = Double.parseDouble(values[i]);
        low[(i - 1) % 2] = Math.min(low[(i - 1) % 2], value);
        high[(i - 1) % 2] = Math.max(high[(i - 1) % 2], value);
      }
      Box box =
          new Box(
              low[0] * image.width(),
              low[1] * image.height(),
              high[0] * image.width(),
              high[1] * image.height());
      detections.add(new Detection("class " + values[0], 1. / (2 + detections.size()), box));
    }
    return detections;
  }

  /** The tiny SAM of the goldens behind a detector that knows the answers. */
  private static PerceptionPipeline pipeline(Map<RgbImage, List<Detection>> known) {
    PerceptionConfig config = PerceptionConfig.DEFAULT.withTags(List.of("anything"));
    PerceptionFiles files =
        PerceptionFiles.none()
            .with(CheckpointKind.SAM, shared().orElseThrow().resolve("goldens/perception-a/sam"));
    PerceptionLoader loader = new PerceptionLoader(files, config, Precision.AUTO, Device.CPU);
    Detector detector = (image, labels) -> Objects.requireNonNull(known.get(image));
    return new PerceptionPipeline(
        Stage.missing("tags are given"),
        Stage.of("labels", () -> detector),
        loader.segmenter(),
        config);
  }

  private static void check(RgbImage image, Perceived perceived, LlavaSg model) {
    for (Entity entity : perceived.entities().list()) {
      assertThat(entity.mask().width()).isEqualTo(image.width());
      assertThat(entity.mask().height()).isEqualTo(image.height());
      assertThat(entity.mask().area()).isPositive();
    }
    Depiction depiction = model.depict(Question.about(image, "What?").with(perceived.entities()));
    assertThat(depiction.nodes().size()).isLessThanOrEqualTo(perceived.entities().size());
    for (List<Float> row : depiction.graph().promptAttention().weights()) {
      assertThat(row).allMatch(Float::isFinite);
    }
  }

  @Test
  void everyPhotoBecomesASceneGraph() throws IOException {
    Map<RgbImage, List<Detection>> known = new HashMap<>();
    List<RgbImage> images = new ArrayList<>();
    for (Path photo : photos()) {
      RgbImage image = ImageFile.read(photo, Orientation.APPLY_EXIF);
      known.put(image, labelled(photo, image));
      images.add(image);
    }
    assertThat(images).hasSize(40);
    int entities = 0;
    try (PerceptionPipeline pipeline = pipeline(known);
        LlavaSg model = LlavaSg.load(ExpectedCase.fixture("tiny-llava-sg"))) {
      for (RgbImage image : images) {
        Perceived perceived = pipeline.perceive(image);
        check(image, perceived, model);
        entities += perceived.entities().size();
      }
    }
    assertThat(entities).isGreaterThan(40);
  }

  @Test
  void piecesOfAnyShapeBecomeSceneGraphs() throws IOException {
    RgbImage photo = ImageFile.read(photos().getFirst(), Orientation.APPLY_EXIF);
    int[][] sizes = {{1, 1}, {1, 300}, {300, 1}, {2, 400}, {600, 7}, {17, 13}, {255, 256}};
    Map<RgbImage, List<Detection>> known = new HashMap<>();
    for (int[] size : sizes) {
      RgbImage piece = photo.crop(20, 10, size[0], size[1]);
      Box all = new Box(0, 0, size[0], size[1]);
      Box beyond = new Box(-9.5, -3, size[0] / 2., 2. * size[1]);
      known.put(piece, List.of(new Detection("all", .9, all), new Detection("some", .8, beyond)));
    }
    try (PerceptionPipeline pipeline = pipeline(known);
        LlavaSg model = LlavaSg.load(ExpectedCase.fixture("tiny-llava-sg"))) {
      List<RgbImage> pieces = List.copyOf(known.keySet());
      List<Perceived> together = pipeline.perceiveAll(pieces);
      for (int i = 0; i < pieces.size(); i++) {
        check(pieces.get(i), together.get(i), model);
        assertThat(pipeline.perceive(pieces.get(i))).isEqualTo(together.get(i));
      }
    }
  }
}
