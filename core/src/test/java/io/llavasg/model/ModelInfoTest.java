package io.llavasg.model;

import static io.llavasg.model.ModelInfo.Part.LANGUAGE_MODEL;
import static io.llavasg.model.ModelInfo.Part.SCENE_GRAPH;
import static io.llavasg.model.ModelInfo.Part.SCENE_GRAPH_PROJECTOR;
import static io.llavasg.model.ModelInfo.Part.VISION_PROJECTOR;
import static io.llavasg.model.ModelInfo.Part.VISION_TOWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.LlavaSgException.Fault;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelInfoTest {
  // The fixtures' shapes, from their config.json: tower of 24 dimensions, MLP 56, 5 layers, 26
  // positions, patches of 14; decoder of 32 dimensions, MLP 88, 2 layers.
  private static final long TOWER =
      24 + 24 * 3 * 14 * 14 + 26 * 24 + 4 * 24 + 5 * (4 * 600 + 24 * 56 * 2 + 56 + 24 + 4 * 24);
  private static final long PROJECTOR = 24 * 32 + 32 + 32 * 32 + 32;
  private static final long LAYERS = 2 * (4 * 32 * 32 + 3 * 32 * 88 + 2 * 32) + 32;

  @TempDir private Path directory;

  private static ModelInfo info(String fixture) {
    return ModelInfo.read(ComponentFixture.path(fixture), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llava-hf-f16, LLaVA-1.5 (llava-hf), 640, true, true",
    "tiny-llava-hf-bf16, LLaVA-1.5 (llava-hf), 640, true, true",
    "tiny-llava-original, LLaVA-1.5 (original), 600, true, true",
    "tiny-llava-original-tower, LLaVA-1.5 (original), 600, true, true",
    "tiny-vicuna, LLaMA, 600, false, false",
    "tiny-clip, CLIP, 0, true, false"
  })
  void countsEveryLayoutExactly(
      String fixture, String layout, int vocabulary, boolean tower, boolean projector) {
    ModelInfo info = info(fixture);
    assertThat(info.layout()).isEqualTo(layout);
    assertThat(info.parameters(VISION_TOWER)).isEqualTo(tower ? TOWER : 0);
    assertThat(info.parameters(VISION_PROJECTOR)).isEqualTo(projector ? PROJECTOR : 0);
    assertThat(info.parameters(LANGUAGE_MODEL))
        .isEqualTo(vocabulary == 0 ? 0 : LAYERS + 2L * vocabulary * 32);
    assertThat(info.sceneGraphParameters()).isZero();
    assertThat(info.sceneGraphShare()).isZero();
    DType dtype = fixture.endsWith("bf16") ? DType.BF16 : DType.F16;
    assertThat(info.stored()).containsOnlyKeys(dtype).containsEntry(dtype, info.total());
    assertThat(info.cacheBytes(1000, DType.F16))
        .isEqualTo(vocabulary == 0 ? 0 : 2 * 2 * 32 * 1000 * 2);
  }

  @Test
  void countsTheSceneGraph() {
    ModelInfo info = info("tiny-llava-sg");
    // scene_graph_config: 32 dimensions, MLP 48, 2 + 1 blocks; features of 24, text of 40.
    long block = 4 * (32 * 32 + 32) + 2 * 32 * 48 + 48 + 32 + 4 * 32;
    assertThat(info.layout()).isEqualTo("LLaVA-SG");
    assertThat(info.parameters(SCENE_GRAPH))
        .isEqualTo(24 * 32 + 32 + 3 * block + 2 * 40 + 40 * 32 + 32 + 2 * 32);
    assertThat(info.parameters(SCENE_GRAPH_PROJECTOR)).isEqualTo(32 * 40 + 40 + 40 * 40 + 40);
    assertThat(info.sceneGraphShare())
        .isEqualTo((double) info.sceneGraphParameters() / info.parameters(LANGUAGE_MODEL));
    assertThat(info.weightBytes(DType.F32)).isEqualTo(info.storedBytes());
    assertThat(info.weightBytes(DType.BF16)).isEqualTo(info.storedBytes() / 2);
    // Grouped queries: 2 heads of 12 in 3 layers.
    assertThat(info.cacheBytes(1, DType.F32)).isEqualTo(2 * 3 * 2 * 12 * 4);
  }

  @Test
  void buffersAndClipsTextHalfAreNoParameters() {
    assertThat(info("tiny-clip").unused()).isPositive();
    assertThat(info("tiny-vicuna").unused()).isEqualTo(2 * 4); // inv_freq of both layers
    assertThat(info("tiny-llava-hf-f16").notes()).isEmpty();
  }

  @Test
  void aTowerThatIsNotHereIsNoted() throws IOException {
    Path model = ComponentFixture.path("tiny-llava-original");
    for (String name :
        new String[] {
          "pytorch_model-00001-of-00002.bin",
          "pytorch_model-00002-of-00002.bin",
          "pytorch_model.bin.index.json"
        }) {
      Files.copy(model.resolve(name), directory.resolve(name));
    }
    String config = Files.readString(model.resolve("config.json"));
    Files.writeString(
        directory.resolve("config.json"), config.replace("../tiny-clip", "openai/clip"));
    ModelInfo alone = ModelInfo.read(directory, Optional.empty());
    assertThat(alone.notes()).singleElement().asString().contains("openai/clip", "--vision");
    assertThat(alone.parameters(VISION_TOWER)).isZero();
    assertThat(alone.parameters(LANGUAGE_MODEL)).isEqualTo(LAYERS + 2 * 600 * 32);
    ModelInfo named = ModelInfo.read(directory, Optional.of(ComponentFixture.path("tiny-clip")));
    assertThat(named.notes()).isEmpty();
    assertThat(named.parameters(VISION_TOWER)).isEqualTo(TOWER);
  }

  @Test
  void aStrangeTensorIsNoted() throws IOException {
    TensorInfo strange = new TensorInfo("step", DType.F32, List.of(1L));
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"),
        List.of(OutgoingTensor.of(strange, () -> MemorySegment.ofArray(new byte[4]))),
        Map.of(),
        WriteProgress.NONE);
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"clip\"}");
    ModelInfo info = ModelInfo.read(directory, Optional.empty());
    assertThat(info.notes()).singleElement().asString().contains("step");
    assertThat(info.total()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model_type\": \"bert\"} | model_type 'bert'",
        "{\"model_type\": \"llama\"} | holds no weights",
        "{\"model_type\": | not valid JSON"
      })
  void noCheckpointIsOneLine(String config, String words) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    assertThatThrownBy(() -> ModelInfo.read(directory, Optional.empty()))
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(Fault.USER);
              assertThat(e.getMessage()).contains(words).doesNotContain("\n");
            });
  }

  /** 13B parameters, counted from headers alone, on a machine of any size. */
  @Test
  void a13bModelIsCountedExactlyAndRefusedBeforeLoading() throws IOException {
    SparseCheckpoint.write(directory);
    ModelInfo info = ModelInfo.read(directory, Optional.empty());
    long attention = 4L * 5120 * 5120;
    long layer = attention + 3L * 5120 * 13824 + 2 * 5120;
    assertThat(info.parameters(LANGUAGE_MODEL)).isEqualTo(40 * layer + 5120 + 2L * 32064 * 5120);
    long visionLayer = 4L * (1024 * 1024 + 1024) + 2L * 1024 * 4096 + 4096 + 1024 + 4 * 1024;
    assertThat(info.parameters(VISION_TOWER))
        .isEqualTo(24 * visionLayer + 1024 + 1024 * 3 * 14 * 14 + 577 * 1024 + 4 * 1024);
    assertThat(info.parameters(VISION_PROJECTOR))
        .isEqualTo(1024L * 5120 + 5120 + 5120L * 5120 + 5120);
    assertThat(info.total()).isEqualTo(13_351_494_656L);
    assertThat(info.storedBytes()).isEqualTo(2 * info.total());
    assertThat(info.cacheBytes(1000, DType.BF16)).isEqualTo(2L * 40 * 5120 * 1000 * 2);

    ModelFiles files = ModelFiles.read(directory, Optional.empty());
    LoadedModel.Memory memory = new LoadedModel.Memory(24L << 30, 24L << 30);
    assertThatThrownBy(() -> LoadedModel.load(files, Precision.AUTO, Device.CPU, memory).close())
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(Fault.RESOURCES);
              assertThat(e.getMessage()).contains("26.7 GB", "25.8 GB").doesNotContain("\n");
            });
  }
}
