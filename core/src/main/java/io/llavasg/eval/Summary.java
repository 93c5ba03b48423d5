package io.llavasg.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.eval.task.Answered;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.Figure;
import io.llavasg.eval.task.ItemId;
import io.llavasg.eval.task.ItemScore;
import io.llavasg.eval.task.ItemSet;
import io.llavasg.eval.task.Problems;
import io.llavasg.eval.task.Scores;
import io.llavasg.eval.task.Scoring;
import io.llavasg.eval.task.Submission;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The result of a run: answers beside their items, scored where the right answers are known.
 *
 * @param items how many were to be answered
 * @param scores empty where the references are kept from the public, or nothing is answered
 */
public record Summary(ItemSet set, int items, List<Answered> answered, Optional<Scores> scores) {

  public Summary {
    answered = List.copyOf(answered);
  }

  /**
   * Scores answers.
   *
   * @param items those of the set that were to be answered
   */
  public static Summary of(
      ItemSet set, List<EvalItem> items, Map<ItemId, String> answers, Scoring scoring) {
    List<Answered> answered = new ArrayList<>();
    for (EvalItem item : items) {
      Optional.ofNullable(answers.get(item.id()))
          .ifPresent(answer -> answered.add(new Answered(item, answer)));
    }
    boolean scored = set.isScored() && !answered.isEmpty();
    return new Summary(
        set,
        items.size(),
        answered,
        scored ? Optional.of(set.task().score(items, answered, scoring)) : Optional.empty());
  }

  /** Items without an answer; figures are of the others. */
  public int missing() {
    return items - answered.size();
  }

  /** Questions with rotations, or statements, that only some of their items are answered of. */
  public int leftOut() {
    return scores.map(Scores::leftOut).orElse(0);
  }

  /** As {@code summary.json} has it, below what the caller knows of the run. */
  public ObjectNode toJson(ObjectNode configuration, Problems problems) {
    ObjectNode json = RunFolder.JSON.createObjectNode();
    json.put("task", set.task().name()).put("split", set.split());
    json.put("items_sha256", set.digest());
    json.set("configuration", configuration);
    json.put("items", items).put("answered", answered.size()).put("missing", missing());
    json.put("left_out", leftOut()).put("problems", problems.count());
    ArrayNode first = json.putArray("first_problems");
    problems.first().forEach(first::add);
    ArrayNode figures = json.putArray("figures");
    scores.stream()
        .flatMap(known -> known.figures().stream())
        .forEach(figure -> figures.add(toJson(figure)));
    return json;
  }

  private static ObjectNode toJson(Figure figure) {
    ObjectNode json = RunFolder.JSON.createObjectNode();
    json.put("category", figure.category()).put("metric", figure.metric());
    json.put("value", figure.value()).put("items", figure.items());
    figure
        .interval()
        .ifPresent(
            interval ->
                json.put("low", interval.low())
                    .put("high", interval.high())
                    .put("level", interval.level()));
    return json;
  }

  /**
   * Writes {@code summary.json}, {@code scores.jsonl}, and a submission if there is one and every
   * item of the split is answered.
   *
   * @return the files
   */
  public List<Path> write(RunFolder folder, ObjectNode summary) {
    List<Path> written = new ArrayList<>();
    written.add(folder.write(RunFolder.SUMMARY, summary));
    if (scores.isPresent()) {
      List<ItemScore> items = scores.get().items();
      written.add(folder.write(RunFolder.SCORES, part -> writeScores(items, part)));
    } else {
      folder.delete(RunFolder.SCORES);
    }
    Optional<Submission> submission = set.task().submission();
    if (submission.isPresent() && isWhole()) {
      written.add(
          folder.write(
              submission.get().fileName(), part -> submission.get().write(answered, part)));
    }
    return written;
  }

  /** Whether a server would score the answers, but not all items of the split have one. */
  public boolean lacksSubmission() {
    return !set.isScored() && set.task().submission().isPresent() && !isWhole();
  }

  private boolean isWhole() {
    return answered.size() == set.items().size();
  }

  private static void writeScores(List<ItemScore> scores, Path file) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (ItemScore score : scores) {
        ObjectNode line = RunFolder.JSON.createObjectNode().put("id", score.id().toString());
        line.put("category", score.category()).put("score", score.score());
        line.put("scene", score.scene());
        writer.write(line + "\n");
      }
    }
  }

  /** The answers that are wrong, in the order of the items. */
  public List<Answered> wrong() {
    Set<ItemId> wrong =
        scores.stream()
            .flatMap(one -> one.items().stream())
            .filter(one -> one.score() == 0)
            .map(ItemScore::shown)
            .collect(Collectors.toSet());
    return answered.stream().filter(one -> wrong.contains(one.item().id())).toList();
  }
}
