package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The goldens that may lie beside the checkout, through the command. */
@EnabledIf("arePresent")
class SharedPerceptionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private static Optional<Path> goldens() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared/goldens"))
        .filter(folder -> Files.isDirectory(folder.resolve("perception-a")))
        .findFirst();
  }

  static boolean arePresent() {
    return goldens().isPresent();
  }

  private static Path part(String name) {
    return goldens().orElseThrow().resolve("perception-a").resolve(name);
  }

  private static JsonNode expected(String name) throws IOException {
    return JSON.readTree(part(name).resolve("expected.json").toFile());
  }

  private static JsonNode perceive(Object... options) {
    Path photo = goldens().orElseThrow().resolve("extreme_ironing.jpg");
    List<String> args =
        new ArrayList<>(List.of("perceive", "--image", photo.toString(), "--format", "json"));
    for (Object option : options) {
      args.add(option.toString());
    }
    return CommandLineRun.of(args.toArray(String[]::new)).json();
  }

  @Test
  void tags() throws IOException {
    JsonNode json = perceive("--stage", "tagger", "--tagger", part("ram"));
    List<String> tags = new ArrayList<>();
    expected("ram").get("tags").forEach(tag -> tags.add(tag.textValue()));
    assertThat(json.findValuesAsText("tag")).isEqualTo(tags);
  }

  /** The text threshold of the reference cuts its labels alone; ours are whole tags. */
  @Test
  void detections() throws IOException {
    JsonNode expected = expected("grounding-dino");
    JsonNode found =
        perceive(
                "--stage",
                "detector",
                "--detector",
                part("grounding-dino"),
                "--tags",
                "a man,an iron,yellow taxi,street light",
                "--box-threshold",
                expected.get("box_threshold"),
                "--nms",
                "1")
            .get("detections");
    List<Integer> best =
        Stream.iterate(0, i -> i + 1)
            .limit(expected.get("scores").size())
            .sorted(Comparator.comparingDouble(i -> -expected.get("scores").get(i).asDouble()))
            .toList();
    assertThat(found).hasSameSizeAs(best);
    for (int i = 0; i < best.size(); i++) {
      assertThat(found.get(i).get("score").asDouble())
          .isCloseTo(expected.get("scores").get(best.get(i)).asDouble(), within(1e-4));
      for (int corner = 0; corner < 4; corner++) {
        // A ten-thousandth of the photo's longer side.
        assertThat(found.get(i).get("box").get(corner).asDouble())
            .isCloseTo(
                expected.get("boxes_xyxy").get(best.get(i)).get(corner).asDouble(), within(.057));
      }
    }
  }

  @Test
  void masks() throws IOException {
    JsonNode expected = expected("sam");
    Path boxes = directory.resolve("boxes.json");
    Files.writeString(boxes, expected.get("boxes_xyxy").toString());
    JsonNode json = perceive("--stage", "segmenter", "--segmenter", part("sam"), "--boxes", boxes);
    Entities entities = EntitiesFile.parse("masks", json);
    assertThat(entities.size()).isEqualTo(3);
    byte[] masks = bytes(part("sam").resolve("expected.safetensors"), "masks");
    int pixels = 570 * 380;
    for (int i = 0; i < 3; i++) {
      byte[] mask = entities.list().get(i).mask().rowMajor();
      assertThat(mask).hasSize(pixels);
      int first = i * pixels;
      long different = IntStream.range(0, pixels).filter(p -> mask[p] != masks[first + p]).count();
      assertThat(different).isLessThanOrEqualTo(pixels / 1000);
      assertThat(entities.list().get(i).score())
          .isCloseTo(expected.get("iou_scores").get(i).asDouble(), within(1e-4));
    }
  }

  private static byte[] bytes(Path file, String tensor) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return tensors.tensor(tensor).data().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Test
  void thePartsAreFoundInTheirDirectory() {
    JsonNode json =
        perceive("--perception", part("."), "--tags", "a man,an iron", "--max-entities", "5");
    assertThat(EntitiesFile.parse("entities", json).size()).isBetween(1, 5);
  }
}
