package io.llavasg.model.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.generate.ImageDomain;
import io.llavasg.model.ComponentFixture;
import io.llavasg.model.Layout;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.model.ModelInfo;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VOCABULARY = 600; // of the fixtures' tokenizer, before anything is added

  /** Small, so that a fresh module is written in no time. */
  private static final ConversionOptions SMALL =
      ConversionOptions.DEFAULT.withSceneGraph(Shapes.small());

  @TempDir private Path directory;

  /** Every form in which the fixtures' LLaVA is there; all but the bf16 one hold equal weights. */
  enum Form {
    HF_F16(() -> from("tiny-llava-hf-f16")),
    HF_BF16(() -> from("tiny-llava-hf-bf16")),
    ORIGINAL(() -> from("tiny-llava-original")),
    ORIGINAL_WITH_TOWER(
        () -> Conversion.from(path("tiny-llava-original-tower"), Optional.of(path("tiny-clip")))),
    PARTS(
        () ->
            Conversion.ofParts(
                path("tiny-vicuna"), path("tiny-clip"), Optional.of(path("mm_projector.bin")))),
    PARTS_WITHOUT_PROJECTOR(
        () -> Conversion.ofParts(path("tiny-vicuna"), path("tiny-clip"), Optional.empty()));

    private final Supplier<Conversion> conversion;

    Form(Supplier<Conversion> conversion) {
      this.conversion = conversion;
    }

    String source() {
      return this == HF_BF16 ? "tiny-llava-hf-bf16" : "tiny-llava-hf-f16";
    }

    DType dtype() {
      return this == HF_BF16 ? DType.BF16 : DType.F16;
    }
  }

  static Path path(String name) {
    return ComponentFixture.path(name);
  }

  private static Conversion from(String name) {
    return Conversion.from(path(name), Optional.empty());
  }

  private Path convert(Form form, String to) {
    return convert(form.conversion.get(), to, SMALL);
  }

  private Path convert(Conversion conversion, String to, ConversionOptions options) {
    Path out = directory.resolve(to);
    conversion.write(out, options, WriteProgress.NONE);
    return out;
  }

  /** Stored bytes by the names that modules know. */
  private static Map<String, byte[]> bytes(Path model) {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Layout.LLAVA_HF
          .weightMap()
          .rename(checkpoint.tensors())
          .forEach((name, t) -> bytes.put(name, t.data().toArray(ValueLayout.JAVA_BYTE)));
    }
    return bytes;
  }

  private static double[][] rows(Path model, String name) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      StoredTensor tensor =
          Objects.requireNonNull(
              Layout.LLAVA_HF.weightMap().rename(checkpoint.tensors()).get(name), name);
      int size = tensor.shape().get(1).intValue();
      double[][] rows = new double[tensor.shape().get(0).intValue()][size];
      for (int i = 0; i < rows.length * size; i++) {
        rows[i / size][i % size] = FloatFormat.read(tensor.data(), tensor.dtype(), i);
      }
      return rows;
    }
  }

  private static Map<String, byte[]> files(Path model) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> children = Files.list(model)) {
      for (Path file : children.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @ParameterizedTest
  @EnumSource
  void everyFormBecomesALlavaSgThatLoadsStrictly(Form form) {
    Path out = convert(form, "out");
    ModelFiles files = ModelFiles.read(out, Optional.empty());
    LlavaSgConfig.SceneGraph graph = files.config().sceneGraph().orElseThrow();
    assertThat(graph.config()).isEqualTo(SMALL.sceneGraph().orElseThrow());
    try (var loaded = LoadedModel.load(files, Precision.AUTO, Device.CPU);
        Tokenizer tokenizer = Tokenizer.load(out)) {
      assertThat(loaded.report().complete()).isTrue();
      assertThat(tokenizer.id("<image>")).hasValue(600).isEqualTo(files.imageToken());
      assertThat(tokenizer.id("<pad>")).hasValue(601);
      assertThat(tokenizer.id("<sg>")).hasValue(602).hasValue(graph.sgToken());
      assertThat(tokenizer.id("<text>")).hasValue(603).hasValue(graph.textToken());
      assertThat(tokenizer.isSpecial(602)).isTrue();
    }
    assertThat(ModelInfo.read(out, Optional.empty()).stored()).containsOnlyKeys(form.dtype());
  }

  @ParameterizedTest
  @EnumSource
  void oldWeightsStayBitForBit(Form form) {
    Map<String, byte[]> old = bytes(path(form.source()));
    Map<String, byte[]> converted = bytes(convert(form, "out"));
    old.forEach(
        (name, values) -> {
          byte[] now = converted.getOrDefault(name, new byte[0]);
          boolean fresh =
              form == Form.PARTS_WITHOUT_PROJECTOR && name.startsWith("multi_modal_projector.");
          if (name.endsWith("embed_tokens.weight") || name.endsWith("lm_head.weight")) {
            int vocabulary = VOCABULARY * (values.length / 640);
            assertThat(Arrays.copyOf(now, vocabulary))
                .as(name)
                .isEqualTo(Arrays.copyOf(values, vocabulary));
          } else if (fresh) {
            assertThat(now).as(name).hasSameSizeAs(values).isNotEqualTo(values);
          } else {
            assertThat(now).as(name).isEqualTo(values);
          }
        });
    List<String> added = new ArrayList<>(converted.keySet());
    added.removeAll(old.keySet());
    assertThat(added).isNotEmpty().allMatch(name -> name.startsWith("scene_graph"));
  }

  @Test
  void equalWeightsInAnyFormGiveTheSameModel() throws IOException {
    Map<String, byte[]> expected = files(convert(Form.ORIGINAL, "original"));
    for (Form form : List.of(Form.ORIGINAL_WITH_TOWER, Form.PARTS)) {
      assertThat(files(convert(form, form.name())))
          .as(form.name())
          .containsExactlyEntriesOf(expected);
    }
    Path published = convert(Form.HF_F16, "published");
    Map<String, byte[]> weights = bytes(published);
    Map<String, byte[]> others = bytes(directory.resolve("original"));
    assertThat(weights.keySet()).isEqualTo(others.keySet());
    weights.forEach(
        (name, values) -> {
          if (!name.endsWith("embed_tokens.weight") && !name.endsWith("lm_head.weight")) {
            assertThat(others.get(name)).as(name).isEqualTo(values);
          }
        });
    assertThat(rows(published, LoadedModel.EMBEDDING)[602])
        .isEqualTo(rows(directory.resolve("original"), LoadedModel.EMBEDDING)[602]);
  }

  @ParameterizedTest
  @ValueSource(strings = {LoadedModel.EMBEDDING, Conversion.HEAD})
  void newRowsAreTheMeanOfTheOriginalVocabulary(String name) {
    double[][] old = rows(path("tiny-llava-hf-f16"), name);
    double[][] published = rows(convert(Form.HF_F16, "published"), name);
    double[][] original = rows(convert(Form.ORIGINAL, "original"), name);
    assertThat(published).hasNumberOfRows(640);
    assertThat(original).hasNumberOfRows(640);
    for (int row = VOCABULARY; row < 640; row++) {
      boolean marker = row == 602 || row == 603;
      for (int i = 0; i < old[0].length; i++) {
        double mean = 0;
        for (int token = 0; token < VOCABULARY; token++) {
          mean += old[token][i] / VOCABULARY;
        }
        // Half a unit in float16's last place.
        double rounding = Math.max(Math.abs(mean) * 0x1p-11, 0x1p-25);
        assertThat(original[row][i]).isCloseTo(mean, within(rounding));
        assertThat(published[row][i])
            .isCloseTo(marker ? mean : old[row][i], within(marker ? rounding : 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HF_BF16", "ORIGINAL"})
  void convertingTwiceChangesNothing(Form form) throws IOException {
    Path once = convert(form, "once");
    Path twice =
        convert(Conversion.from(once, Optional.empty()), "twice", ConversionOptions.DEFAULT);
    assertThat(files(twice)).containsExactlyEntriesOf(files(once));
  }

  @Test
  void aLlavaSgKeepsItsWeights() {
    Path out = convert(from("tiny-llava-sg"), "out", ConversionOptions.DEFAULT);
    assertThat(bytes(out)).containsExactlyEntriesOf(bytes(path("tiny-llava-sg")));
  }

  /** The tower is what it was, and with it the images that the model can be asked about. */
  @Test
  void theImagesThatAModelKnowsGoAlong() {
    Path miniature = Path.of("../models/miniature");
    Path known = miniature.resolve(ImageDomain.FILE);
    Path out =
        convert(Conversion.from(miniature, Optional.empty()), "out", ConversionOptions.DEFAULT);
    assertThat(out.resolve(ImageDomain.FILE)).hasSameBinaryContentAs(known);
    Path trained = directory.resolve("trained");
    Conversion.rewrite(
        ModelFiles.read(miniature, Optional.empty()),
        trained,
        stored -> Optional.empty(),
        WriteProgress.NONE);
    assertThat(trained.resolve(ImageDomain.FILE)).doesNotExist(); // it has seen others, perhaps
  }

  @Test
  void seedsDecideTheNewParametersAndNothingElse() {
    Map<String, byte[]> zero = bytes(convert(from("tiny-llava-hf-f16"), "a", SMALL));
    Map<String, byte[]> again = bytes(convert(from("tiny-llava-hf-f16"), "b", SMALL.withSeed(0)));
    Map<String, byte[]> one = bytes(convert(from("tiny-llava-hf-f16"), "c", SMALL.withSeed(1)));
    assertThat(again).containsExactlyEntriesOf(zero);
    zero.forEach(
        (name, values) -> {
          boolean random =
              name.startsWith("scene_graph") && name.endsWith(".weight") && !name.contains("norm");
          assertThat(Arrays.equals(values, one.get(name))).as(name).isEqualTo(!random);
        });
  }

  @Test
  void newMatricesAreNormalBiasesZeroAndNormsOne() {
    SceneGraphConfig shape = new SceneGraphConfig(128, 4, 256, 1, 1, 1e-5, true, true, 5);
    Path out =
        convert(
            from("tiny-llava-hf-f16"),
            "out",
            ConversionOptions.DEFAULT.withSceneGraph(shape).withDtype(DType.F32));
    double[][] matrix = rows(out, "scene_graph.message_passing.0.mlp.fc1.weight");
    double[] values = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    double near =
        Arrays.stream(values).filter(v -> Math.abs(v) < 0.02).count() / (double) values.length;
    // Five standard errors of 32,768 samples.
    assertThat(mean).isCloseTo(0, within(5 * 0.02 / Math.sqrt(values.length)));
    assertThat(deviation).isCloseTo(0.02, within(5 * 0.02 / Math.sqrt(2.0 * values.length)));
    assertThat(near).isCloseTo(0.6827, within(5 * 0.466 / Math.sqrt(values.length)));
    Map<String, byte[]> bytes = bytes(out);
    assertThat(bytes.get("scene_graph.node_proj.bias")).containsOnly(0);
    assertThat(bytes.get("scene_graph.final_norm.bias")).containsOnly(0);
    assertThat(bytes.get("scene_graph.final_norm.weight"))
        .startsWith(0, 0, 0x80, 0x3f)
        .hasSize(512);
  }

  @Test
  void anotherDtypeRoundsEveryWeight() {
    Path out = convert(from("tiny-llava-hf-f16"), "out", SMALL.withDtype(DType.F32));
    assertThat(ModelInfo.read(out, Optional.empty()).stored()).containsOnlyKeys(DType.F32);
    double[][] old = rows(path("tiny-llava-hf-f16"), "multi_modal_projector.linear_2.weight");
    assertThat(rows(out, "multi_modal_projector.linear_2.weight")).isDeepEqualTo(old);
    Path narrow =
        convert(
            Conversion.from(out, Optional.empty()),
            "narrow",
            ConversionOptions.DEFAULT.withDtype(DType.BF16));
    double[][] rounded = rows(narrow, "multi_modal_projector.linear_2.weight");
    for (int row = 0; row < old.length; row++) {
      for (int i = 0; i < old[row].length; i++) {
        assertThat(rounded[row][i]).isCloseTo(old[row][i], within(Math.abs(old[row][i]) * 0x1p-8));
      }
    }
    assertThat(ModelInfo.read(narrow, Optional.empty()).stored()).containsOnlyKeys(DType.BF16);
  }

  @Test
  void theManifestSaysWhatTransformersHasToKnow() throws IOException {
    JsonNode config = JSON.readTree(convert(Form.PARTS, "out").resolve("config.json").toFile());
    assertThat(config.path("model_type").asText()).isEqualTo("llava_sg");
    assertThat(config.path("dtype").asText()).isEqualTo("float16");
    assertThat(config.path("image_token_index").asInt()).isEqualTo(600);
    assertThat(config.path("image_seq_length").asInt()).isEqualTo(25);
    assertThat(config.path("vision_feature_layer").asInt()).isEqualTo(-2);
    assertThat(config.path("text_config").path("vocab_size").asInt()).isEqualTo(640);
    assertThat(config.path("text_config").path("max_position_embeddings").asInt()).isEqualTo(4096);
    assertThat(config.path("scene_graph_config").path("max_nodes").asInt()).isEqualTo(5);
    JsonNode index = JSON.readTree(directory.resolve("out/preprocessor_config.json").toFile());
    assertThat(index.path("size").path("shortest_edge").asInt()).isEqualTo(70);
    try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("out"))) {
      assertThat(checkpoint.tensors().keySet())
          .contains(
              "language_model.model.norm.weight",
              "language_model.lm_head.weight",
              "vision_tower.vision_model.post_layernorm.weight",
              "vision_tower.vision_model.encoder.layers.4.mlp.fc1.weight",
              "multi_modal_projector.linear_1.bias")
          .noneMatch(name -> name.contains("inv_freq") || name.contains("text_model"));
    }
  }

  @Test
  void progressEndsAtTheTotal() throws IOException {
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    from("tiny-llava-hf-f16")
        .write(
            directory.resolve("out"),
            SMALL,
            (bytes, total) -> {
              done.add(bytes);
              totals.add(total);
            });
    assertThat(done).isSorted().last().isEqualTo(totals.getFirst());
    assertThat(totals.getFirst())
        .isEqualTo(ModelInfo.read(directory.resolve("out"), Optional.empty()).storedBytes());
  }

  /** The published sizes: 51.4 M parameters with a 7B language model, 63.0 M with 13B. */
  @ParameterizedTest
  @ValueSource(ints = {4096, 5120})
  void theDefaultModuleHasThePublishedSize(int hidden) {
    LlavaSgConfig config = Shapes.llava(hidden, SceneGraphConfig.DEFAULT);
    long count = Conversion.sceneGraphParameters(config);
    assertThat(String.format(Locale.ROOT, "%.1f", count / 1e6))
        .isEqualTo(hidden == 4096 ? "51.4" : "63.0");
  }
}
