package io.llavasg.perception.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RamFilesTest {
  private static final Path OWN_TAGS = RamFixture.resource("/perception/ram/own-tags");
  private static final Path SHIPPED_TAGS = RamFixture.resource("/perception/ram/shipped-tags");

  @TempDir private Path directory = Path.of("");

  private Path copy(Path folder, String... names) throws IOException {
    for (String name : names) {
      Files.copy(folder.resolve(name), directory.resolve(name));
    }
    return directory.resolve(names[0]);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path path) {
    return assertThatThrownBy(() -> RamTagger.load(path, Precision.AUTO, Device.CPU).close())
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER))
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  /**
   * The official module's own names and shapes (reference/perception/ram.py), as a file whose data
   * is a hole, load strictly; and without a config.json.
   */
  @ParameterizedTest
  @CsvSource({"swin_l, 192, 1536", "swin_b, 128, 1024"})
  void theOfficialNamesAndShapesAreThoseOfTheNetwork(String size, int embedDim, int width)
      throws IOException {
    Path shapes = RamFixture.resource("/perception/ram/official-shapes.json");
    JsonNode official = new ObjectMapper().readTree(shapes.toFile()).path(size);
    Path file = directory.resolve("ram.safetensors");
    writeSparse(official, file);
    RamFiles files = RamFiles.read(file);
    assertThat(files.config().swin().embedDim()).isEqualTo(embedDim);
    assertThat(files.config().visionWidth()).isEqualTo(width);
    assertThat(files.config().imageTokens()).isEqualTo(145);
    try (LoadedNetwork<RamModel> loaded =
        LoadedNetwork.load(
            file,
            RamLayout.weightMap(),
            Precision.AUTO,
            Device.CPU,
            p -> new RamModel(p, files.config(), files.vocabulary().size()))) {
      assertThat(loaded.report().complete()).isTrue();
      // 24 blocks' fused queries, keys and values, weight and bias, are three parameters each.
      int splits = 24 * 2 * 2;
      assertThat(loaded.report().loaded().size() + loaded.report().ignored().size())
          .isEqualTo(official.size() + splits);
      assertThat(loaded.report().ignored())
          .allMatch(
              name ->
                  name.matches("(tag_encoder|text_decoder)\\..*")
                      || name.matches("visual_encoder\\..*(relative_position_index|attn_mask)"));
    }
  }

  private static void writeSparse(JsonNode shapes, Path file) throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    long end = 0;
    for (var entry : shapes.properties()) {
      long bytes = 4;
      for (JsonNode size : entry.getValue()) {
        bytes *= size.asLong();
      }
      ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
      tensor.set("shape", entry.getValue());
      tensor.putArray("data_offsets").add(end).add(end + bytes);
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

  @Test
  void theShippedListIsComplete() {
    TagVocabulary shipped = TagVocabulary.shipped();
    assertThat(shipped.size()).isEqualTo(4585);
    assertThat(shipped.names()).doesNotHaveDuplicates().startsWith("3D CG rendering");
    assertThat(shipped.thresholds()).allMatch(threshold -> threshold > 0 && threshold <= 1);
  }

  @Test
  void aDirectoryOfOneOfficialFileIsTakenLikeTheFile() throws IOException {
    copy(OWN_TAGS, "tiny.pth", "config.json", "ram_tag_list.txt", "ram_tag_list_threshold.txt");
    RamFiles files = RamFiles.read(directory);
    assertThat(files.config()).isEqualTo(RamFiles.read(directory.resolve("tiny.pth")).config());
    assertThat(files.vocabulary().names()).contains("Ünïcode", "two, words");
    // What holds no RAM is passed over.
    Files.copy(OWN_TAGS.resolve("expected.safetensors"), directory.resolve("more.safetensors"));
    assertThat(RamFiles.read(directory).weights()).isEqualTo(files.weights());
    Files.copy(directory.resolve("tiny.pth"), directory.resolve("other.pth"));
    assertRefused(directory)
        .hasMessageContaining("holds 3 weight files")
        .hasMessageContaining("of which 2 are RAM's");
  }

  @Test
  void anotherModelsConfigBesideTheFileIsLeftAlone() throws IOException {
    Path file = copy(OWN_TAGS, "tiny.pth");
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"sam\"}");
    assertRefused(file).hasMessageContaining("is a RAM of no published size: put its config.json");
  }

  @Test
  void tagsWithoutAListNeedOne() throws IOException {
    Path file = copy(OWN_TAGS, "tiny.pth", "config.json");
    assertRefused(file)
        .hasMessageContaining("tiny.pth' knows 30 tags, and the tag list that comes with this")
        .hasMessageContaining(
            "names 4585: put the checkpoint's own list, one tag a line, beside it");
  }

  @Test
  void aShortListIsAnError() throws IOException {
    Path file = copy(OWN_TAGS, "tiny.pth", "config.json");
    Files.write(directory.resolve(TagVocabulary.NAMES_FILE), List.of("cat", "dog"));
    assertRefused(file)
        .hasMessageContaining("knows 30 tags, and '")
        .hasMessageContaining("names 2");
    Files.write(directory.resolve(TagVocabulary.NAMES_FILE), List.of("cat", "", "dog"));
    assertRefused(file).hasMessageContaining("line 2 is empty");
    Files.write(directory.resolve(TagVocabulary.NAMES_FILE), new byte[] {(byte) 0xff, 'a'});
    assertRefused(file).hasMessageContaining("cannot be read as text in UTF-8");
  }

  @Test
  void thresholdsHaveToBeOnesForEachTag() throws IOException {
    Path file = copy(OWN_TAGS, "tiny.pth", "config.json", "ram_tag_list.txt");
    assertThat(RamFiles.read(file).vocabulary().thresholds()).hasSize(30).containsOnly(0.68);
    Path thresholds = directory.resolve(TagVocabulary.THRESHOLDS_FILE);
    Files.writeString(thresholds, "0.5\n0.6\n");
    assertRefused(file).hasMessageContaining("names 30 tags, and there are 2 thresholds for them");
    Files.writeString(thresholds, "0.5\n1.5\n");
    assertRefused(file).hasMessageContaining("line 2 has to be a threshold from 0 to 1");
    Files.writeString(thresholds, "high\n");
    assertRefused(file).hasMessageContaining("line 1 has to be a threshold");
  }

  @Test
  void aListInAnotherLanguageKeepsTheThresholds() throws IOException {
    Path file = copy(SHIPPED_TAGS, "model.safetensors", "config.json");
    List<String> names =
        TagVocabulary.shipped().names().stream().map(name -> "zh " + name).toList();
    Files.write(directory.resolve(TagVocabulary.NAMES_FILE), names);
    TagVocabulary vocabulary = RamFiles.read(file).vocabulary();
    assertThat(vocabulary.names()).isEqualTo(names);
    assertThat(vocabulary.thresholds()).isEqualTo(TagVocabulary.shipped().thresholds());
  }

  @Test
  void anotherModelIsNoRam() {
    Path swin = RamFixture.resource("/perception/swin/tower.safetensors");
    assertRefused(swin)
        .hasMessageContaining("holds no RAM, whose label_embed it lacks: its weights, such as ");
    Path detector = RamFixture.resource("/perception/groundingdino/tiny-a-official/model.pth");
    assertRefused(detector).hasMessageEndingWith("its weights look like Grounding-DINO");
  }

  @Test
  void ramPlusIsNamed() throws IOException {
    Path file = directory.resolve("plus.safetensors");
    writeSparse(
        new ObjectMapper().readTree("{\"label_embed\": [51, 2], \"reweight_scale\": []}"), file);
    assertRefused(file).hasMessageContaining("plus.safetensors' is a RAM++, another model");
  }

  @Test
  void aConfigOfAnotherShapeNamesWhatDoesNotFit() throws IOException {
    Path file = copy(OWN_TAGS, "tiny.pth", "ram_tag_list.txt", "ram_tag_list_threshold.txt");
    String config = Files.readString(OWN_TAGS.resolve("config.json"));
    Path configFile = directory.resolve("config.json");
    Files.writeString(configFile, config.replace("\"hidden_size\": 24", "\"hidden_size\": 32"));
    assertRefused(file).hasMessageContaining("wordvec_proj.weight is [24, 16], not [32, 16]");
    Files.writeString(configFile, config.replace("\"image_res\": 64", "\"image_res\": 60"));
    assertRefused(file).hasMessageContaining("image_res 60 is no multiple of 32");
    Files.writeString(configFile, config.replace("\"vision_width\": 64", "\"vision_width\": 63"));
    assertRefused(file).hasMessageContaining("vision_width has to be 64");
    Files.writeString(configFile, config.replace("\"depths\": [2,", "\"depths\": [\"two\","));
    assertRefused(file).hasMessageContaining("depths has to be a list of positive integers");
    Files.writeString(configFile, config.replace("[2, 2, 3, 2]", "[2, 2, 2, 2]"));
    assertRefused(file).hasMessageContaining("visual_encoder.encoder.layers.2.blocks.2.");
  }

  @Test
  void aFileCutShortIsRefused() throws IOException {
    Path file = directory.resolve("cut.pth");
    byte[] whole = Files.readAllBytes(OWN_TAGS.resolve("tiny.pth"));
    for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file).hasMessageContaining("cut.pth");
    }
    assertRefused(directory.resolve("none.pth")).hasMessageContaining("none.pth");
  }
}
