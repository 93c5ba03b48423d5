package io.llavasg.perception.groundingdino;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.image.DetectorImageProcessor;
import io.llavasg.image.Size;
import io.llavasg.model.ComponentFixture;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.groundingdino.GroundingDinoModel.Output;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against transformers and the official code
 * (reference/perception/make_grounding_dino_fixtures.py).
 */
class GroundingDinoModelTest {
  /**
   * Logits are of magnitude 1 to 10, at which float32 resolves 1e-7 to 1e-6. Some tens of layers
   * with sums in another order stay within some fifty such steps; a place that is not the one that
   * the reference selects, or a wrong formula, is off by a thousand times that.
   */
  private static final double TOLERANCE = 5e-5;

  @ParameterizedTest
  @CsvSource({
    "tiny-a, tiny-a, landscape, 2",
    "tiny-a, tiny-a, portrait, 2",
    "tiny-b, tiny-b, landscape, 1",
    "tiny-b, tiny-b, portrait, 1",
    "tiny-a-official, tiny-a, landscape, 2",
    "tiny-a-official, tiny-a, portrait, 2"
  })
  void outputsAreTheReferences(String model, String pixels, String picture, int captions) {
    GroundingDinoFiles files = GroundingDinoFiles.of(GroundingDinoFixture.checkpoint(model));
    Path folder = GroundingDinoFixture.path(model);
    Path inputs = GroundingDinoFixture.path(pixels);
    try (var loaded = GroundingDinoFixture.load(files);
        var expected = WeightFile.open(folder.resolve("expected.safetensors"));
        var input = WeightFile.open(inputs.resolve("expected.safetensors"))) {
      assertThat(loaded.report().complete()).isTrue();
      Torch.infer(
          () -> {
            Tensor pixels_BCHW = GroundingDinoFixture.tensor(input, picture + ".pixel_values");
            assertThat(
                    files
                        .processor()
                        .apply(GroundingDinoFixture.picture(picture + ".png"))
                        .values())
                .isEqualTo(pixels_BCHW.toFloats());
            for (int i = 0; i < captions; i++) {
              String name = picture + "." + i + ".";
              TextPrompt prompt =
                  TextPrompt.of(
                      GroundingDinoFixture.ids(expected, name + "input_ids"),
                      files.config().variant());
              Output output = loaded.network().forward(pixels_BCHW, prompt);
              assertClose(output.logits().select(0, 0), expected, name + "logits");
              assertClose(output.boxes().select(0, 0), expected, name + "boxes");
            }
            return captions;
          });
    }
  }

  private static void assertClose(Tensor actual, WeightFile expected, String name) {
    ComponentFixture.assertClose(
        actual, GroundingDinoFixture.tensor(expected, name), TOLERANCE, name);
  }

  @Test
  void bothLayoutsLoadIntoTheSameTensors() {
    try (var one = tensors(GroundingDinoFixture.checkpoint("tiny-a"));
        var other = tensors(GroundingDinoFixture.checkpoint("tiny-a-official"))) {
      Torch.infer(
          () -> {
            assertThat(other.network().keySet()).isEqualTo(one.network().keySet());
            assertThat(one.network()).hasSizeGreaterThan(200);
            one.network()
                .forEach(
                    (name, tensor) ->
                        assertThat(Objects.requireNonNull(other.network().get(name)).toFloats())
                            .as(name)
                            .isEqualTo(tensor.toFloats()));
            return true;
          });
    }
  }

  /** Every tensor that the network asks for, by the name that it asks for it by. */
  private static LoadedNetwork<Map<String, Tensor>> tensors(Path checkpoint) {
    GroundingDinoFiles files = GroundingDinoFiles.of(checkpoint);
    return LoadedNetwork.load(
        files.weights(),
        files.layout().weightMap(files.config()),
        Precision.AUTO,
        Device.CPU,
        parameters -> {
          Map<String, Tensor> asked = new LinkedHashMap<>();
          GroundingDinoModel unused =
              new GroundingDinoModel(recording(parameters, asked), files.config());
          assertThat(unused).isNotNull();
          return asked;
        });
  }

  private static Parameters recording(Parameters parameters, Map<String, Tensor> asked) {
    return new Parameters() {
      @Override
      public Tensor get(String name, long... shape) {
        Tensor tensor = parameters.get(name, shape);
        asked.put(name, tensor);
        return tensor;
      }

      @Override
      public boolean contains(String name) {
        return parameters.contains(name);
      }
    };
  }

  /**
   * The names and shapes of the official modules at full size: nothing is missing, mis-shaped or
   * left over, whatever data-parallel training put in front of the names. The weights are a hole in
   * a file.
   */
  @ParameterizedTest
  @CsvSource({"t, ''", "t, module.", "b, module."})
  void publishedShapesAreThoseOfTheNetwork(String size, String prefix, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("weights.safetensors");
    writeHoles(
        GroundingDinoFixture.json(GroundingDinoFixture.path("official-swin-" + size + ".json")),
        prefix,
        file);
    GroundingDinoFiles files = GroundingDinoFiles.of(file);
    assertThat(files.config())
        .isEqualTo(size.equals("t") ? GroundingDinoConfig.swinT() : GroundingDinoConfig.swinB());
    assertThat(files.processor().resize().target(new Size(500, 250)))
        .isEqualTo(new Size(1332, 666));
    try (var loaded = GroundingDinoFixture.load(files)) {
      assertThat(loaded.report().complete()).isTrue();
      // 172 and 233 million parameters, as published.
      assertThat(loaded.weightBytes() / 4_000_000).isEqualTo(size.equals("t") ? 172 : 232);
    }
  }

  /** The same of what transformers saves, with its config.json, in a directory. */
  @ParameterizedTest
  @ValueSource(strings = {"t", "b"})
  void transformersShapesAreThoseOfTheNetwork(String size, @TempDir Path folder)
      throws IOException {
    JsonNode saved =
        GroundingDinoFixture.json(GroundingDinoFixture.path("transformers-swin-" + size + ".json"));
    writeHoles(saved.get("tensors"), "", folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), saved.get("config").toString());
    Files.copy(
        GroundingDinoFixture.path("tiny-a/preprocessor_config.json"),
        folder.resolve("preprocessor_config.json"));
    GroundingDinoFiles files = GroundingDinoFiles.of(folder);
    assertThat(files.processor()).isEqualTo(DetectorImageProcessor.read(folder));
    GroundingDinoConfig published =
        size.equals("t") ? GroundingDinoConfig.swinT() : GroundingDinoConfig.swinB();
    assertThat(files.config().backbone()).isEqualTo(published.backbone());
    assertThat(files.config().decoder()).isEqualTo(published.decoder());
    try (var loaded = GroundingDinoFixture.load(files)) {
      assertThat(loaded.report().complete()).isTrue();
      assertThat(loaded.weightBytes() / 4_000_000).isEqualTo(size.equals("t") ? 172 : 232);
    }
  }

  private static void writeHoles(JsonNode shapes, String prefix, Path file) throws IOException {
    var header = new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
    long end = 0;
    for (var entry : shapes.properties()) {
      long bytes = 4;
      for (JsonNode side : entry.getValue()) {
        bytes *= side.asLong();
      }
      var tensor = header.putObject(prefix + entry.getKey()).put("dtype", "F32");
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
}
