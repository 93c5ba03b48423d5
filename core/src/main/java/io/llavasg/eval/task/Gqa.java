package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.ExactMatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * GQA (Hudson and Manning 2019): compositional questions about Visual Genome's photos; exact match,
 * by the structural type of the question.
 */
final class Gqa implements Task {

  @Override
  public String name() {
    return "gqa";
  }

  @Override
  public String description() {
    return "GQA: compositional questions about photos; exact match";
  }

  @Override
  public List<String> splits() {
    return List.of("testdev", "val");
  }

  @Override
  public List<String> files(String split) {
    return List.of(
        split + "_balanced_questions.json and the images in images/",
        "questions.json, or parts of it in question_dir/, and the images in images/",
        "%1$s_balanced_instructions/%1$s-*.parquet and %1$s_balanced_images/%1$s-*.parquet of"
                .formatted(split)
            + " lmms-lab-encoder/GQA");
  }

  @Override
  public int maxNewTokens() {
    return 16;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    List<Path> questions = new ArrayList<>();
    folder.file(split + "_balanced_questions.json", "questions.json").ifPresent(questions::add);
    if (questions.isEmpty()) {
      questions.addAll(folder.filesEnding("question_dir", ".json"));
    }
    if (questions.isEmpty()) {
      readHub(folder, split, items);
    }
    ImageFolder photos = folder.images("images", "");
    for (Path file : questions) {
      JsonRows.entries(
          file,
          problems,
          (id, row) -> items.add(item(id, row, photos.image(row.text("imageId") + ".jpg"))));
    }
    return items.build(this, split);
  }

  /** An image among those of the hub's files. */
  private record Placed(int place, ImageSource image) {}

  /** The hub keeps questions and images apart. Items come by image, so that each is read once. */
  private void readHub(DataFolder folder, String split, ItemSet.Builder items) {
    String asked = split + "_balanced_instructions";
    String shown = split + "_balanced_images";
    List<Path> instructions = folder.parquet(asked, Set.of(asked, shown), split);
    List<Path> files = folder.parquet(shown, Set.of(asked, shown), split);
    if (instructions.isEmpty() || files.isEmpty() || files.equals(instructions)) {
      throw folder.missing(name(), split);
    }
    readHub(instructions, files, items);
  }

  private static void readHub(List<Path> instructions, List<Path> files, ItemSet.Builder items) {
    Map<String, Placed> images = new HashMap<>();
    ParquetRows.visit(
        files,
        items.images(),
        items.problems(),
        row -> images.put(row.text("id"), new Placed(images.size(), row.requiredImage())));
    record Asked(int place, EvalItem item) {}
    List<Asked> asked = new ArrayList<>();
    ParquetRows.visit(
        instructions,
        items.images(),
        items.problems(),
        row -> {
          Placed image =
              Optional.ofNullable(images.get(row.text("imageId")))
                  .orElseThrow(
                      () -> LlavaSgException.user("%s: its image is not there", row.where()));
          asked.add(new Asked(image.place(), item(row.text("id"), row, image.image())));
        });
    asked.sort(Comparator.comparingInt(Asked::place));
    asked.forEach(one -> items.add(one.item()));
  }

  private static EvalItem item(String id, DataRow row, ImageSource image) {
    String question = row.text("question");
    return EvalItem.of(id, question, question + Vqav2.PROMPT, image, List.of(row.text("answer")))
        .in(row.fields().path("types").path("structural").asText());
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    return Scores.ofMeans("accuracy", ExactScore.of(answers, ExactMatch::of), scoring.bootstrap());
  }
}
