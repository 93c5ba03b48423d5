package io.llavasg.perception.groundingdino;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TestDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Tiny models and what reference implementations make of them. */
final class GroundingDinoFixture {
  private GroundingDinoFixture() {}

  static Path path(String name) {
    try {
      String resource = "/perception/groundingdino/" + name;
      return Path.of(
          Objects.requireNonNull(GroundingDinoFixture.class.getResource(resource)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a detector is given of a model's folder. */
  static Path checkpoint(String model) {
    return model.endsWith("-official") ? path(model).resolve("model.pth") : path(model);
  }

  static RgbImage picture(String file) {
    return ImageFile.read(path("pictures").resolve(file), Orientation.APPLY_EXIF);
  }

  static List<JsonNode> cases(String model) {
    List<JsonNode> cases = new ArrayList<>();
    json(path(model).resolve("expected.json")).path("cases").forEach(cases::add);
    return cases;
  }

  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(value -> strings.add(value.asText()));
    return strings;
  }

  static LoadedNetwork<GroundingDinoModel> load(GroundingDinoFiles files) {
    return LoadedNetwork.load(
        files.weights(),
        files.layout().weightMap(files.config()),
        Precision.AUTO,
        TestDevice.DEVICE,
        parameters -> new GroundingDinoModel(parameters, files.config()));
  }

  static Tensor tensor(WeightFile file, String name) {
    StoredTensor stored = file.tensor(name);
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.over(stored.data(), stored.dtype(), shape);
  }

  static List<Integer> ids(WeightFile file, String name) {
    return Arrays.stream(tensor(file, name).toLongs()).mapToInt(Math::toIntExact).boxed().toList();
  }
}
