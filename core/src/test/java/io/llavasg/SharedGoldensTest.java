package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** As {@link LlavaSgTest}, for the goldens that may lie beside the checkout. */
@EnabledIf("arePresent")
class SharedGoldensTest {

  private static final Pattern LATER_TURN =
      Pattern.compile(" (.*?)</s>USER: (.*?) ASSISTANT:", Pattern.DOTALL);

  private static Optional<Path> goldens() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared/goldens"))
        .filter(Files::isDirectory)
        .findFirst();
  }

  static boolean arePresent() {
    return goldens().isPresent();
  }

  @Test
  void llavaSgAnswersAsTheReferenceDoes() {
    assertThat(answerAll("llava-sg-a")).isEqualTo(9);
  }

  @Test
  void llavaAnswersAsTheReferenceDoes() {
    assertThat(answerAll("llava-a")).isEqualTo(2);
  }

  private static int answerAll(String name) {
    Path folder = goldens().orElseThrow().resolve(name);
    List<ExpectedCase> cases = cases(folder);
    try (LlavaSg model = LlavaSg.load(folder, ExpectedCase.OPTIONS)) {
      for (ExpectedCase expected : cases) {
        expected.assertAnswered(model.ask(expected.question()));
      }
    }
    return cases.size();
  }

  /** The same facts as in the project's own fixtures, under their names. */
  private static List<ExpectedCase> cases(Path folder) {
    JsonNode root = ExpectedCase.tree(folder);
    List<ExpectedCase> cases = new ArrayList<>();
    for (JsonNode result : root.path("results")) {
      ObjectNode json = result.deepCopy();
      json.set("image", root.path("image"));
      if (!json.has("mode")) {
        json.put("mode", "baseline");
        json.put("prompt_token_count", json.path("input_ids").size());
        json.set("first_logits_top5", json.path("last_logits_top5"));
      }
      ArrayNode turns = json.putArray("turns");
      Matcher turn = LATER_TURN.matcher(json.path("later_turns").asText());
      while (turn.find()) {
        turns.addObject().put("answer", turn.group(1)).put("question", turn.group(2));
      }
      cases.add(new ExpectedCase(folder, json));
    }
    if (Files.exists(folder.resolve("expected-trace.safetensors"))) {
      ((ObjectNode) cases.get(1).json()).put("trace", "expected-trace.safetensors");
    }
    return cases;
  }
}
