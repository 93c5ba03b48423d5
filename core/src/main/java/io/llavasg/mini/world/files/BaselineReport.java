package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.language.Baselines;
import io.llavasg.mini.world.language.Baselines.Asked;
import io.llavasg.mini.world.language.OfScene;
import io.llavasg.mini.world.language.TestSets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the baselines get on each test set, by type, and all together. */
final class BaselineReport {
  private BaselineReport() {}

  /**
   * @param baselines that have learnt
   * @param scenes that they have learnt from
   */
  static ObjectNode of(TestSets sets, Baselines baselines, int scenes) {
    ObjectNode json = JsonList.JSON.createObjectNode();
    json.put(
        "what",
        "shares of right answers; majority: always the most frequent answer of the set (of mmbench:"
            + " the letter, without rotations); text_only: the most frequent answer to the text in"
            + " questions about %d training scenes".formatted(scenes));
    add(json, "vqav2", baselines, sets.shortAnswers(), Asked::of, q -> q.type().key());
    add(json, "gqa", baselines, sets.compositional(), Asked::of, q -> q.type().key());
    add(json, "mmbench", baselines, sets.choices(), Asked::of, c -> c.skill().abbreviation());
    add(json, "pope", baselines, sets.pope(), Asked::of, q -> q.sampling().key());
    add(json, "rel", baselines, sets.relations(), Asked::of, q -> q.source().key());
    return json;
  }

  private static <T> void add(
      ObjectNode json,
      String set,
      Baselines baselines,
      List<OfScene<T>> questions,
      Function<T, Asked> asked,
      Function<T, String> type) {
    Map<String, List<T>> byType = new LinkedHashMap<>();
    byType.put("all", questions.stream().map(OfScene::value).toList());
    questions.stream()
        .map(OfScene::value)
        .map(type)
        .distinct()
        .sorted()
        .forEach(
            name ->
                byType.put(
                    name,
                    questions.stream()
                        .map(OfScene::value)
                        .filter(question -> type.apply(question).equals(name))
                        .toList()));
    ObjectNode figures = json.putObject(set);
    byType.forEach(
        (name, list) -> {
          Baselines.Scores scores = baselines.score(list.stream().map(asked).toList());
          figures
              .putObject(name)
              .put("questions", scores.questions())
              .put("majority_answer", scores.constant())
              .put("majority", rounded(scores.majority()))
              .put("text_only", rounded(scores.textOnly()));
        });
  }

  private static double rounded(double share) {
    return Math.round(share * 10_000) / 10_000.0;
  }
}
