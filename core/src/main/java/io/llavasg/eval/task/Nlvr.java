package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.ExactMatch;
import io.llavasg.eval.metric.PairConsistency;
import io.llavasg.eval.metric.PairConsistency.Judgement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cornell's NLVR (Suhr and others 2017): is a statement true of a drawn scene of three boxes? Each
 * scene is shown six times, in all orders of its boxes. Accuracy, and consistency: the share of
 * statements that are judged rightly with all their pictures. The scene's structure gives entities
 * with masks, see {@link NlvrScene}.
 */
final class Nlvr implements Task {
  private static final String PROMPT =
      "\nIs this statement about the picture true or false?" + Vqav2.PROMPT;

  @Override
  public String name() {
    return "nlvr";
  }

  @Override
  public String description() {
    return "NLVR: is a statement true of a drawn scene? accuracy and consistency";
  }

  @Override
  public List<String> splits() {
    return List.of("dev", "test", "train");
  }

  @Override
  public List<String> files(String split) {
    return List.of("%1$s/%1$s.json and the images in %1$s/images/".formatted(split));
  }

  @Override
  public int maxNewTokens() {
    return 16;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    Path file =
        folder
            .file(split + "/" + split + ".json", split + ".json")
            .orElseThrow(() -> folder.missing(name(), split));
    ImageFolder images = folder.images(split + "/images", "images");
    JsonRows.lines(file, problems, row -> addPictures(row, split, images, items));
    return items.build(this, split);
  }

  private static void addPictures(
      DataRow row, String split, ImageFolder images, ItemSet.Builder items) {
    String statement = row.text("sentence");
    String label = row.text("label");
    if (!label.equals("true") && !label.equals("false")) {
      throw LlavaSgException.user("%s: its label is '%s'", row.where(), label);
    }
    NlvrScene scene = NlvrScene.parse(row);
    for (int order = 0; order < NlvrScene.ORDERS; order++) {
      String id = row.text("identifier") + "-" + order;
      String image = "%s/%s-%s.png".formatted(row.text("directory"), split, id);
      int shown = order;
      items.add(
          EvalItem.of(id, statement, statement + PROMPT, images.image(image), List.of(label))
              .with(() -> scene.entities(shown))
              .showing(row.text("identifier")));
    }
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    List<ItemScore> scores = ExactScore.of(answers, ExactMatch::of);
    AnswerGroups<String> statements = AnswerGroups.of(items, answers, EvalItem::question);
    List<Judgement> judgements = new ArrayList<>();
    statements
        .whole()
        .forEach(
            (statement, group) ->
                ExactScore.of(group, ExactMatch::of)
                    .forEach(one -> judgements.add(new Judgement(statement, one.score() == 1))));
    PairConsistency pairs = PairConsistency.of(judgements);
    return new Scores(
        scores,
        List.of(
            Scores.mean("", "accuracy", scores, scoring.bootstrap()),
            new Figure(
                "", "consistency", pairs.consistency(), pairs.statements(), Optional.empty())),
        statements.incomplete());
  }
}
