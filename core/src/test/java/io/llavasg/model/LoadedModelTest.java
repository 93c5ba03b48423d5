package io.llavasg.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Precision F32 = Precision.of(DType.F32);

  @TempDir private Path directory;

  /** The original-tower fixture names a tower that is elsewhere: its config is tiny-clip's. */
  private static ModelFiles files(String name) {
    boolean elsewhere = name.equals("tiny-llava-original-tower");
    Optional<Path> tower =
        elsewhere ? Optional.of(ComponentFixture.path("tiny-clip")) : Optional.empty();
    return ModelFiles.read(ComponentFixture.path(name), tower);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-llava-sg",
        "tiny-llava-hf-f16",
        "tiny-llava-hf-bf16",
        "tiny-llava-original",
        "tiny-llava-original-tower"
      })
  void everyLayoutLoadsStrictly(String name) {
    try (var loaded = LoadedModel.load(files(name), F32, Device.CPU)) {
      assertThat(loaded.report().complete()).isTrue();
      assertThat(loaded.report().loaded()).isNotEmpty();
      assertThat(loaded.model().sceneGraph().isPresent()).isEqualTo(name.equals("tiny-llava-sg"));
    }
  }

  /** Every parameter of the model in float32 bits, by the name that modules know it by. */
  private static Map<String, float[]> parameters(ModelFiles files) {
    Map<String, float[]> all = new TreeMap<>();
    try (var loaded = LoadedModel.load(files, F32, Device.CPU)) {
      var used = new TreeSet<>(loaded.report().loaded());
      for (ModelFiles.Weights weights : files.weights()) {
        try (Checkpoint checkpoint = Checkpoint.open(weights.directory())) {
          weights
              .layout()
              .weightMap()
              .rename(checkpoint.tensors())
              .forEach(
                  (name, stored) -> {
                    if (used.contains(name)) {
                      all.putIfAbsent(name, values(stored));
                    }
                  });
        }
      }
      assertThat(all.keySet()).isEqualTo(used);
    }
    return all;
  }

  private static float[] values(StoredTensor stored) {
    return Torch.infer(
        () -> Tensor.over(stored.data(), stored.dtype(), stored.info().elements()).toFloats());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llava-original", "tiny-llava-original-tower"})
  void layoutsOfTheSameWeightsGiveTheSameParameters(String name) {
    Map<String, float[]> expected = parameters(files("tiny-llava-hf-f16"));
    Map<String, float[]> actual = parameters(files(name));
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (key, values) -> {
          // The other layout pads the vocabulary with rows of its own.
          boolean padded = key.endsWith("embed_tokens.weight") || key.endsWith("lm_head.weight");
          float[] others = expected.getOrDefault(key, new float[0]);
          assertThat(others).as(key).startsWith(values);
          assertThat(values.length == others.length).as(key).isNotEqualTo(padded);
        });
  }

  @Test
  void partsOfTheSameWeightsAreTheSameToo() {
    Map<String, float[]> expected = parameters(files("tiny-llava-hf-f16"));
    Map<String, Layout> parts = Map.of("tiny-vicuna", Layout.LLAMA, "tiny-clip", Layout.CLIP);
    int compared = 0;
    for (var part : parts.entrySet()) {
      try (Checkpoint checkpoint = Checkpoint.open(ComponentFixture.path(part.getKey()))) {
        var renamed = part.getValue().weightMap().rename(checkpoint.tensors());
        for (String name : expected.keySet()) {
          if (renamed.containsKey(name)) {
            assertThat(expected.get(name)).as(name).startsWith(values(renamed.get(name)));
            compared++;
          }
        }
      }
    }
    assertThat(compared).isEqualTo(expected.size() - 4); // all but the projector
  }

  /** What the model makes of a grey ramp and three tokens. */
  private static float[] answer(ModelFiles files, Precision precision) {
    try (var loaded = LoadedModel.load(files, precision, Device.CPU)) {
      LlavaSgModel model = loaded.model();
      int side = model.config().vision().imageSize();
      return Torch.infer(
          () -> {
            float[] pixels = new float[3 * side * side];
            for (int i = 0; i < pixels.length; i++) {
              pixels[i] = (i % 97) / 48f - 1;
            }
            Tensor image =
                model.imageTokens(model.visionFeatures(Tensor.of(pixels, 1, 3, side, side)));
            Tensor text = model.languageModel().embedding().forward(1, 2, 3).unsqueeze(0);
            Tensor prompt = io.llavasg.tensor.Functional.cat(1, image, text);
            int[] positions = java.util.stream.IntStream.range(0, (int) prompt.size(1)).toArray();
            Tensor hidden =
                model.languageModel().forward(prompt, new int[][] {positions}, Mask.CAUSAL, null);
            return model.languageModel().logits(hidden).narrow(2, 0, 600).toFloats();
          });
    }
  }

  @Test
  void layoutsOfTheSameWeightsGiveTheSameAnswer() {
    float[] expected = answer(files("tiny-llava-hf-f16"), F32);
    // Not bit for bit: a head of another vocabulary adds up in another order.
    assertThat(difference(answer(files("tiny-llava-original"), F32), expected)).isLessThan(1e-4);
    assertThat(difference(answer(files("tiny-llava-original-tower"), F32), expected))
        .isLessThan(1e-4);
    assertThat(difference(answer(files("tiny-llava-hf-bf16"), F32), expected)).isGreaterThan(1e-2);
  }

  private static double difference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
    }
    return worst;
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llava-hf-f16, auto, F16",
    "tiny-llava-hf-f16, f16, F16",
    "tiny-llava-hf-f16, f32, F32",
    "tiny-llava-hf-bf16, auto, BF16",
    "tiny-llava-sg, auto, F32",
    "tiny-llava-sg, bf16, BF16"
  })
  void weightsAreKeptInTheChosenPrecision(String name, String precision, DType kept) {
    try (var loaded = LoadedModel.load(files(name), Precision.parse(precision), Device.CPU)) {
      assertThat(loaded.model().languageModel().embedding().weight().dtype()).isEqualTo(kept);
    }
    assertThat(answer(files(name), Precision.parse(precision))).doesNotContain(Float.NaN);
  }

  /** As a published LLaVA in float16 beside OpenAI's CLIP in float32. */
  @ParameterizedTest
  @ValueSource(strings = {"vision_tower", "multi_modal_projector", "lm_head"})
  void weightsOfSeveralDtypesAreKeptInTheLanguageModels(String wider) throws IOException {
    Path original = ComponentFixture.path("tiny-llava-hf-bf16");
    Files.copy(original.resolve("config.json"), directory.resolve("config.json"));
    Files.copy(
        original.resolve("preprocessor_config.json"),
        directory.resolve("preprocessor_config.json"));
    int widened = 0;
    try (Checkpoint checkpoint = Checkpoint.open(original)) {
      List<OutgoingTensor> tensors = new ArrayList<>();
      for (StoredTensor stored : checkpoint.tensors().values()) {
        boolean wide = stored.name().contains(wider);
        widened += wide ? 1 : 0;
        tensors.add(
            wide
                ? OutgoingTensor.of(
                    new TensorInfo(stored.name(), DType.F32, stored.shape()),
                    () -> MemorySegment.ofArray(littleEndian(values(stored))))
                : OutgoingTensor.of(stored));
      }
      SafetensorsWriter.write(
          directory.resolve("model.safetensors"), tensors, Map.of(), WriteProgress.NONE);
    }
    assertThat(widened).isPositive();
    ModelFiles mixed = ModelFiles.read(directory, Optional.empty());
    assertThat(answer(mixed, Precision.AUTO))
        .isEqualTo(answer(files("tiny-llava-hf-bf16"), Precision.AUTO));
    assertThat(LoadedModel.precision(mixed, Precision.AUTO)).isEqualTo(Precision.of(DType.BF16));
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Writes tiny-llava-sg with other scene_graph_config flags, and only the weights that match. */
  private ModelFiles sceneGraph(Map<String, Boolean> flags, Predicate<String> weights)
      throws IOException {
    Path original = ComponentFixture.path("tiny-llava-sg");
    ObjectNode config = (ObjectNode) JSON.readTree(original.resolve("config.json").toFile());
    flags.forEach(config.withObjectProperty("scene_graph_config")::put);
    Files.writeString(directory.resolve("config.json"), config.toString());
    try (Checkpoint checkpoint = Checkpoint.open(original)) {
      List<OutgoingTensor> kept =
          checkpoint.tensors().values().stream()
              .filter(tensor -> weights.test(tensor.name()))
              .map(OutgoingTensor::of)
              .toList();
      Path file = directory.resolve("model.safetensors");
      SafetensorsWriter.write(file, kept, Map.of(), WriteProgress.NONE);
    }
    return ModelFiles.read(directory, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"message_passing, .message_passing.", "prompt_attention, .prompt_"})
  void weightsOfASwitchedOffBlockMayBeThereOrNot(String flag, String weights) throws IOException {
    try (var loaded =
        LoadedModel.load(sceneGraph(Map.of(flag, false), name -> true), F32, Device.CPU)) {
      assertThat(loaded.report().ignored()).anyMatch(name -> name.contains(weights));
      assertThat(loaded.report().loaded()).noneMatch(name -> name.contains(weights));
    }
    try (var loaded =
        LoadedModel.load(
            sceneGraph(Map.of(flag, false), name -> !name.contains(weights)), F32, Device.CPU)) {
      assertThat(loaded.report().ignored()).noneMatch(name -> name.contains(weights));
    }
    ModelFiles lacking = sceneGraph(Map.of(flag, true), name -> !name.contains(weights));
    assertThatThrownBy(() -> LoadedModel.load(lacking, F32, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("missing (scene_graph" + weights);
  }

  @Test
  void weightsThatDoNotFitAreOneError() throws IOException {
    ModelFiles files = sceneGraph(Map.of(), name -> !name.endsWith("final_norm.bias"));
    try (Checkpoint checkpoint = Checkpoint.open(ComponentFixture.path("tiny-llava-sg"))) {
      List<OutgoingTensor> tensors =
          new ArrayList<>(
              checkpoint.tensors().values().stream()
                  .filter(tensor -> !tensor.name().endsWith("final_norm.bias"))
                  .map(OutgoingTensor::of)
                  .toList());
      StoredTensor some = checkpoint.tensors().values().iterator().next();
      tensors.add(
          new OutgoingTensor(
              some.info().withName("scene_graph.surprise"), sink -> sink.accept(some.data())));
      Path file = directory.resolve("model.safetensors");
      SafetensorsWriter.write(file, tensors, Map.of(), WriteProgress.NONE);
    }
    assertThatThrownBy(() -> LoadedModel.load(files, F32, Device.CPU))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("1 missing (scene_graph.final_norm.bias)")
        .hasMessageContaining("1 unexpected (scene_graph.surprise)");
  }

  @Test
  void weightsInTheStoredDtypeAreTheFilesPages() {
    ModelFiles files = files("tiny-llava-sg");
    try (var loaded = LoadedModel.load(files, Precision.AUTO, Device.CPU)) {
      MemorySegment weight = loaded.model().languageModel().embedding().weight().memory();
      assertThat(mappedRanges(files.directory()))
          .anyMatch(range -> range[0] <= weight.address() && weight.address() < range[1]);
    }
  }

  /** Where the weight files of a folder are mapped, as Linux tells; everywhere else, anywhere. */
  private static List<long[]> mappedRanges(Path folder) {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return List.of(new long[] {0, Long.MAX_VALUE});
    }
    try {
      return Files.readAllLines(maps).stream()
          .filter(line -> line.contains(folder.getFileName() + "/model.safetensors"))
          .map(line -> line.split("[- ]", 3))
          .map(at -> new long[] {Long.parseLong(at[0], 16), Long.parseLong(at[1], 16)})
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Pages of files find room, copies do not. */
  @Test
  void copiesAreRefusedWhereMemoryIsNotFree() {
    ModelFiles files = files("tiny-llava-hf-bf16");
    LoadedModel.Memory busy = new LoadedModel.Memory(1L << 30, 1000);
    LoadedModel.load(files, Precision.AUTO, Device.CPU, busy).close();
    assertThatThrownBy(() -> LoadedModel.load(files, F32, Device.CPU, busy).close())
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.RESOURCES);
              assertThat(e).hasMessageContaining("are free").hasMessageContaining("--dtype auto");
            });
  }

  /** A model that is stored larger than the memory is not told to stay as it is. */
  @Test
  void whatDoesNotFitAsStoredIsNotAdvised() throws IOException {
    ModelFiles files = files("tiny-llava-sg");
    long stored = Files.size(files.directory().resolve("model.safetensors"));
    LoadedModel.Memory small = new LoadedModel.Memory(stored * 3 / 4, 1000);
    assertThatThrownBy(
            () -> LoadedModel.load(files, Precision.parse("bf16"), Device.CPU, small).close())
        .hasMessageContaining("are free")
        .hasMessageNotContaining("--dtype auto");
  }
}
