package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.FIXTURES;
import static io.llavasg.app.CommandLineRun.IMAGE;
import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over tiny checkpoints: what it prints, and what it refuses. */
class PerceiveCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PERCEPTION = Path.of("../core/src/test/resources/perception");
  private static final Path RAM = PERCEPTION.resolve("ram/own-tags");
  private static final Path SAM = PERCEPTION.resolve("sam/wide");

  @TempDir private Path directory;

  private static CommandLineRun perceive(Object... options) {
    List<String> args = new ArrayList<>(List.of("perceive"));
    for (Object option : options) {
      args.add(option.toString());
    }
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  private Path boxes(String json) throws IOException {
    return Files.writeString(directory.resolve("boxes.json"), json);
  }

  private static JsonNode tree(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  private Path picture(int width, int height) throws IOException {
    Path file = directory.resolve(width + "x" + height + ".png");
    try (var stream = Files.newOutputStream(file)) {
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", stream);
    }
    return file;
  }

  @Test
  void theTaggersTagsAreTheReferences() throws IOException {
    JsonNode expected = tree(RAM.resolve("expected.json"));
    for (int i = 0; i < expected.get("images").size(); i++) {
      JsonNode json =
          perceive(
                  "--image",
                  FIXTURES.resolveSibling("model").resolve(expected.at("/images/" + i).asText()),
                  "--stage",
                  "tagger",
                  "--tagger",
                  RAM,
                  "--format",
                  "json")
              .json();
      assertThat(json.fieldNames()).toIterable().containsExactly("tags");
      assertThat(json.findValuesAsText("tag"))
          .isEqualTo(JSON.convertValue(expected.at("/tags/" + i), List.class));
      assertThat(json.at("/tags/0/score").isNumber()).isTrue();
    }
  }

  @Test
  void theSegmentersMasksAreTheReferences() throws IOException {
    for (JsonNode expected : tree(SAM.resolve("expected.json")).get("cases")) {
      String photo = expected.get("photo").asText();
      Path file = directory.resolve("masks.json");
      CommandLineRun run =
          perceive(
              "--image",
              PERCEPTION.resolve("sam").resolve(photo),
              "--stage",
              "segmenter",
              "--segmenter",
              SAM,
              "--boxes",
              boxes(expected.get("boxes").toString()),
              "-o",
              file);
      assertThat(run.exitCode()).as(run.err()).isZero();
      Entities entities = EntitiesFile.read(file);
      assertThat(entities.image()).contains(photo);
      assertThat(entities.size()).isEqualTo(expected.get("boxes").size());
      assertMasks(entities, photo.replace(".png", ".masks"));
    }
  }

  /**
   * Of the same things, but not the same. An interpolated outline lies between the middles of two
   * logits, one of which is inside: so a mask reaches as far but for a logit, of which there are
   * 56.
   */
  @Test
  void masksMayGoInStepsOfTheLogits() throws IOException {
    List<Entities> drawn = new ArrayList<>();
    for (String masks : List.of("photo", "logits")) {
      Path file = directory.resolve(masks + ".json");
      CommandLineRun run =
          perceive("--image", "../examples/hats.png", "--masks", masks, "-o", file);
      assertThat(run.exitCode()).as(run.err()).isZero();
      drawn.add(EntitiesFile.read(file));
    }
    Entities fine = drawn.getFirst();
    Entities coarse = drawn.getLast();
    assertThat(names(coarse)).isEqualTo(names(fine));
    for (int i = 0; i < fine.size(); i++) {
      Mask mask = coarse.masks().get(i);
      double logit = mask.width() / 56.0;
      Box box = mask.box().orElseThrow();
      Box exact = fine.masks().get(i).box().orElseThrow();
      assertThat(mask).isNotEqualTo(fine.masks().get(i));
      assertThat(box.x0()).isCloseTo(exact.x0(), within(logit));
      assertThat(box.y0()).isCloseTo(exact.y0(), within(logit));
      assertThat(box.x1()).isCloseTo(exact.x1(), within(logit));
      assertThat(box.y1()).isCloseTo(exact.y1(), within(logit));
    }
  }

  private static List<String> names(Entities entities) {
    return entities.list().stream().map(Entity::label).toList();
  }

  @Test
  void masksOfAnotherKindAreRefused() {
    perceive("--image", "../examples/hats.png", "--masks", "fine")
        .assertRefused(2, "--masks", "PHOTO, LOGITS");
  }

  /** The reference's pixels, but for those that rounding may turn: one in a thousand. */
  private static void assertMasks(Entities entities, String name) {
    try (WeightFile file = WeightFile.open(SAM.resolve("expected.safetensors"))) {
      byte[] expected = file.tensor(name).data().toArray(ValueLayout.JAVA_BYTE);
      for (int i = 0; i < entities.size(); i++) {
        byte[] mask = entities.list().get(i).mask().rowMajor();
        int from = i * mask.length;
        long differing =
            IntStream.range(0, mask.length).filter(j -> mask[j] != expected[from + j]).count();
        assertThat(differing).as("%s, box %d", name, i).isLessThanOrEqualTo(mask.length / 1000);
      }
    }
  }

  @Test
  void noBoxesAreNoMasks() throws IOException {
    JsonNode json = segment(IMAGE, "[]").json();
    assertThat(json.toString()).isEqualTo("{\"image\":\"wide.png\",\"entities\":[]}");
  }

  private CommandLineRun segment(Object image, String boxes) throws IOException {
    return perceive(
        "--image",
        image,
        "--stage",
        "segmenter",
        "--segmenter",
        SAM,
        "--boxes",
        boxes(boxes),
        "--format",
        "json");
  }

  @Test
  void boxesThatAreNone() throws IOException {
    segment(IMAGE, "[[0, 0, 9, 9], [5000, 2, 6000, 9]]").assertRefused(2, "box 1", "outside");
    segment(IMAGE, "[[0, 0, 9]]").assertRefused(2, "box 0", "[x0, y0, x1, y1]");
    segment(IMAGE, "[[9, 0, 0, 9]]").assertRefused(2, "negative side");
    segment(IMAGE, "{}").assertRefused(2, "boxes.json", "no list");
    segment(IMAGE, "[[10, 10, 20, 20]] xx").assertRefused(2, "boxes.json", "not valid JSON");
    segment(IMAGE, "[").assertRefused(2, "boxes.json", "not valid JSON");
    JsonNode json = segment(IMAGE, "[[-5, -5, 20, 20]]").json();
    assertThat(json.at("/entities/0/box/0").asInt()).isEqualTo(-5);
  }

  @Test
  void anImageOnePixelWide() throws IOException {
    Path image = picture(1, 40);
    JsonNode json = segment(image, "[[0, 0, 1, 40], [0, 7, 1, 9]]").json();
    assertThat(json.get("entities")).hasSize(2);
    assertThat(json.at("/entities/0/segmentation/size").toString()).isEqualTo("[40,1]");
    json =
        perceive("--image", image, "--stage", "tagger", "--tagger", RAM, "--format", "json").json();
    assertThat(json.get("tags").isArray()).isTrue();
  }

  @Test
  void wrongAndMixedCheckpoints() throws IOException {
    perceive("--image", IMAGE, "--stage", "tagger", "--tagger", SAM)
        .assertRefused(2, "no checkpoint of RAM", "looks like SAM");
    perceive("--image", IMAGE, "--stage", "detector", "--tags", "a", "--detector", RAM)
        .assertRefused(2, "no checkpoint of Grounding-DINO", "looks like RAM");
    perceive("--image", IMAGE, "--segmenter", MODEL)
        .assertRefused(2, "no checkpoint of SAM", "looks like LLaVA-SG");
    perceive("--image", IMAGE, "--segmenter", FIXTURES.resolve("tiny-clip"))
        .assertRefused(2, "looks like CLIP");
    Path mixed = Files.createDirectory(directory.resolve("mixed"));
    Files.copy(SAM.resolve("model.safetensors"), mixed.resolve("model.safetensors"));
    Files.writeString(mixed.resolve("config.json"), "{\"model_type\": \"grounding-dino\"}");
    perceive("--image", IMAGE, "--segmenter", mixed)
        .assertRefused(2, "mixed", "config.json says Grounding-DINO", "those of SAM");
  }

  @Test
  void aTaggerWithoutItsTagList() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("ram"));
    for (String name : List.of("tiny.pth", "config.json")) {
      Files.copy(RAM.resolve(name), folder.resolve(name));
    }
    perceive("--image", IMAGE, "--stage", "tagger", "--tagger", folder)
        .assertRefused(2, "30 tags", "4585", "ram_tag_list.txt");
  }

  @Test
  void whatIsMissingIsNamed() {
    perceive("--image", IMAGE, "--tagger", RAM, "--segmenter", SAM)
        .assertRefused(2, "Grounding-DINO", "--detector", "--perception");
    perceive("--image", IMAGE, "--perception", PERCEPTION.resolve("ram"), "--tags", "a")
        .assertRefused(2, "ram", "holds no checkpoint of Grounding-DINO", "RAM");
    perceive("--image", IMAGE, "--perception", directory.resolve("none"))
        .assertRefused(2, "no perception directory");
    perceive("--image", IMAGE, "--perception", PERCEPTION.resolve("ram"))
        .assertRefused(2, "own-tags", "shipped-tags", "both checkpoints of RAM", "--tagger");
    CommandLineRun.of("ask", "--model", MODEL, "--image", IMAGE, "What?")
        .assertRefused(2, "--entities", "--perception", "--no-scene-graph");
    CommandLineRun.of(
            "ask", "--model", MODEL, "--image", IMAGE, "--tagger", RAM.toString(), "What?")
        .assertRefused(2, "Grounding-DINO", "--detector");
  }

  @Test
  void optionsThatDoNotGoTogether() {
    perceive("--image", IMAGE, "--out", directory).assertRefused(2, "--batch");
    perceive("--batch", "x.jsonl").assertRefused(2, "--out DIR");
    perceive("--batch", "x.jsonl", "--out", directory, "-o", "x.png").assertRefused(2, "--out DIR");
    perceive("--image", IMAGE, "--stage", "segmenter").assertRefused(2, "--boxes");
    perceive("--image", IMAGE, "--stage", "detector").assertRefused(2, "--tags");
    perceive("--image", IMAGE, "--stage", "everything").assertRefused(2, "everything");
    perceive("--image", IMAGE, "-o", "x.txt").assertRefused(2, ".json, .png or .svg");
    Path nowhere = directory.resolve("nowhere/x.json");
    perceive("--image", IMAGE, "-o", nowhere).assertRefused(2, "nowhere", "no folder");
    Path drawn = directory.resolve("x.png");
    perceive("--image", IMAGE, "--stage", "tagger", "--tagger", RAM, "-o", drawn)
        .assertRefused(2, ".json file", "x.png");
    assertThat(drawn).doesNotExist();
    perceive("--image", IMAGE, "--nms", "7").assertRefused(2, "NMS threshold is 7");
    perceive("--image", IMAGE, "--max-entities", "-2").assertRefused(2, "-2 entities");
    perceive("--image", IMAGE, "--dtype", "f8").assertRefused(2, "f8");
    perceive().assertRefused(2, "--image", "--batch");
  }
}
