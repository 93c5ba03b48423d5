package io.llavasg.eval.task;

import io.llavasg.eval.metric.VqaAccuracy;
import io.llavasg.eval.metric.VqaNormalizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * VQAv2 (Goyal and others 2017): soft accuracy beside ten annotators, by the type of the answer.
 * The official files, or those of the hub.
 */
final class Vqav2 implements Task {
  static final String PROMPT = "\nAnswer the question using a single word or phrase.";

  private static final Map<String, String> YEARS =
      Map.of("val", "val2014", "test", "test2015", "testdev", "test-dev2015");

  @Override
  public String name() {
    return "vqav2";
  }

  @Override
  public String description() {
    return "VQAv2: short answers about photos; soft accuracy, a submission file for the test splits";
  }

  @Override
  public List<String> splits() {
    return List.of("val", "testdev", "test");
  }

  @Override
  public List<String> files(String split) {
    String year = YEARS.getOrDefault(split, split);
    String annotations = split.equals("val") ? ", v2_mscoco_val2014_annotations.json" : "";
    return List.of(
        "v2_OpenEnded_mscoco_%s_questions.json%s and the images in %s/"
            .formatted(year, annotations, year.replace("-dev", "")),
        "questions.json, annotations.json and the images in images/, in the same formats",
        "%s-*.parquet of lmms-lab-encoder/VQAv2".formatted(hubSplit(split)));
  }

  private static String hubSplit(String split) {
    return split.equals("val") ? "validation" : split;
  }

  @Override
  public boolean hasReferences(String split) {
    return split.equals("val");
  }

  @Override
  public int maxNewTokens() {
    return 16;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    String year = YEARS.getOrDefault(split, split);
    Optional<Path> questions =
        folder.file("v2_OpenEnded_mscoco_%s_questions.json".formatted(year), "questions.json");
    List<Path> parquet = questions.isPresent() ? List.of() : folder.parquet(hubSplit(split));
    if (questions.isPresent()) {
      official(folder, questions.get(), year, items);
    } else if (!parquet.isEmpty()) {
      ParquetRows.visit(
          parquet,
          items.images(),
          problems,
          row -> {
            EvalItem item = item(row, row.requiredImage(), row.texts("answers", "answer"));
            String scene = row.optional("image_id").orElse(item.scene());
            items.add(item.in(row.optional("answer_type").orElse("")).showing(scene));
          });
    } else {
      throw folder.missing(name(), split);
    }
    return items.build(this, split);
  }

  /** The annotators' answers to a question. */
  private record Annotation(List<String> answers, String type) {
    static final Annotation NONE = new Annotation(List.of(), "");
  }

  private static void official(
      DataFolder folder, Path questions, String year, ItemSet.Builder items) {
    Map<String, Annotation> annotations = new HashMap<>();
    Optional<Path> file =
        folder.file("v2_mscoco_%s_annotations.json".formatted(year), "annotations.json");
    if (file.isPresent()) {
      JsonRows.list(
          file.get(),
          "annotations",
          items.problems(),
          row ->
              annotations.put(
                  row.text("question_id"),
                  new Annotation(
                      row.texts("answers", "answer").stream().map(String::intern).toList(),
                      row.optional("answer_type").orElse(""))));
    } else if (year.startsWith("val")) {
      throw folder.missing("vqav2 annotations", "val");
    }
    String prefix = "COCO_" + dataSubtype(questions).orElse(year.replace("-dev", "")) + "_";
    ImageFolder images = folder.images(year.replace("-dev", ""), "images", "");
    JsonRows.list(
        questions,
        "questions",
        items.problems(),
        row -> {
          Annotation found = annotations.getOrDefault(row.text("question_id"), Annotation.NONE);
          if (file.isPresent() && found.answers().isEmpty()) {
            items.problems().add("%s has no annotation", row.where());
            return;
          }
          ImageSource image =
              images.image("%s%012d.jpg".formatted(prefix, row.integer("image_id")));
          items.add(item(row, image, found.answers()).in(found.type()));
        });
  }

  /** Which of COCO's folders the images come from is part of their names. */
  private static Optional<String> dataSubtype(Path questions) {
    return JsonRows.head(questions, "data_subtype").map(subtype -> subtype.replace("-dev", ""));
  }

  private static EvalItem item(DataRow row, ImageSource image, List<String> answers) {
    String question = row.text("question");
    return EvalItem.of(row.text("question_id"), question, question + PROMPT, image, answers);
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    List<ItemScore> scores =
        answers.parallelStream()
            .map(
                one ->
                    new ItemScore(
                        one.item(), VqaAccuracy.of(one.answer(), one.item().references())))
            .toList();
    return Scores.ofMeans("accuracy", scores, scoring.bootstrap());
  }

  /**
   * A list of {@code {"question_id", "answer"}}, normalised, as the challenge's server takes it.
   */
  @Override
  public Optional<Submission> submission() {
    return Optional.of(
        new JsonSubmission(
            "vqav2-submission.json",
            (one, entry) ->
                JsonSubmission.putId(entry, "question_id", one.item().id())
                    .put("answer", VqaNormalizer.normalize(one.answer()))));
  }
}
