package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.eval.metric.Captions;
import io.llavasg.eval.metric.Cider;
import io.llavasg.eval.metric.VqaAccuracy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our side of {@link ScoringBench}: a process that reads a file and scores it. */
final class ScoringRun {
  private ScoringRun() {}

  /** Scores what {@link ScoringData} wrote. */
  public static void main(String[] args) throws IOException {
    JsonNode data = Json.parse(Files.readString(Path.of(args[0])));
    ObjectNode scores = Json.object();
    if (!data.path("vqa").isEmpty()) {
      scores.put("vqa", vqa(data.path("vqa")));
    }
    if (!data.path("captions").isEmpty()) {
      scores.put("cider", cider(data.path("captions")));
    }
    System.out.println(scores);
  }

  private static double vqa(JsonNode questions) {
    return questions
        .valueStream()
        .mapToDouble(
            question ->
                VqaAccuracy.of(question.path("answer").asText(), texts(question.path("answers"))))
        .average()
        .orElse(0);
  }

  private static double cider(JsonNode images) {
    List<List<String>> references = new ArrayList<>();
    List<String> candidates = new ArrayList<>();
    for (JsonNode image : images) {
      references.add(texts(image.path("references")));
      candidates.add(image.path("caption").asText());
    }
    return Cider.of(Captions.tokenize(references, candidates)).corpus();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
