package io.llavasg.app;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.generate.Answer;
import io.llavasg.generate.Timings;
import io.llavasg.graph.SceneGraphJson;

/** Answers as JSON objects. */
final class AnswerJson {
  /** Refuses what stands behind a value. */
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private AnswerJson() {}

  /**
   * @param loadMillis how long the model took to load
   * @param perceptionMillis how long it took to find the entities; 0 where they were given
   */
  static ObjectNode of(Answer answer, double loadMillis, double perceptionMillis) {
    ObjectNode json = JSON.createObjectNode();
    json.put("answer", answer.text());
    ArrayNode ids = json.putArray("token_ids");
    for (int id : answer.tokenIds()) {
      ids.add(id);
    }
    json.put("prompt_tokens", answer.promptTokens());
    ArrayNode candidates = json.putArray("first_logits_top5");
    for (Answer.Scored scored : answer.firstCandidates(5)) {
      candidates.addArray().add(scored.id()).add(scored.logit());
    }
    if (answer.sceneGraph().isPresent()) {
      json.set("scene_graph", SceneGraphJson.toJson(answer.sceneGraph().get()));
    } else {
      json.putNull("scene_graph");
    }
    ArrayNode warnings = json.putArray("warnings");
    answer.warnings().forEach(warnings::add);
    json.set("timings_ms", timings(answer.timings(), loadMillis, perceptionMillis));
    return json;
  }

  private static ObjectNode timings(Timings timings, double loadMillis, double perceptionMillis) {
    ObjectNode json = JSON.createObjectNode();
    json.put("load", rounded(loadMillis));
    json.put("perception", rounded(perceptionMillis));
    json.put("vision", rounded(timings.vision()));
    json.put("graph", rounded(timings.graph()));
    json.put("prefill", rounded(timings.prefill()));
    json.put("decode", rounded(timings.decode()));
    return json;
  }

  private static double rounded(double millis) {
    return Math.round(millis * 100) / 100.0;
  }
}
