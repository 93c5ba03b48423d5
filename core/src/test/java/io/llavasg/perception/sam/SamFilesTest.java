package io.llavasg.perception.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.graph.Box;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.image.SquareImageProcessor;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a checkpoint, and what is wrong with others. */
class SamFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  private static JsonNode published(String model) {
    return SamFixture.json(SamFixture.path("keys.json")).get(model);
  }

  /** A file of these tensors without values: its data is a hole, which takes no space on a disk. */
  private static void writeSparse(Path file, JsonNode shapes) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (var entry : shapes.properties()) {
      long bytes = 4;
      for (JsonNode size : entry.getValue()) {
        bytes *= size.asLong();
      }
      ObjectNode info = header.putObject(entry.getKey()).put("dtype", "F32");
      info.set("shape", entry.getValue());
      info.putArray("data_offsets").add(end).add(end + bytes);
      end += bytes;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      sparse.write(length.putLong(json.length).array());
      sparse.write(json);
      sparse.setLength(8 + json.length + end);
    }
  }

  private Path writeModel(String model) throws IOException {
    Files.writeString(folder.resolve("config.json"), published(model).get("config").toString());
    writeSparse(folder.resolve("model.safetensors"), published(model).get("hugging_face"));
    return folder;
  }

  private static void assertUserError(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER);
              assertThat(e.getMessage()).contains(parts).doesNotContain("\n");
            });
  }

  private static void load(Path path) {
    SamSegmenter.load(path, Precision.AUTO, Device.CPU).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit_b", "vit_l", "vit_h"})
  void publishedKeysOfBothLayoutsLoadIntoTheSameTensors(String model) throws IOException {
    Path official = folder.resolve(model + ".safetensors");
    writeSparse(official, published(model).get("official"));
    SamFiles files = SamFiles.read(official);
    assertThat(files.layout()).isEqualTo(SamLayout.OFFICIAL);
    SamFiles huggingFace = SamFiles.read(writeModel(model));
    assertThat(huggingFace.layout()).isEqualTo(SamLayout.HUGGING_FACE);
    assertThat(files.config().vision()).isEqualTo(huggingFace.config().vision());
    try (var one = files.load(Precision.AUTO, Device.CPU);
        var other = huggingFace.load(Precision.AUTO, Device.CPU)) {
      assertThat(one.report().complete()).isTrue();
      assertThat(other.report().complete()).isTrue();
      assertThat(one.report().loaded()).isEqualTo(other.report().loaded());
      assertThat(one.weightBytes()).isEqualTo(other.weightBytes());
    }
  }

  @ParameterizedTest
  @CsvSource({"vit_b, 768, 12, 12", "vit_l, 1024, 24, 16", "vit_h, 1280, 32, 16"})
  void shapesTellTheSize(String model, int hidden, int layers, int heads) throws IOException {
    Path official = folder.resolve("sam.safetensors");
    writeSparse(official, published(model).get("official"));
    SamConfig config = SamFiles.read(official).config();
    assertThat(config.vision().hiddenSize()).isEqualTo(hidden);
    assertThat(config.vision().numHiddenLayers()).isEqualTo(layers);
    assertThat(config.vision().numAttentionHeads()).isEqualTo(heads);
    assertThat(config.vision().imageSize()).isEqualTo(1024);
    assertThat(config.vision().windowSize()).isEqualTo(14);
    assertThat(config.decoder().numAttentionHeads()).isEqualTo(8);
    assertThat(config.decoder().maskTokens()).isEqualTo(4);
  }

  @Test
  void everyUsedWeightOfTheOfficialFileIsThatOfTheDirectory() throws IOException {
    Path file = Files.copy(SamFixture.path("narrow/official.pth"), folder.resolve("sam.pth"));
    try (WeightFile official = WeightFile.open(file);
        WeightFile plain = WeightFile.open(SamFixture.path("narrow/model.safetensors"))) {
      // Nothing but the file itself: no config.json lies beside it.
      SamFiles files = SamFiles.read(file);
      assertThat(files.config().vision())
          .isEqualTo(SamFiles.read(SamFixture.path("narrow")).config().vision());
      var mapped = files.map().apply(official.tensors());
      try (var loaded = files.load(Precision.AUTO, Device.CPU)) {
        assertThat(loaded.report().loaded()).hasSizeGreaterThan(150);
        for (String name : loaded.report().loaded()) {
          assertThat(
                  Objects.requireNonNull(mapped.get(name))
                      .data()
                      .mismatch(plain.tensor(name).data()))
              .as(name)
              .isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void frequenciesMayStandWithinThePromptEncoder() throws IOException {
    ObjectNode shapes = (ObjectNode) published("vit_b").get("hugging_face");
    JsonNode moved = shapes.remove("shared_image_embedding.positional_embedding");
    shapes.set("prompt_encoder.shared_embedding.positional_embedding", moved);
    Path directory = writeModel("vit_b");
    writeSparse(directory.resolve("model.safetensors"), shapes);
    load(directory);
    shapes.set("shared_image_embedding.positional_embedding", moved);
    Files.delete(directory.resolve("model.safetensors"));
    writeSparse(directory.resolve("model.safetensors"), shapes);
    load(directory);
  }

  @Test
  void aConfigOfAnotherModelBesideAFileIsLeftAlone() throws IOException {
    Path file = Files.copy(SamFixture.path("narrow/official.pth"), folder.resolve("sam.pth"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llava\"}");
    load(file);
  }

  @Test
  void aDirectoryOfAnotherModelIsNamed() throws IOException {
    Files.copy(SamFixture.path("narrow/model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"grounding-dino\"}");
    assertUserError(() -> load(folder), "grounding-dino", "not a sam");
  }

  @ParameterizedTest
  @CsvSource({
    "label_embed tagging_head.encoder.layer.0.output.dense.weight, RAM",
    "model.encoder.layers.0.text_enhancer_layer.fc1.weight, Grounding-DINO",
    "module.transformer.encoder.text_layers.0.linear1.weight, Grounding-DINO",
    "multi_modal_projector.linear_1.weight, LLaVA",
    "model.layers.0.self_attn.q_proj.weight, a LLaMA language model",
    "vision_model.embeddings.class_embedding, CLIP",
    "classifier.weight, 'classifier.weight, are of an unknown model'"
  })
  void weightsOfAnotherModelAreNamed(String keys, String kind) throws IOException {
    Path file = folder.resolve("other.safetensors");
    ObjectNode shapes = JSON.createObjectNode();
    for (String key : keys.split(" ")) {
      shapes.set(key, JSON.valueToTree(List.of(2)));
    }
    writeSparse(file, shapes);
    assertUserError(() -> load(file), "other.safetensors", "holds no SAM", kind);
  }

  @Test
  void mixedWeightsAreListed() throws IOException {
    ObjectNode shapes = (ObjectNode) published("vit_b").get("official");
    shapes.remove("mask_decoder.iou_token.weight");
    shapes.set("tagging_head.fc.weight", JSON.valueToTree(List.of(1)));
    shapes.set("image_encoder.blocks.3.mlp.lin1.bias", JSON.valueToTree(List.of(7)));
    Path directory = writeModel("vit_b");
    Path file = directory.resolve("mixed.safetensors");
    writeSparse(file, shapes);
    assertUserError(
        () -> load(file),
        "1 missing (mask_decoder.iou_token.weight)",
        "vision_encoder.layers.3.mlp.lin1.bias is [7], not [3072]",
        "1 unexpected (tagging_head.fc.weight)");
  }

  @Test
  void whatShapesCannotTellIsNamed() throws IOException {
    ObjectNode shapes = (ObjectNode) published("vit_b").get("official");
    shapes.remove("image_encoder.pos_embed");
    Path file = folder.resolve("sam.safetensors");
    writeSparse(file, shapes);
    assertUserError(() -> load(file), "looks like a SAM", "vision_encoder.pos_embed");
  }

  @Test
  void aSizeThatTheConfigDoesNotDescribeIsAnError() throws IOException {
    Path directory = writeModel("vit_l");
    Files.writeString(
        directory.resolve("config.json"), published("vit_b").get("config").toString());
    assertUserError(() -> load(directory), "of another shape", "unexpected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"narrow/official.pth", "narrow/model.safetensors"})
  void aFileCutShortIsAnError(String name) throws IOException {
    byte[] whole = Files.readAllBytes(SamFixture.path(name));
    String suffix = name.substring(name.indexOf('.'));
    for (double part : new double[] {0, .0001, .3, .999}) {
      Path file = folder.resolve("cut-" + part + suffix);
      Files.write(file, Arrays.copyOf(whole, (int) (part * whole.length)));
      assertUserError(() -> load(file), "cut-" + part);
    }
  }

  @Test
  void nothingThereIsAnError() {
    assertUserError(() -> load(folder.resolve("sam.pth")), "sam.pth");
    assertUserError(() -> load(folder), "holds no weights");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'vision_config': {'hidden_size': 50, 'num_attention_heads': 3}} | hidden_size 50",
        "{'vision_config': {'image_size': 100}} | patch_size 16",
        "{'vision_config': {'global_attn_indexes': [12]}} | global_attn_indexes has 12",
        "{'vision_config': {'global_attn_indexes': ['a']}} | list of integers",
        "{'vision_config': {'num_channels': 4}} | num_channels",
        "{'vision_config': {'output_channels': 128}} | prompt_encoder_config.hidden_size is 256",
        "{'vision_config': {'num_pos_feats': 64}} | num_pos_feats 64",
        "{'vision_config': {'hidden_act': 'tanh'}} | tanh",
        "{'prompt_encoder_config': {'image_size': 512}} | image_size is 512",
        "{'mask_decoder_config': {'num_attention_heads': 7}} | num_attention_heads 7",
        "{'mask_decoder_config': {'iou_head_depth': 1}} | iou_head_depth is 1",
        "{'mask_decoder_config': {'hidden_size': 'x'}} | mask_decoder_config.hidden_size"
      })
  void configsThatDisagreeWithThemselvesAreErrors(String config, String part) throws IOException {
    Path directory = writeModel("vit_b");
    String json = config.replace('\'', '"');
    Files.writeString(
        directory.resolve("config.json"),
        json.contains("vision_config")
            ? json
            : json.replaceFirst("\\{", "{\"vision_config\": {}, "));
    assertUserError(() -> load(directory), "config.json", part);
  }

  private Path narrowWithProcessor(String json) throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Path from = SamFixture.path("narrow").resolve(name);
      Files.copy(from, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(folder.resolve("preprocessor_config.json"), json.replace('\'', '"'));
    return folder;
  }

  /** The published one is transformers' but for the rounding of a division by 255. */
  @Test
  void theImageProcessorsStatisticsCount() throws IOException {
    RgbImage photo = ImageFile.read(SamFixture.path("landscape.png"), Orientation.APPLY_EXIF);
    Path directory =
        narrowWithProcessor(
            "{'image_mean': [0.485, 0.456, 0.406], 'image_std': [0.229, 0.224, 0.225],"
                + " 'rescale_factor': 0.00392156862745098, 'resample': 2}");
    int edge = SamFiles.read(directory).processor().edge();
    float[] published = SquareImageProcessor.published(edge).apply(photo).values();
    SamFixture.assertClose(
        SamFiles.read(directory).processor().apply(photo).values(), published, 1e-5, "pixels");
    narrowWithProcessor(
        ("{'image_mean': [0, 0, 0], 'image_std': [1, 1, 1], 'size': {'longest_edge': %d},"
                + " 'pad_size': {'height': %d, 'width': %d}}")
            .formatted(edge, edge, edge));
    float[] plain = SamFiles.read(directory).processor().apply(photo).values();
    assertThat(plain[0]).isEqualTo((photo.pixel(0, 0) >> 16) / 255f);
    // The segmenter's own pixels are these, too.
    Box box = new Box(2, 2, 30, 30);
    try (SamSegmenter segmenter = SamSegmenter.load(directory, Precision.AUTO, Device.CPU);
        SamSegmenter other =
            SamSegmenter.load(SamFixture.path("narrow"), Precision.AUTO, Device.CPU)) {
      assertThat(segmenter.segment(photo, List.of(box)).getFirst().quality())
          .isNotEqualTo(other.segment(photo, List.of(box)).getFirst().quality());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'size': {'longest_edge': 17}} | size is {\"longest_edge\":17}",
        "{'size': {'height': 64, 'width': 64}} | but the image_size of config.json is",
        "{'pad_size': {'height': 17, 'width': 17}} | pad_size is",
        "{'do_normalize': false} | do_normalize = false is not supported",
        "{'image_mean': [1]} | image_mean is [1]"
      })
  void anImageProcessorOfAnotherNetworkIsAnError(String json, String part) throws IOException {
    Path directory = narrowWithProcessor(json);
    assertUserError(() -> load(directory), "preprocessor_config.json", part);
  }
}
