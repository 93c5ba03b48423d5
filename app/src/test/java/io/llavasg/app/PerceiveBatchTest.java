package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import io.llavasg.graph.Box;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Mask;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Detection;
import io.llavasg.perception.Detector;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.Segment;
import io.llavasg.perception.Segmenter;
import io.llavasg.perception.Stage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many images, with stages that see one thing in every image: its whole. */
class PerceiveBatchTest {
  @TempDir private Path folder;
  private final List<Integer> widthsSeen = new CopyOnWriteArrayList<>();
  private final StringWriter err = new StringWriter();

  private PerceptionPipeline pipeline() {
    Detector detector =
        (image, labels) -> {
          widthsSeen.add(image.width());
          if (image.width() == 99) {
            throw new IllegalStateException("stopped at the image of 99 pixels");
          }
          if (image.width() == 98) {
            throw LlavaSgException.resources("no memory for the image of 98 pixels");
          }
          Box all = new Box(0, 0, image.width(), image.height());
          return List.of(new Detection(labels.getFirst(), .5, all));
        };
    return new PerceptionPipeline(
        Stage.missing("no tagger"),
        Stage.of("whole", () -> detector),
        Stage.of("whole", () -> (Segmenter) PerceiveBatchTest::whole),
        PerceptionConfig.DEFAULT.withTags(List.of("picture")));
  }

  private static List<Segment> whole(RgbImage image, List<Box> boxes) {
    Mask all = Mask.ofCounts(image.width(), image.height(), 0, image.width() * image.height());
    return boxes.stream().map(box -> new Segment(all, 1)).toList();
  }

  private Path picture(int width) throws IOException {
    Path file = folder.resolve(width + ".png");
    try (var stream = Files.newOutputStream(file)) {
      ImageIO.write(new BufferedImage(width, 3, BufferedImage.TYPE_INT_RGB), "png", stream);
    }
    return file;
  }

  /** A batch of images as wide as they are numbered. */
  private Path batchOf(int... widths) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int width : widths) {
      picture(width);
      lines.add("{\"id\": \"i%d\", \"image\": \"%d.png\"}".formatted(width, width));
    }
    return Files.write(folder.resolve("images.jsonl"), lines);
  }

  private PerceiveBatch.Summary run(Path file, Shard shard, int batchSize) {
    try (PerceptionPipeline pipeline = pipeline()) {
      return new PerceiveBatch(new BatchFile(file), folder.resolve("out"), shard, batchSize)
          .run(pipeline, new PrintWriter(err, true));
    }
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void everyImageGetsALineAndAnEntry() throws IOException {
    PerceiveBatch.Summary done = run(batchOf(1, 2, 3, 4, 5), Shard.ALL, 2);
    assertThat(done.images()).isEqualTo(5);
    assertThat(done.perceived()).isEqualTo(5);
    assertThat(widthsSeen).containsExactly(1, 2, 3, 4, 5);
    assertThat(done.results()).isEqualTo(folder.resolve("out/results.jsonl"));
    List<JsonNode> lines = lines(done.results());
    assertThat(lines).hasSize(5);
    for (int i = 0; i < 5; i++) {
      JsonNode line = lines.get(i);
      assertThat(line.get("id").asText()).isEqualTo("i" + (i + 1));
      assertThat(line.get("count").asInt()).isEqualTo(1);
      assertThat(Path.of(line.get("image").asText())).isAbsolute().exists();
      Path entry = folder.resolve("out").resolve(line.get("entities").asText());
      assertThat(EntitiesFile.read(entry, i + 1, 3).list().getFirst().mask().area())
          .isEqualTo(3 * (i + 1));
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aBatchIsResumed() throws IOException {
    run(batchOf(1, 2, 3), Shard.ALL, 2);
    widthsSeen.clear();
    PerceiveBatch.Summary done = run(batchOf(1, 2, 3, 4, 5), Shard.ALL, 2);
    assertThat(widthsSeen).containsExactly(4, 5);
    assertThat(done.cached()).isEqualTo(3);
    assertThat(done.perceived()).isEqualTo(2);
    assertThat(lines(done.results())).hasSize(5);
    widthsSeen.clear();
    Path entry =
        folder.resolve("out").resolve(lines(done.results()).get(1).get("entities").asText());
    Files.writeString(entry, Files.readString(entry).substring(0, 40));
    assertThat(run(batchOf(1, 2, 3, 4, 5), Shard.ALL, 8).perceived()).isEqualTo(1);
    assertThat(widthsSeen).containsExactly(2);
    assertThat(err.toString()).contains("cut short");
  }

  @Test
  void shardsTogetherAreTheWholeAndDoNotOverlap() throws IOException {
    Path file = batchOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    for (int count : new int[] {1, 2, 3, 12}) {
      Set<String> ids = new HashSet<>();
      int lines = 0;
      for (int i = 0; i < count; i++) {
        Path results = run(file, new Shard(i, count), 4).results();
        for (JsonNode line : lines(results)) {
          ids.add(line.get("id").asText());
          lines++;
        }
      }
      assertThat(ids).hasSize(10);
      assertThat(lines).isEqualTo(10);
    }
    assertThat(widthsSeen).hasSize(10);
    assertThat(Shard.parse("3/3")).isEqualTo(Shard.parse("0/3"));
    assertThatThrownBy(() -> Shard.parse("4/3")).hasMessageContaining("i from 0 to n - 1");
    assertThatThrownBy(() -> Shard.parse("1/0")).hasMessageContaining("1/0");
    assertThatThrownBy(() -> Shard.parse("half")).hasMessageContaining("'half'");
  }

  @Test
  void badImagesAreToldAndCountedAndTheOthersGoOn() throws IOException {
    picture(4);
    picture(5);
    picture(99);
    Files.writeString(folder.resolve("broken.png"), "no picture");
    Path file =
        Files.write(
            folder.resolve("bad.jsonl"),
            List.of(
                "{\"image\": \"4.png\", \"question\": \"What?\"}",
                "{\"image\": \"broken.png\", \"id\": 7}",
                "",
                "{\"image\": \"nowhere.png\"}",
                "{\"image\": 3}",
                "not json",
                "{\"image\": \"99.png\"}",
                "{\"image\": \"5.png\"}"));
    PerceiveBatch.Summary done = run(file, Shard.ALL, 8);
    assertThat(done.perceived()).isEqualTo(2);
    assertThat(done.failed()).isEqualTo(5);
    List<JsonNode> lines = lines(done.results());
    assertThat(lines.stream().map(line -> line.has("error")))
        .containsExactly(false, true, true, true, true, true, false);
    assertThat(lines.stream().map(line -> line.get("id").asInt()))
        .containsExactly(1, 7, 4, 5, 6, 7, 8);
    assertThat(lines.getFirst().get("question").asText()).isEqualTo("What?");
    assertThat(err.toString().lines())
        .hasSize(5)
        .allMatch(line -> line.startsWith("llava-sg: image"));
    assertThat(err.toString()).contains("stopped at the image of 99 pixels");
  }

  @Test
  void resultsAreABatchThemselves() throws IOException {
    Files.writeString(folder.resolve("later.png"), "no picture yet");
    Path batch = batchOf(1, 2);
    Files.writeString(batch, "{\"image\": \"later.png\"}\n", StandardOpenOption.APPEND);
    Path results = run(batch, Shard.ALL, 2).results();
    List<JsonNode> first = lines(results);
    assertThat(first.getLast().has("error")).isTrue();
    Files.delete(folder.resolve("2.png"));
    Files.copy(picture(3), folder.resolve("later.png"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(run(results, Shard.ALL, 2).images()).isEqualTo(3);
    List<JsonNode> again = lines(results);
    assertThat(again).hasSize(3);
    assertThat(again.getFirst()).isEqualTo(first.getFirst());
    assertThat(again.get(1).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("id", "image", "error");
    assertThat(again.get(2).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("id", "image", "entities", "count");
  }

  @Test
  void aRunThatEndsEarlyLeavesTheResultsOfTheOneBefore() throws IOException {
    Path results = run(batchOf(1, 2), Shard.ALL, 1).results();
    String before = Files.readString(results);
    Path longer = batchOf(1, 2, 3, 98, 4);
    assertThatThrownBy(() -> run(longer, Shard.ALL, 1)).hasMessageContaining("98 pixels");
    assertThat(results).hasContent(before.strip());
    assertThat(folder.resolve("out").toFile().list((out, name) -> name.startsWith("."))).isEmpty();
    widthsSeen.clear();
    run(batchOf(1, 2, 3, 4), Shard.ALL, 1);
    assertThat(widthsSeen).containsExactly(4);
    assertThat(lines(results)).hasSize(4);
  }

  /** Each writes results of its own; those of the last to end stay, whole. */
  @Test
  void twoRunsInOneFolderDoNotMixTheirResults() throws Exception {
    int[] widths = IntStream.rangeClosed(1, 60).toArray();
    Path batch = batchOf(widths);
    Path half = Files.write(folder.resolve("half.jsonl"), Files.readAllLines(batch).subList(0, 30));
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<PerceiveBatch.Summary>> runs = new ArrayList<>();
      for (Path file : List.of(batch, half)) {
        runs.add(threads.submit(() -> run(file, Shard.ALL, 1)));
      }
      for (Future<PerceiveBatch.Summary> one : runs) {
        assertThat(one.get().failed()).isZero();
      }
      List<JsonNode> lines = lines(runs.getFirst().get().results());
      assertThat(lines.size()).isIn(30, 60);
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i).get("id").asText()).isEqualTo("i" + (i + 1));
      }
    }
  }

  @Test
  void aLineWithAnOddPathOrMoreThanAnObjectFailsAlone() throws IOException {
    picture(4);
    Path file =
        Files.write(
            folder.resolve("odd.jsonl"),
            List.of(
                "\uFEFF{\"image\": \"4.png\"}",
                "{\"image\": \"a\\u0000b.png\"}",
                "{\"image\": \"4.png\"} {\"image\": \"5.png\"}",
                "{\"image\": \"4.png\"}"));
    PerceiveBatch.Summary done = run(file, Shard.ALL, 8);
    assertThat(done.failed()).isEqualTo(2);
    List<JsonNode> lines = lines(done.results());
    assertThat(lines.stream().map(line -> line.has("error")))
        .containsExactly(false, true, true, false);
    assertThat(lines.get(1).get("error").asText())
        .startsWith("image is \"a\\u0000b.png\", which is no path here");
    assertThat(lines.get(2).get("error").asText()).startsWith("line 3 is not valid JSON");
  }

  @Test
  void aPlaceForResultsThatIsNone() throws IOException {
    Path batch = batchOf(1);
    Files.createDirectories(folder.resolve("out/results.jsonl"));
    assertThatThrownBy(() -> run(batch, Shard.ALL, 8)).hasMessageContaining("it is a folder");
    assertThat(widthsSeen).isEmpty();
  }

  @Test
  void paceSkipsWhatTookNoTime() {
    assertThat(new Pace(110, 100, 1110, 5).describe("images"))
        .isEqualTo("2.00 images/s, 8 min 20 s left");
    assertThat(new Pace(3000, 0, 1_003_000, 60).describe("images"))
        .isEqualTo("50 images/s, 5 h 33 min left");
    assertThat(new Pace(5, 5, 9, 1).describe("images")).isEmpty();
  }
}
