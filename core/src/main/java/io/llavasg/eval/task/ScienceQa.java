package io.llavasg.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.OptionLetter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ScienceQA (Lu and others 2022), the questions with an image: multiple choice, by subject. On the
 * hub the questions have no ids; their numbers in the file stand for them.
 */
final class ScienceQa implements Task {
  /** The whole set has rows without an image, which are passed over. */
  private static final Set<String> CONFIGURATIONS = Set.of("ScienceQA-IMG");

  @Override
  public String name() {
    return "scienceqa_img";
  }

  @Override
  public String description() {
    return "ScienceQA: school questions with an image, multiple choice; the option's letter";
  }

  @Override
  public List<String> splits() {
    return List.of("test", "val");
  }

  @Override
  public List<String> files(String split) {
    return List.of(
        "problems.json, pid_splits.json and the images as %1$s/ID/image.png or images/%1$s/ID/…"
            .formatted(split),
        "%s-*.parquet of lmms-lab-encoder/ScienceQA (ScienceQA-IMG) or derek-thomas/ScienceQA"
            .formatted(hubSplit(split)));
  }

  private static String hubSplit(String split) {
    return split.equals("val") ? "validation" : split;
  }

  @Override
  public int maxNewTokens() {
    return 16;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    Optional<Path> file = folder.file("problems.json");
    List<Path> parquet =
        file.isPresent()
            ? List.of()
            : folder.parquet("ScienceQA-IMG", CONFIGURATIONS, hubSplit(split));
    if (file.isPresent()) {
      official(folder, file.get(), split, items);
    } else if (!parquet.isEmpty()) {
      int[] number = {0};
      ParquetRows.visit(
          parquet,
          items.images(),
          problems,
          row -> {
            String id = String.valueOf(number[0]++);
            row.image().ifPresent(image -> items.add(item(id, row, image)));
          });
    } else {
      throw folder.missing(name(), split);
    }
    return items.build(this, split);
  }

  private void official(DataFolder folder, Path problems, String split, ItemSet.Builder items) {
    Path splits = folder.file("pid_splits.json").orElseThrow(() -> folder.missing(name(), split));
    Set<String> ids = new HashSet<>();
    for (JsonNode id : JsonRows.tree(splits).path(split)) {
      ids.add(id.asText());
    }
    ImageFolder images = folder.images(split, "images/" + split);
    JsonRows.entries(
        problems,
        items.problems(),
        (id, row) -> {
          Optional<String> image = row.optional("image").filter(name -> !name.isEmpty());
          if (ids.contains(id) && image.isPresent()) {
            items.add(item(id, row, images.image(id + "/" + image.get())));
          }
        });
  }

  private static EvalItem item(String id, DataRow row, ImageSource image) {
    String question = row.text("question");
    String hint = row.optional("hint").orElse("");
    var options = Letters.of(row.texts("choices"));
    int answer = row.integer("answer");
    if (answer < 0 || answer >= options.size()) {
      throw LlavaSgException.user(
          "%s: \"answer\" is %d of %d choices", row.where(), answer, options.size());
    }
    String prompt =
        (hint.isEmpty() ? "" : "Context: " + hint + "\n")
            + question
            + Letters.lines(options)
            + "\n"
            + Letters.PROMPT;
    return EvalItem.of(id, question, prompt, image, List.of(Letters.letter(answer)))
        .choosing(options)
        .in(row.optional("subject").orElse(""));
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    return Scores.ofMeans(
        "accuracy", ExactScore.of(answers, OptionLetter::matches), scoring.bootstrap());
  }
}
