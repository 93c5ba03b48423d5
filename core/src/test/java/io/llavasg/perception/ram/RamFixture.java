package io.llavasg.perception.ram;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.model.ComponentFixture;
import io.llavasg.perception.Tag;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TestDevice;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A RAM with what the official code made of some images (reference/perception/ram.py).
 *
 * @param checkpoint what is loaded
 * @param folder of expected.safetensors and expected.json
 * @param images in the order of the expected rows
 */
record RamFixture(Path checkpoint, Path folder, List<Path> images) {

  /** Those that ship with the project. */
  static RamFixture named(String name) {
    Path folder = resource("/perception/ram/" + name);
    Path own = folder.resolve("tiny.pth");
    List<Path> images = new ArrayList<>();
    for (JsonNode image : json(folder).path("images")) {
      images.add(resource("/model/" + image.asText()));
    }
    return new RamFixture(own.toFile().exists() ? own : folder, folder, images);
  }

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(RamFixture.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(Path folder) {
    try {
      return new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tags of each image. */
  List<List<String>> tags() {
    List<List<String>> tags = new ArrayList<>();
    JsonNode rows = json(folder).path("tags");
    for (JsonNode row : rows.path(0).isArray() ? rows : List.of(rows)) {
      List<String> names = new ArrayList<>();
      row.forEach(name -> names.add(name.asText()));
      tags.add(names);
    }
    return tags;
  }

  RamTagger load() {
    return RamTagger.load(checkpoint, Precision.AUTO, TestDevice.DEVICE);
  }

  /** Images as files have them; the reference turns none. */
  List<RgbImage> photos() {
    return images.stream().map(path -> ImageFile.read(path, Orientation.IGNORE_EXIF)).toList();
  }

  /** Checks all that the network computes, from the expected pixels. */
  void assertComputed(double tolerance) {
    RamFiles files = RamFiles.read(checkpoint);
    try (WeightFile expected = WeightFile.open(folder.resolve("expected.safetensors"));
        LoadedNetwork<RamModel> loaded =
            LoadedNetwork.load(
                files.weights(),
                RamLayout.weightMap(),
                Precision.AUTO,
                TestDevice.DEVICE,
                p -> new RamModel(p, files.config(), files.vocabulary().size()))) {
      RamModel model = loaded.network();
      Torch.infer(
          () -> {
            Tensor visual = model.visualTokens(tensor(expected, "pixel_values"));
            assertThat(visual.size(1)).isEqualTo(files.config().imageTokens());
            assertClose(visual, expected, "visual_tokens", tolerance);
            Tensor image = model.imageEmbeddings(visual);
            assertClose(image, expected, "image_embeds", tolerance);
            assertClose(model.logits(model.tagQueries(), image), expected, "logits", tolerance);
            return true;
          });
    }
  }

  /** Checks the preprocessing: float32's rounding of values up to 3 apart, no grey level off. */
  void assertPreprocessed() {
    RamProcessor processor = new RamProcessor(RamFiles.read(checkpoint).config().imageSize());
    try (WeightFile expected = WeightFile.open(folder.resolve("expected.safetensors"))) {
      Torch.infer(
          () -> {
            Tensor pixels = tensor(expected, "pixel_values");
            for (int i = 0; i < images.size(); i++) {
              var values = processor.apply(photos().get(i));
              ComponentFixture.assertClose(
                  Tensor.of(values.values(), values.shape()),
                  pixels.select(0, i),
                  1e-6,
                  "pixels of " + images.get(i));
            }
            return true;
          });
    }
  }

  private static void assertClose(Tensor actual, WeightFile expected, String name, double bound) {
    ComponentFixture.assertClose(actual, tensor(expected, name), bound, name);
  }

  private static Tensor tensor(WeightFile file, String name) {
    StoredTensor stored = file.tensor(name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  static List<String> names(List<Tag> tags) {
    return tags.stream().map(Tag::name).toList();
  }

  /** Checks tags against expected ones, which may differ by those at their threshold. */
  static void assertSameButFor(
      List<Tag> actual, List<String> expected, TagVocabulary vocabulary, double atThreshold) {
    List<String> names = names(actual);
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(names);
    assertThat(missing).isEmpty();
    for (Tag tag : actual) {
      double threshold = vocabulary.thresholds().get(vocabulary.names().indexOf(tag.name()));
      assertThat(tag.score()).isGreaterThan(threshold - atThreshold);
      if (!expected.contains(tag.name())) {
        assertThat(tag.score()).as(tag.name()).isLessThan(threshold + atThreshold);
      }
    }
    assertThat(Collections.unmodifiableList(names)).doesNotHaveDuplicates();
  }
}
