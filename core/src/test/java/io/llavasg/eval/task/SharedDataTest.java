package io.llavasg.eval.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Excerpts of the published files themselves, where they are at hand. */
class SharedDataTest {
  private static ItemSet read(String task, Path data) {
    return Task.named(task)
        .read(
            data,
            Task.named(task).splits().getFirst(),
            new Problems(Problems.Handling.STOP, text -> {}));
  }

  /** A file or folder of the data beside this checkout; without it, the test is left out. */
  static Path shared(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path path = at.resolve("shared/data").resolve(name);
      if (Files.exists(path)) {
        return path;
      }
    }
    return Assumptions.abort("the published files are not here");
  }

  @Test
  void vqav2Loads() {
    try (ItemSet set = read("vqav2", shared("vqa-fixtures/vqav2"))) {
      assertThat(set.items()).hasSize(3);
      EvalItem first = set.items().getFirst();
      assertThat(first.references()).hasSize(10).startsWith("net", "net", "net", "netting");
      assertDecodes(first);
    }
  }

  /** One file of questions, or a folder with parts of them. */
  @Test
  void gqaLoads(@TempDir Path folder) throws IOException {
    Path published = shared("vqa-fixtures/gqa");
    try (ItemSet set = read("gqa", published)) {
      EvalItem first = set.items().getFirst();
      assertThat(first.question()).isEqualTo("What is hanging above the chalkboard?");
      assertThat(first.reference()).isEqualTo("picture");
      assertDecodes(first);
    }
    Files.createSymbolicLink(folder.resolve("question_dir"), published.resolve("question_dir"));
    Files.createSymbolicLink(folder.resolve("images"), published.resolve("images"));
    try (ItemSet set = read("gqa", folder)) {
      assertThat(set.items()).hasSizeGreaterThan(1);
      set.items().forEach(SharedDataTest::assertDecodes);
    }
  }

  @Test
  void popeLoadsAndIsCounted(@TempDir Path folder) throws IOException {
    Path file = shared("pope/coco_pope_popular.json");
    Files.copy(file, folder.resolve("coco_pope_popular.json"));
    try (ItemSet set = read("pope", folder)) {
      List<EvalItem> items = set.items();
      assertThat(items).hasSize(Files.readAllLines(file).size());
      long yes = items.stream().filter(item -> item.reference().equals("yes")).count();
      // Always "yes": accuracy and precision are the share of that label, recall is 1.
      List<Answered> answers = items.stream().map(item -> new Answered(item, "Yes")).toList();
      Scores scores = set.task().score(items, answers, Scoring.OFFLINE);
      double share = (double) yes / items.size();
      assertThat(scores.figures().stream().limit(5).mapToDouble(Figure::value).toArray())
          .containsExactly(share, share, 1, 2 * share / (1 + share), 1);
      // Every second answer is "yes", as the labels are in turn.
      List<Answered> inTurn =
          IntStream.range(0, items.size())
              .mapToObj(i -> new Answered(items.get(i), i % 2 == 0 ? "yes" : "no"))
              .toList();
      assertThat(set.task().score(items, inTurn, Scoring.OFFLINE).main().value()).isEqualTo(1);
    }
  }

  /** COCO's own photos under the names that POPE's and COCO's files give them. */
  @Test
  void photosDecode() throws IOException {
    Path folder = shared("coco128/images");
    ImageFolder images = new ImageFolder(List.of(folder));
    ImageSource image = images.image("000000000139.jpg");
    assertThat(ImageFile.decode(image.bytes(), image.name(), Orientation.IGNORE_EXIF).width())
        .isGreaterThan(100);
  }

  private static void assertDecodes(EvalItem item) {
    assertThat(
            ImageFile.decode(item.image().bytes(), item.image().name(), Orientation.IGNORE_EXIF)
                .width())
        .isGreaterThan(100);
  }
}
