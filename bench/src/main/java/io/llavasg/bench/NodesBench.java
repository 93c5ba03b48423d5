package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.graph.Box;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.graph.NodePooling;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.MaskGrid;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.Segment;
import io.llavasg.perception.load.PerceptionFiles;
import io.llavasg.perception.load.PerceptionLoader;
import io.llavasg.perception.sam.SamSegmenter;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much node features differ that are pooled under masks as coarse as SAM's logits. */
@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    description =
        "Node features under masks as coarse as the logits, beside those under masks as fine as the"
            + " photo.",
    footer = {
      "",
      "The difference is |coarse - fine| / |fine| of each entity's mean feature.",
      "Example: bench/run nodes --model models/miniature --images runs/test/rel/images"
    })
final class NodesBench implements Callable<Integer> {
  /** Of entities: the difference that so many stay below is told beside the median. */
  private static final double NINE_TENTHS = .9;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", required = true, description = "Model directory, for its features.")
  private Path model = Path.of("");

  @Option(
      names = "--perception",
      description = "Checkpoints of perception; without, those beside the model.")
  private Optional<Path> perception = Optional.empty();

  @Option(names = "--images", required = true, description = "Directory of photos.")
  private Path images = Path.of("");

  @Option(names = "--limit", defaultValue = "200", description = "Photos, by name.")
  private int limit = 200;

  /** The relative differences, and entities that have no pixel left. */
  private record Differences(List<Double> values, int photos, int lost) {
    ObjectNode json() {
      List<Double> sorted = values.stream().sorted().toList();
      ObjectNode json = Json.object().put("bench", "nodes").put("photos", photos);
      json.put("entities", sorted.size()).put("lost", lost);
      if (!sorted.isEmpty()) {
        json.put("median", Samples.round(sorted.get(sorted.size() / 2)));
        json.put(
            "nine_tenths_below", Samples.round(sorted.get((int) (NINE_TENTHS * sorted.size()))));
        json.put("worst", Samples.round(sorted.getLast()));
      }
      return json;
    }
  }

  @Override
  public Integer call() {
    PerceptionFiles files = PerceptionFiles.in(perception.orElse(model.resolve("perception")));
    Precision exact = Precision.of(DType.F32);
    ModelFiles own = ModelFiles.read(model, Optional.empty());
    ClipImageProcessor processor = ClipImageProcessor.read(model, AspectRatio.PAD);
    try (LoadedModel loaded = LoadedModel.load(own, exact, Device.CPU);
        PerceptionPipeline pipeline =
            new PerceptionLoader(files, PerceptionConfig.DEFAULT, exact, Device.CPU).pipeline();
        SamSegmenter segmenter =
            SamSegmenter.load(files.require(CheckpointKind.SAM).path(), exact, Device.CPU)) {
      int grid = own.config().vision().imageSize() / own.config().vision().patchSize();
      List<Double> values = new ArrayList<>();
      int lost = 0;
      List<Path> photos = photos();
      for (Path file : photos) {
        RgbImage photo = ImageFile.read(file, Orientation.APPLY_EXIF);
        List<Box> boxes =
            pipeline.perceive(photo).entities().list().stream()
                .map(Entity::box)
                .flatMap(Optional::stream)
                .toList();
        NodePooling fine = pooled(segmenter, photo, boxes, MaskGrid.PHOTO, grid);
        NodePooling coarse = pooled(segmenter, photo, boxes, MaskGrid.LOGITS, grid);
        PixelValues pixels = processor.apply(photo);
        values.addAll(
            Torch.infer(
                () -> {
                  Tensor features = loaded.model().visionFeatures(batch(pixels)).select(0, 0);
                  return fine.nodes().stream()
                      .filter(coarse.nodes()::contains)
                      .map(
                          entity ->
                              difference(
                                  node(coarse, entity, features), node(fine, entity, features)))
                      .toList();
                }));
        lost += (int) fine.nodes().stream().filter(n -> !coarse.nodes().contains(n)).count();
      }
      spec.commandLine().getOut().println(new Differences(values, photos.size(), lost).json());
    }
    return 0;
  }

  private List<Path> photos() {
    try (Stream<Path> files = Files.list(images)) {
      List<Path> photos =
          files
              .filter(file -> file.toString().matches(".*\\.(jpe?g|png)"))
              .sorted()
              .limit(limit)
              .toList();
      if (photos.isEmpty()) {
        throw LlavaSgException.user("'%s' holds no photo (.jpg, .jpeg, .png)", images);
      }
      return photos;
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be listed", images);
    }
  }

  private static NodePooling pooled(
      SamSegmenter segmenter, RgbImage photo, List<Box> boxes, MaskGrid size, int grid) {
    List<Mask> masks = segmenter.segment(photo, boxes, size).stream().map(Segment::mask).toList();
    return NodePooling.of(masks, Canvas.padded(photo.width(), photo.height()), grid, grid);
  }

  private static Tensor batch(PixelValues pixels) {
    return Tensor.of(pixels.values(), pixels.shape()).unsqueeze(0);
  }

  /** The mean feature (d_e) of an entity. */
  private static float[] node(NodePooling pooling, int entity, Tensor features) {
    float[] weights = pooling.weights().get(pooling.nodes().indexOf(entity));
    return Tensor.of(weights, 1, weights.length).matmul(features).toFloats();
  }

  private static double difference(float[] is, float[] should) {
    double missing =
        IntStream.range(0, is.length).mapToDouble(i -> square((double) is[i] - should[i])).sum();
    double whole = IntStream.range(0, is.length).mapToDouble(i -> square(should[i])).sum();
    return Math.sqrt(missing / whole);
  }

  private static double square(double value) {
    return value * value;
  }
}
