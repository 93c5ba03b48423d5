package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a fresh checkout answers without a {@code --model}. */
class BuiltInModelTest {
  private static final String HATS = "../examples/hats.png";

  @TempDir private Path folder;

  /** The README's question among them. */
  @ParameterizedTest
  @CsvSource({
    "What color is the dog?, yellow",
    "How many things are there?, 6",
    "Is there a dog in the image?, yes",
    "Is there a cat in the image?, no"
  })
  void aSceneIsAnsweredFromWhatWasPerceived(String question, String answer) {
    CommandLineRun run = CommandLineRun.of("ask", "--image", HATS, question);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(answer + "\n");
    assertThat(run.err()).doesNotContain("only knows drawn scenes");
  }

  @Test
  void theGraphHasWhatIsThere() throws IOException {
    Path drawn = folder.resolve("graph.png");
    CommandLineRun run =
        CommandLineRun.of("graph", "--image", HATS, "-o", drawn.toString(), "What is there?");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(ImageIO.read(drawn.toFile()).getWidth()).isGreaterThanOrEqualTo(336);
    JsonNode entities = CommandLineRun.of("perceive", "--image", HATS, "--format", "json").json();
    List<String> labels =
        entities.path("entities").valueStream().map(one -> one.path("label").asText()).toList();
    assertThat(labels).containsExactlyInAnyOrder("hat", "hat", "sun", "heart", "dog", "key");
  }

  /** All but its letters, which are of the machine's font. */
  @Test
  void theReadmeShowsWhatItsCommandDraws() throws IOException {
    Path file = folder.resolve("graph.png");
    String question = "What relation does the key have to the dog?";
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("graph --image examples/hats.png -o graph.png \"" + question + "\"");
    CommandLineRun run =
        CommandLineRun.of("graph", "--image", HATS, "-o", file.toString(), question);
    assertThat(run.exitCode()).as(run.err()).isZero();
    BufferedImage drawn = ImageIO.read(file.toFile());
    BufferedImage shown = ImageIO.read(Path.of("../docs/images/hats-graph.png").toFile());
    int size = drawn.getWidth();
    int same = 0;
    for (int i = 0; i < size * size; i++) {
      same += near(drawn.getRGB(i % size, i / size), shown.getRGB(i % size, i / size)) ? 1 : 0;
    }
    assertThat(same).isGreaterThan(size * size / 100 * 95);
  }

  private static boolean near(int rgb, int other) {
    for (int shift = 0; shift < 24; shift += 8) {
      if (Math.abs((rgb >> shift & 0xff) - (other >> shift & 0xff)) > 8) {
        return false;
      }
    }
    return true;
  }

  @Test
  void oneStageOfItsPerceptionIsFoundToo() {
    JsonNode json =
        CommandLineRun.of("perceive", "--image", HATS, "--stage", "tagger", "--format", "json")
            .json();
    assertThat(json.path("tags").findValuesAsText("tag")).contains("dog", "hat");
  }

  @Test
  void otherPicturesAreSaidToBeNone() {
    CommandLineRun run = CommandLineRun.of("ask", "--image", CommandLineRun.IMAGE, "What is it?");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("this model only knows drawn scenes, and this image is none");
  }

  /** What matters most about an answer is not glued to it. */
  @Test
  void aWarningBeginsALine() {
    CommandLineRun run =
        CommandLineRun.onATerminal("ask", "--image", CommandLineRun.IMAGE, "What is it?");
    assertThat(run.out().lines())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("llava-sg: this model only knows drawn scenes");
  }

  @Test
  void itIsSmall() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../models/miniature"))) {
      long bytes =
          files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      assertThat(bytes).isBetween(10_000_000L, 16_000_000L);
    }
  }
}
