package io.llavasg.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipImageProcessorTest {

  @TempDir Path folder = Path.of("");

  @Test
  void equalsTransformersBitForBit() throws IOException {
    for (JsonNode expected : Fixtures.json("resize.json").path("clip")) {
      write("preprocessor_config.json", expected.path("config").toString());
      RgbImage photo =
          Fixtures.photo(expected.path("width").intValue(), expected.path("height").intValue(), 0);
      AspectRatio ratio = expected.path("pad").booleanValue() ? AspectRatio.PAD : AspectRatio.NONE;
      PixelValues pixels = ClipImageProcessor.read(folder, ratio).apply(photo);
      JsonNode shape = expected.path("shape");
      assertThat(pixels.shape())
          .containsExactly(3, shape.path(1).longValue(), shape.path(2).longValue());
      assertThat(pixels.values()[0])
          .as("%s", expected)
          .isEqualTo(expected.path("first").path(0).floatValue());
      assertThat(Fixtures.sha256(littleEndian(pixels.values())))
          .as("%s", expected)
          .isEqualTo(expected.path("sha256").textValue());
    }
  }

  @Test
  void goldenPhotoGivesTheGoldenPixels() throws IOException {
    Assumptions.assumeTrue(Fixtures.shared().isPresent());
    Path goldens = Fixtures.shared().orElseThrow().resolve("goldens");
    RgbImage photo =
        ImageFile.read(goldens.resolve("extreme_ironing.jpg"), Orientation.IGNORE_EXIF);
    PixelValues pixels =
        ClipImageProcessor.read(goldens.resolve("llava-sg-a"), AspectRatio.PAD).apply(photo);
    assertThat(
            Arrays.equals(
                pixels.values(), tensor(goldens.resolve("llava-sg-a/expected-trace.safetensors"))))
        .isTrue();
    double sum = 0;
    for (float value : pixels.values()) {
      sum += value;
    }
    JsonNode expected =
        new ObjectMapper().readTree(goldens.resolve("llava-a/expected.json").toFile());
    assertThat(sum / pixels.values().length)
        .isCloseTo(
            expected.path("pixel_values_mean").doubleValue(),
            org.assertj.core.data.Offset.offset(1e-6));
  }

  /** The detectors' goldens fold 1/255 into mean and deviation, which costs the last bits. */
  @Test
  void detectorsPhotosAreTheGoldensToo() throws IOException {
    Assumptions.assumeTrue(Fixtures.shared().isPresent());
    Path goldens = Fixtures.shared().orElseThrow().resolve("goldens");
    RgbImage photo =
        ImageFile.read(goldens.resolve("extreme_ironing.jpg"), Orientation.IGNORE_EXIF);
    Normalize normalize = new Normalize(PerChannel.IMAGENET_MEAN, PerChannel.IMAGENET_STD);
    Path perception = goldens.resolve("perception-a");
    RgbImage dino =
        Resize.resize(photo, new ResizeRule.ShortestEdgeWithin(200, 333), Filter.BILINEAR);
    RgbImage ram = Resize.resize(photo, new ResizeRule.Exact(new Size(96, 96)), Filter.BILINEAR);
    RgbImage sam = Resize.resize(photo, new ResizeRule.LongestEdge(256), Filter.BILINEAR);
    expectNear(normalize.apply(dino), perception.resolve("grounding-dino/expected.safetensors"));
    expectNear(normalize.apply(ram), perception.resolve("ram/expected.safetensors"));
    expectNear(
        normalize.apply(sam).zeroPadded(new Size(256, 256)),
        perception.resolve("sam/expected.safetensors"));
  }

  private static void expectNear(PixelValues pixels, Path golden) throws IOException {
    float[] expected = tensor(golden);
    assertThat(pixels.values().length).isEqualTo(expected.length);
    float largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - pixels.values()[i]));
    }
    assertThat(largest).as("%s", golden).isLessThan(1e-6f);
  }

  @Test
  void nestedConfigComesFirst() throws IOException {
    write("preprocessor_config.json", "{\"crop_size\": 30}");
    write("processor_config.json", "{\"patch_size\": 14}");
    assertThat(read().crop()).isEqualTo(new Size(30, 30));
    write("processor_config.json", "{\"image_processor\": {\"crop_size\": 20, \"size\": null}}");
    assertThat(read().crop()).isEqualTo(new Size(20, 20));
    assertThat(read().resize()).isEqualTo(new ResizeRule.ShortestEdge(224));
  }

  @Test
  void aspectRatiosAreNamed() {
    assertThat(AspectRatio.named("pad")).isEqualTo(AspectRatio.PAD);
    assertThat(AspectRatio.named("none")).isEqualTo(AspectRatio.NONE);
    assertThatExceptionOfType(LlavaSgException.class)
        .isThrownBy(() -> AspectRatio.named("anyres"))
        .withMessageContaining("anyres");
  }

  @Test
  void configsThatCannotBeMetAreRefused() throws IOException {
    refused("neither a preprocessor_config.json");
    refused("{", "is not JSON");
    refused("[]", "no JSON object");
    refused("{\"do_center_crop\": false}", "do_center_crop = false");
    refused("{\"resample\": 0}", "resample = 0");
    refused("{\"size\": {\"longest_edge\": 5}}", "size is");
    refused("{\"size\": -1}", "size is -1");
    refused("{\"crop_size\": \"large\"}", "crop_size is");
    refused("{\"crop_size\": {\"height\": 3}}", "crop_size is");
    refused("{\"image_mean\": [1, 2]}", "image_mean is [1,2]");
    refused("{\"image_std\": [\"a\", 1, 2]}", "image_std is");
    refused("{\"image_std\": [0, 1, 2]}", "image_std is");
  }

  private void refused(String config, String message) throws IOException {
    write("preprocessor_config.json", config);
    refused(message);
  }

  private void refused(String message) {
    assertThatExceptionOfType(LlavaSgException.class)
        .isThrownBy(this::read)
        .withMessageContaining(message)
        .withMessageContaining(folder.toString())
        .satisfies(e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER));
  }

  private ClipImageProcessor read() {
    return ClipImageProcessor.read(folder, AspectRatio.PAD);
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** The tensor "pixel_values" of a safetensors file. */
  private static float[] tensor(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
    JsonNode offsets = new ObjectMapper().readTree(json).path("pixel_values").path("data_offsets");
    int from = 8 + header + offsets.path(0).intValue();
    int to = 8 + header + offsets.path(1).intValue();
    float[] values = new float[(to - from) / 4];
    ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }
}
