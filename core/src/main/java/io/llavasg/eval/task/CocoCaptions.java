package io.llavasg.eval.task;

import io.llavasg.eval.metric.Bleu;
import io.llavasg.eval.metric.CaptionScores;
import io.llavasg.eval.metric.Captions;
import io.llavasg.eval.metric.Cider;
import io.llavasg.eval.metric.RougeL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** COCO's captions (Chen and others 2015) of val2017: CIDEr, and BLEU and ROUGE-L beside it. */
final class CocoCaptions implements Task {
  private static final String PROMPT = "Provide a one-sentence caption for the provided image.";

  @Override
  public String name() {
    return "coco2017_cap_val";
  }

  @Override
  public String description() {
    return "COCO captions, val2017: CIDEr, BLEU-1 to 4, ROUGE-L";
  }

  @Override
  public List<String> splits() {
    return List.of("val");
  }

  @Override
  public List<String> files(String split) {
    return List.of(
        "captions_val2017.json or annotations/captions_val2017.json, and the images in val2017/",
        "val-*.parquet of lmms-lab-encoder/COCO-Caption2017");
  }

  @Override
  public int maxNewTokens() {
    return 64;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    Optional<Path> file = folder.file("captions_val2017.json", "annotations/captions_val2017.json");
    List<Path> parquet = file.isPresent() ? List.of() : folder.parquet(split);
    if (file.isPresent()) {
      official(folder, file.get(), items);
    } else if (!parquet.isEmpty()) {
      ParquetRows.visit(
          parquet,
          items.images(),
          problems,
          row ->
              items.add(
                  item(
                      imageId(row.text("question_id")), row.requiredImage(), row.texts("answer"))));
    } else {
      throw folder.missing(name(), split);
    }
    return items.build(this, split);
  }

  /** The hub's ids are names of image files, whose digits are COCO's id. */
  private static String imageId(String name) {
    String digits = name.replaceFirst("\\.[^.]*$", "").replaceFirst("^.*_", "");
    return digits.replaceFirst("^0+(?=.)", "");
  }

  private static void official(DataFolder folder, Path file, ItemSet.Builder items) {
    Map<String, List<String>> captions = new LinkedHashMap<>();
    JsonRows.list(
        file,
        "annotations",
        items.problems(),
        row ->
            captions
                .computeIfAbsent(row.text("image_id"), id -> new ArrayList<>())
                .add(row.text("caption")));
    ImageFolder images = folder.images("val2017", "images", "");
    JsonRows.list(
        file,
        "images",
        items.problems(),
        row -> {
          List<String> references = captions.getOrDefault(row.text("id"), List.of());
          if (references.isEmpty()) {
            items.problems().add("%s has no caption", row.where());
            return;
          }
          items.add(item(row.text("id"), images.image(row.text("file_name")), references));
        });
  }

  private static EvalItem item(String id, ImageSource image, List<String> captions) {
    return EvalItem.of(id, PROMPT, PROMPT, image, captions);
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    Captions captions =
        Captions.tokenize(
            answers.stream().map(one -> one.item().references()).toList(),
            answers.stream().map(Answered::answer).toList());
    CaptionScores cider = Cider.of(captions);
    List<Figure> figures = new ArrayList<>();
    figures.add(mean("CIDEr", cider, scoring));
    List<CaptionScores> bleu = Bleu.of(captions);
    for (int n = 0; n < bleu.size(); n++) {
      figures.add(
          new Figure(
              "", "BLEU-" + (n + 1), bleu.get(n).corpus(), answers.size(), Optional.empty()));
    }
    figures.add(mean("ROUGE-L", RougeL.of(captions), scoring));
    List<ItemScore> scores = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      scores.add(new ItemScore(answers.get(i).item(), cider.each().get(i)));
    }
    return new Scores(scores, figures);
  }

  private static Figure mean(String metric, CaptionScores scores, Scoring scoring) {
    double[] each = scores.each().stream().mapToDouble(Double::doubleValue).toArray();
    return new Figure(
        "", metric, scores.corpus(), each.length, Optional.of(scoring.bootstrap().mean(each)));
  }

  /** COCO's results format: a list of {@code {"image_id", "caption"}}. */
  @Override
  public Optional<Submission> submission() {
    return Optional.of(
        new JsonSubmission(
            "captions_val2017_llava-sg_results.json",
            (one, entry) ->
                JsonSubmission.putId(entry, "image_id", one.item().id())
                    .put("caption", one.answer())));
  }
}
