package io.llavasg.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSgException;
import io.llavasg.image.AspectRatio;
import io.llavasg.language.LlamaConfig;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Parameters;
import io.llavasg.nn.Rope;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.TrainedPart;
import io.llavasg.vision.ClipVisionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryEstimateTest {
  private static final double GIGABYTE = 1e9;

  /** LLaVA-SG-7B: Vicuna-7B, CLIP ViT-L/14@336, the default scene graph module. */
  private static final LlavaSgConfig SEVEN =
      new LlavaSgConfig(
          new ClipVisionConfig(1024, 4096, 24, 16, 336, 14, 1e-5, Activation.QUICK_GELU),
          new LlamaConfig(
              32064,
              4096,
              11008,
              32,
              32,
              32,
              128,
              4096,
              1e-5,
              new Rope(128, 10_000, 1),
              Activation.SILU,
              false),
          23,
          Activation.GELU,
          Optional.of(new LlavaSgConfig.SceneGraph(SceneGraphConfig.DEFAULT, 32002, 32003)));

  private static ModelParts seven() {
    Map<String, Long> elements = new LinkedHashMap<>();
    try (Lifetime lifetime = new Lifetime();
        var scope = Scope.open()) {
      Tensor placeholder = lifetime.own(Tensor.empty(DType.F32, Device.CPU, 0));
      Parameters notes =
          new Parameters() {
            @Override
            public Tensor get(String name, long... shape) {
              elements.put(name, Arrays.stream(shape).reduce(1, (a, b) -> a * b));
              return placeholder;
            }

            @Override
            public boolean contains(String name) {
              return !name.equals("marker_rows");
            }
          };
      assertThat(new LlavaSgModel(notes, SEVEN).config()).isEqualTo(SEVEN);
    }
    return new ModelParts(
        new ModelFiles(
            Path.of("llava-sg-7b"),
            SEVEN,
            List.of(),
            Path.of("llava-sg-7b"),
            AspectRatio.PAD,
            OptionalInt.empty(),
            List.of(2)),
        elements);
  }

  private static MemoryEstimate estimate(String config, String... settings) {
    return MemoryEstimate.of(
        RecipeFile.read(Path.of("../configs", config), List.of(settings)).recipe(), seven(), true);
  }

  private static double gigabytes(MemoryEstimate estimate, String what) {
    return estimate.items().stream()
            .filter(item -> item.what().equals(what))
            .mapToLong(MemoryEstimate.Item::bytes)
            .sum()
        / GIGABYTE;
  }

  /**
   * By hand: Vicuna-7B has 6,738,415,616 parameters and 64 more rows of 4096 in two tables; W_v has
   * 20,979,712, the scene graph module with W_g 51.4 million, the tower's 23 layers 290.9 million.
   */
  @Test
  void sevenBillionWithFullWeightsFitA141GigabyteGpu() {
    long trained = 6_738_415_616L + 2 * 64 * 4096 + 20_979_712L;
    MemoryEstimate sum = estimate("stage3.yaml");
    assertThat(gigabytes(sum, "trained weights"))
        .isCloseTo(2 * (trained + 51.4e6) / GIGABYTE, within(.01));
    assertThat(gigabytes(sum, "their master copies"))
        .isCloseTo(2 * gigabytes(sum, "trained weights"), within(1e-6));
    assertThat(gigabytes(sum, "AdamW's two moments"))
        .isCloseTo(4 * gigabytes(sum, "trained weights"), within(1e-6));
    assertThat(gigabytes(sum, "sums of gradients"))
        .isCloseTo(2 * gigabytes(sum, "trained weights"), within(1e-6));
    assertThat(gigabytes(sum, "frozen weights")).isBetween(.57, .62);
    // 32 layers' inputs and the last output, 4 samples of 2048 positions, 4096 bfloat16 numbers.
    assertThat(gigabytes(sum, "inputs of decoder layers"))
        .isCloseTo(33L * 4 * 2048 * 4096 * 2 / GIGABYTE, within(.01));
    assertThat(sum.bytes()).isLessThan(141_000_000_000L);
    assertThatCode(() -> sum.require(141_000_000_000L)).doesNotThrowAnyException();
  }

  @Test
  void otherShippedRecipesFitFortyGigabytes() {
    for (String config : List.of("stage1.yaml", "stage2.yaml", "stage3-lora.yaml")) {
      assertThat(estimate(config).bytes()).as(config).isLessThan(40_000_000_000L);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithAdvice() {
    MemoryEstimate sum = estimate("stage3.yaml", "dtype=f32");
    assertThat(sum.items()).noneMatch(item -> item.what().equals("their master copies"));
    assertThatThrownBy(() -> estimate("stage3.yaml").require(80_000_000_000L))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContainingAll("and there are 80.0 GB", "micro_batch", "lora", "--ignore-memory")
        .extracting(e -> ((LlavaSgException) e).fault())
        .isEqualTo(LlavaSgException.Fault.RESOURCES);
  }

  /** A device's context is a GPU's; {@code auto} is what is there, or elsewhere a GPU. */
  @Test
  void aCpuNeedsNoDeviceContext(@TempDir Path folder) {
    for (String device : List.of("cpu", "auto")) {
      List<String> settings =
          List.of(
              "out=" + folder, "model=src/test/resources/model/tiny-llava-sg", "device=" + device);
      Path file = Path.of("src/test/resources/train/recipes/tiny-stage1.yaml");
      try (RecipeInputs inputs =
          RecipeInputs.open(RecipeFile.read(file, settings).recipe(), note -> {})) {
        boolean here = DeviceMemory.device(device).isCuda();
        boolean elsewhere = device.equals("auto");
        assertThat(reserve(inputs.memory())).isEqualTo(here ? 4L << 30 : 1L << 30);
        assertThat(reserve(inputs.memoryElsewhere())).isEqualTo(elsewhere ? 4L << 30 : 1L << 30);
      }
    }
  }

  private static long reserve(MemoryEstimate sum) {
    return sum.items().getLast().bytes();
  }

  @Test
  void keptActivationsNeedMore() {
    assertThat(estimate("stage3.yaml", "activations=kept").bytes())
        .isGreaterThan(estimate("stage3.yaml").bytes() + 20_000_000_000L);
    assertThat(estimate("stage3.yaml", "micro_batch=1").bytes())
        .isLessThan(estimate("stage3.yaml").bytes());
  }

  /** docs/training.md shows this very sum. */
  @Test
  void documentationHasTheSum() throws IOException {
    MemoryEstimate sum = estimate("stage3.yaml");
    StringBuilder rows = new StringBuilder();
    for (MemoryEstimate.Item item : sum.items()) {
      rows.append(
          "| %s | %s | %.1f |\n".formatted(item.what(), item.how(), item.bytes() / GIGABYTE));
    }
    rows.append("| together | | %.1f |\n".formatted(sum.bytes() / GIGABYTE));
    for (String config : List.of("stage1.yaml", "stage2.yaml", "stage3-lora.yaml")) {
      rows.append("| %s | %.1f |\n".formatted(config, estimate(config).bytes() / GIGABYTE));
    }
    rows.append(
        "| stage3.yaml, micro_batch 1 | %.1f |\n"
            .formatted(estimate("stage3.yaml", "micro_batch=1").bytes() / GIGABYTE));
    rows.append(
        "| stage3.yaml, dtype f32 | %.1f |\n"
            .formatted(estimate("stage3.yaml", "dtype=f32").bytes() / GIGABYTE));
    rows.append(
        "| stage3.yaml, activations kept, micro_batch 1 | %.1f |\n"
            .formatted(
                estimate("stage3.yaml", "activations=kept", "micro_batch=1").bytes() / GIGABYTE));
    String page = Files.readString(Path.of("../docs/training.md"));
    assertThat(rows.toString().lines()).as(rows.toString()).allMatch(page::contains);
  }

  /** What the estimate counts from files' headers is what the trainer then trains. */
  @Test
  void countsWhatTheTrainerTrains(@TempDir Path folder) {
    for (String name : List.of("tiny-stage1", "tiny-stage2", "tiny-stage3")) {
      Recipe recipe =
          RecipeFile.read(
                  Path.of("src/test/resources/train/recipes", name + ".yaml"),
                  List.of("out=" + folder, "model=src/test/resources/model/tiny-llava-sg"))
              .recipe();
      try (RecipeInputs inputs = RecipeInputs.open(recipe, note -> {});
          RecipeRun run = RecipeRun.open(inputs, RecipeRun.Start.ANEW, note -> {})) {
        assertThat(run.trained().stream().mapToLong(TrainedPart::elements).sum())
            .as(name)
            .isEqualTo(inputs.trainedParameters());
      }
    }
  }
}
