package io.llavasg.eval.task;

import io.llavasg.eval.metric.PopeFigures;
import io.llavasg.eval.metric.YesNo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * POPE (Li and others 2023): is a thing in the photo, yes or no? Three ways of choosing things that
 * are not there make three categories, of which those whose files are there are used. An id is
 * unique within its category only.
 */
final class Pope implements Task {
  private static final List<String> CATEGORIES = List.of("random", "popular", "adversarial");

  @Override
  public String name() {
    return "pope";
  }

  @Override
  public String description() {
    return "POPE: is a thing in the photo? accuracy, precision, recall, F1 and yes-ratio";
  }

  @Override
  public List<String> splits() {
    return List.of("test");
  }

  @Override
  public List<String> files(String split) {
    return List.of(
        "any of coco_pope_random.json, coco_pope_popular.json and coco_pope_adversarial.json, and"
            + " the images in val2014/",
        "test-*.parquet of lmms-lab-encoder/POPE, or its Full/ with a file for each category");
  }

  @Override
  public int maxNewTokens() {
    return 128;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    ImageFolder images = folder.images("val2014", "images", "");
    boolean found = false;
    for (String category : CATEGORIES) {
      Optional<Path> file = folder.file("coco_pope_%s.json".formatted(category));
      if (file.isPresent()) {
        found = true;
        JsonRows.lines(
            file.get(),
            problems,
            row ->
                items.add(
                    item(
                        category,
                        row,
                        row.text("text"),
                        row.text("label"),
                        images.image(row.text("image")))));
      }
    }
    if (!found) {
      readHub(folder, split, items);
    }
    return items.build(this, split);
  }

  private void readHub(DataFolder folder, String split, ItemSet.Builder items) {
    List<Path> files = new ArrayList<>(folder.parquet(split));
    if (files.isEmpty()) {
      CATEGORIES.forEach(
          category -> files.addAll(folder.parquet("Full", Set.of("Full"), category)));
    }
    if (files.isEmpty()) {
      throw folder.missing(name(), split);
    }
    ParquetRows.visit(
        files,
        items.images(),
        items.problems(),
        row -> {
          EvalItem item =
              item(
                  row.text("category").toLowerCase(Locale.ROOT),
                  row,
                  row.text("question"),
                  row.text("answer"),
                  row.requiredImage());
          items.add(item.showing(row.optional("image_source").orElse(item.scene())));
        });
  }

  private static EvalItem item(
      String category, DataRow row, String text, String label, ImageSource image) {
    String question = text.strip();
    String known = new YesNo("", label).label();
    return EvalItem.of(
            row.text("question_id"), question, question + Vqav2.PROMPT, image, List.of(known))
        .named(new ItemId(category, row.text("question_id")))
        .in(category);
  }

  /**
   * The first of each category in turn, about the same photos, as the files have it. Each round
   * begins with another one, so that a shard has all of them, too.
   */
  @Override
  public List<EvalItem> first(List<EvalItem> items, int count) {
    List<List<EvalItem>> categories =
        List.copyOf(
            items.stream()
                .collect(
                    Collectors.groupingBy(
                        EvalItem::category, LinkedHashMap::new, Collectors.toList()))
                .values());
    int turns = categories.size();
    int longest = categories.stream().mapToInt(List::size).max().orElse(0);
    return IntStream.range(0, longest)
        .boxed()
        .flatMap(
            i ->
                IntStream.range(0, turns)
                    .mapToObj(turn -> categories.get((i + turn) % turns))
                    .filter(all -> i < all.size())
                    .map(all -> all.get(i)))
        .limit(count)
        .toList();
  }

  private static YesNo pair(Answered one) {
    return new YesNo(one.answer(), one.item().reference());
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    List<ItemScore> scores =
        ExactScore.of(answers, (answer, label) -> new YesNo(answer, label).isRight());
    List<Figure> figures = new ArrayList<>();
    figures.add(Scores.mean("", "accuracy", scores, scoring.bootstrap()));
    figures.addAll(others("", answers));
    TreeMap<String, List<Answered>> categories =
        answers.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.item().category(), TreeMap::new, Collectors.toList()));
    List<Figure> accuracies = Scores.byCategory("accuracy", scores, scoring.bootstrap());
    for (Figure accuracy : accuracies) {
      figures.add(accuracy);
      figures.addAll(
          others(accuracy.category(), categories.getOrDefault(accuracy.category(), List.of())));
    }
    return new Scores(scores, figures);
  }

  private static List<Figure> others(String category, List<Answered> answers) {
    PopeFigures pope = PopeFigures.of(answers.stream().map(Pope::pair).toList());
    return List.of(
        figure(category, "precision", pope.precision(), pope),
        figure(category, "recall", pope.recall(), pope),
        figure(category, "f1", pope.f1(), pope),
        figure(category, "yes-ratio", pope.yesRatio(), pope));
  }

  private static Figure figure(String category, String metric, double value, PopeFigures pope) {
    return new Figure(category, metric, value, pope.questions(), Optional.empty());
  }
}
