package io.llavasg.mini.perception;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.graph.Box;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.groundingdino.GroundingDinoFiles;
import io.llavasg.perception.groundingdino.GroundingDinoModel;
import io.llavasg.perception.groundingdino.TextPrompt;
import io.llavasg.perception.sam.SamConfig;
import io.llavasg.perception.sam.SamMaskDecoder;
import io.llavasg.perception.sam.SamModel;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import io.llavasg.train.NetworkTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Gradients of perception's networks, in the float32 that they are trained in. */
class GradientsTest {

  /**
   * The largest differences are a few parts in 10⁵ of a tensor's largest gradient: positions become
   * sines of large phases, whose float32 differs between implementations (docs/segmenter.md).
   */
  private static final double TOLERANCE = 1e-4;

  /** Shares of attention do not change if all keys are moved alike: exactly no gradient. */
  private static final String KEY_BIAS = ".*\\.(key|k_proj|text_proj)\\.bias";

  @Test
  void samsAreTransformers() {
    Path folder = Golden.path("/perception/sam/wide");
    SamConfig config = SamConfig.read(ConfigFile.read(folder.resolve("config.json")));
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    try (Golden golden = Golden.of("/mini/perception/sam.safetensors");
        Golden inputs = Golden.of("/perception/sam/wide/expected.safetensors")) {
      Torch.train(
          () -> {
            try (LoadedNetwork<SamModel> loaded = tracked(folder, config, leaves)) {
              Tensor pixels = inputs.tensor("landscape.pixels");
              Tensor batch = Functional.stack(0, pixels, mirrored(pixels));
              List<Box> boxes = new ArrayList<>(boxes(folder));
              boxes.addAll(boxes(folder));
              SamModel network = loaded.network();
              Tensor each =
                  network
                      .encode(batch)
                      .indexSelect(0, Tensor.of(new long[] {0, 0, 0, 0, 1, 1, 1, 1}, 8));
              SamMaskDecoder.Masks masks = network.decode(network.prepare(each), boxes);
              Tensor loss =
                  MaskLoss.PUBLISHED.of(masks.logits(), golden.tensor("targets"), masks.quality());
              Golden.assertClose(loss.reshape(1), golden.tensor("loss"), TOLERANCE, "loss");
              Autograd.backward(loss);
              assertThat(leaves).hasSizeGreaterThan(150);
              leaves.forEach((name, leaf) -> checkGradient(golden, name, leaf));
            }
            return true;
          });
    }
  }

  private static void checkGradient(Golden golden, String name, Tensor leaf) {
    if (name.endsWith("positional_embedding") || name.matches(KEY_BIAS)) {
      return; // never trained; nothing but rounding
    }
    Tensor expected = golden.tensor("gradient." + name);
    Tensor gradient = Autograd.gradient(leaf).orElseThrow(() -> new AssertionError(name));
    double largest = Arrays.stream(floats(expected)).map(Math::abs).max().orElseThrow();
    Golden.assertClose(
        gradient.div(Math.max(largest, 1e-3)),
        expected.div(Math.max(largest, 1e-3)),
        TOLERANCE,
        name);
  }

  private static double[] floats(Tensor tensor) {
    float[] values = tensor.toFloats();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static Tensor mirrored(Tensor pixels) {
    long width = pixels.size(2);
    long[] columns = new long[(int) width];
    Arrays.setAll(columns, i -> width - 1 - i);
    return pixels.indexSelect(2, Tensor.of(columns, width));
  }

  private static List<Box> boxes(Path folder) {
    List<Box> boxes = new ArrayList<>();
    ConfigFile.read(folder.resolve("expected.json"))
        .value("cases")
        .get(0)
        .path("scaled")
        .forEach(
            box ->
                boxes.add(
                    new Box(
                        box.get(0).asDouble(),
                        box.get(1).asDouble(),
                        box.get(2).asDouble(),
                        box.get(3).asDouble())));
    return boxes;
  }

  /** A network whose weights are leaves, by name. */
  private static LoadedNetwork<SamModel> tracked(
      Path folder, SamConfig config, Map<String, Tensor> leaves) {
    WeightMap map = WeightMap.of().ignoring(".*");
    return LoadedNetwork.load(
        folder,
        map,
        Precision.AUTO,
        Device.CPU,
        stored ->
            new SamModel(
                new Parameters() {
                  @Override
                  public Tensor get(String name, long... shape) {
                    Tensor leaf = Autograd.track(stored.get(name, shape));
                    leaves.put(name, leaf);
                    return leaf;
                  }

                  @Override
                  public boolean contains(String name) {
                    return stored.contains(name);
                  }
                },
                config));
  }

  @Test
  void everyWeightOfTheTaggerHasOne() {
    checkAll(new TaggerApprenticeship(Initialisation.empty()));
  }

  @Test
  void everyWeightOfTheBackboneHasOne() {
    checkAll(new BackboneApprenticeship());
  }

  @Test
  void everyWeightOfTheSegmenterHasOne() {
    checkAll(new SegmenterApprenticeship());
  }

  @Test
  void everyWeightOfTheDetectorHasOne() {
    try (DetectorApprenticeship detector = new DetectorApprenticeship(Initialisation.empty())) {
      checkAll(detector);
    }
  }

  /** After some steps: the last layers of boxes' heads begin at zero, and stop what is before. */
  private static <N, B> void checkAll(Apprenticeship<N, B> apprentice) {
    Torch.threads(1);
    List<PerceptionExample> examples = examples(6);
    B batch = apprentice.prepare(examples, 3);
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(apprentice.optimisation(), 100, 1, Map.of());
    try (NetworkTrainer<N> trainer =
        NetworkTrainer.of(apprentice.initialisation(), settings, apprentice::build)) {
      trainer.run(
          (network, step) -> apprentice.loss(network, batch),
          Optional.empty(),
          step -> {
            if (step.step() == 4) {
              trainer.requestStop();
            }
          });
      Torch.train(
          () -> {
            Autograd.backward(apprentice.loss(trainer.network(), batch));
            trainer
                .gradients()
                .forEach(
                    (name, gradient) -> {
                      if (!name.matches(KEY_BIAS)) {
                        assertThat(gradient).as(name).isPresent();
                        assertThat(gradient.orElseThrow().norm().itemFloat()).as(name).isPositive();
                      }
                    });
            return true;
          });
    }
  }

  private static List<PerceptionExample> examples(int count) {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    return IntStream.range(0, count)
        .mapToObj(seed -> PerceptionExample.drawn(generator, seed))
        .toList();
  }

  @Test
  void theDetectorsEarlierLayersFindWhatTransformersFindsInThem() {
    Path folder = Golden.path("/perception/groundingdino/tiny-a");
    GroundingDinoFiles files = GroundingDinoFiles.of(folder);
    try (Golden golden = Golden.of("/mini/perception/layers.safetensors");
        Golden inputs = Golden.of("/perception/groundingdino/tiny-a/expected.safetensors");
        LoadedNetwork<GroundingDinoModel> loaded =
            LoadedNetwork.load(
                folder,
                WeightMap.of().ignoring(".*"),
                Precision.AUTO,
                Device.CPU,
                parameters -> new GroundingDinoModel(parameters, files.config()))) {
      Torch.infer(
          () -> {
            Tensor pixels = inputs.tensor("landscape.pixel_values");
            List<Integer> ids =
                Arrays.stream(inputs.tensor("landscape.0.input_ids").toLongs())
                    .mapToObj(Math::toIntExact)
                    .toList();
            TextPrompt prompt = TextPrompt.of(ids, files.config().variant());
            // Twice the same picture: what is found in one does not depend on the other.
            var all = loaded.network().everyLayer(Functional.cat(0, pixels, pixels), prompt);
            for (int image = 0; image < 2; image++) {
              for (int layer = 0; layer + 2 < all.size(); layer++) {
                var output = all.get(1 + layer);
                check(golden, layer + ".logits", output.logits().select(0, image));
                check(golden, layer + ".boxes", output.boxes().select(0, image));
              }
              check(inputs, "landscape.0.logits", all.getLast().logits().select(0, image));
              check(inputs, "landscape.0.boxes", all.getLast().boxes().select(0, image));
            }
            return true;
          });
    }
  }

  private static void check(Golden golden, String name, Tensor actual) {
    Golden.assertClose(actual, golden.tensor(name), 1e-5, name);
  }
}
