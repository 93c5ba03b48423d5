package io.llavasg.eval.metric;

import static io.llavasg.eval.metric.Golden.EXACTLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class VqaAccuracyTest {

  @Test
  void agreesWithTheHarness() {
    JsonNode cases = Golden.cases("vqa");
    assertThat(cases).hasSizeGreaterThan(400);
    for (JsonNode entry : cases) {
      String answer = entry.path("answer").textValue();
      assertThat(VqaNormalizer.normalize(answer))
          .as("'%s'", answer)
          .isEqualTo(entry.path("normalized").textValue());
      assertThat(VqaAccuracy.of(answer, Golden.strings(entry.path("annotators"))))
          .as("'%s'", answer)
          .isCloseTo(entry.path("accuracy").doubleValue(), EXACTLY);
    }
  }

  /**
   * The challenge's script leaves answers as they are where the annotators agree by the letter, and
   * looks for one comma between digits where the harness looks for several.
   */
  @Test
  void agreesWithTheChallengeWhereTheHarnessDoes() {
    int compared = 0;
    for (JsonNode entry : Golden.cases("vqa")) {
      List<String> annotators = Golden.strings(entry.path("annotators"));
      boolean unanimous =
          new HashSet<>(annotators.stream().map(String::strip).toList()).size() == 1;
      String answer = entry.path("answer").textValue();
      if (!unanimous && !answer.contains(",,")) {
        compared++;
        assertThat(VqaAccuracy.of(answer, annotators))
            .as("'%s'", answer)
            .isCloseTo(entry.path("challenge").doubleValue(), EXACTLY);
      }
    }
    assertThat(compared).isGreaterThan(300);
  }

  @Test
  void annotatorsAreNeeded() {
    assertThatThrownBy(() -> VqaAccuracy.of("yes", List.of()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("without annotators");
  }
}
