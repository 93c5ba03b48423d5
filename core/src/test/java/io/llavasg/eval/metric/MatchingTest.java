package io.llavasg.eval.metric;

import static io.llavasg.eval.metric.Golden.EXACTLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** GQA's, ScienceQA's and MMBench's metrics against lmms-eval's code. */
class MatchingTest {

  @Test
  void exactMatchAgreesWithTheHarness() {
    JsonNode cases = Golden.cases("exact-match");
    assertThat(cases).hasSizeGreaterThan(800);
    for (JsonNode entry : cases) {
      String answer = entry.path("answer").textValue();
      String reference = entry.path("reference").textValue();
      assertThat(ExactMatch.of(answer, reference))
          .as("'%s' and '%s'", answer, reference)
          .isEqualTo(entry.path("matches").booleanValue());
    }
  }

  @Test
  void optionLetterAgreesWithTheHarness() {
    JsonNode cases = Golden.cases("option-letter");
    assertThat(cases).hasSizeGreaterThan(800);
    for (JsonNode entry : cases) {
      String answer = entry.path("answer").textValue();
      assertThat(OptionLetter.matches(answer, entry.path("letter").textValue()))
          .as("'%s' for %s", answer, entry.path("letter"))
          .isEqualTo(entry.path("matches").booleanValue());
    }
  }

  @Test
  void choicesAgreeWithTheHarness() {
    JsonNode cases = Golden.cases("choices");
    assertThat(cases).hasSizeGreaterThan(1000);
    for (JsonNode entry : cases) {
      String answer = entry.path("answer").textValue();
      SequencedMap<String, String> options = Golden.options(entry.path("options"));
      assertThat(ChoiceMatcher.match(answer, options))
          .as("'%s' among %s", answer, options)
          .isEqualTo(Golden.text(entry.path("match")));
      assertThat(ChoiceMatcher.extract(answer, options.sequencedKeySet()))
          .as("'%s' among %s", answer, options)
          .isEqualTo(Golden.text(entry.path("extract")));
    }
  }

  @Test
  void circularEvaluationAgreesWithTheHarness() {
    JsonNode golden = Golden.cases("circular");
    List<CircularEval.Rotation> rotations = new ArrayList<>();
    for (JsonNode row : golden.path("rows")) {
      SequencedMap<String, String> options = Golden.options(row.path("options"));
      String answer = row.path("prediction").textValue();
      Optional<String> chosen =
          ChoiceMatcher.match(answer, options)
              .or(() -> ChoiceMatcher.extract(answer, options.sequencedKeySet()));
      rotations.add(
          new CircularEval.Rotation(
              row.path("index").longValue(),
              Ability.ofCategory(row.path("L2-category").textValue()),
              chosen.equals(Golden.text(row.path("answer")))));
    }
    CircularEval figures = CircularEval.of(rotations);

    assertThat(figures.right()).hasSize(240);
    assertThat(figures.accuracy()).isCloseTo(golden.path("accuracy").doubleValue(), EXACTLY);
    assertThat(figures.byAbility()).hasSize(6);
    golden
        .path("abilities")
        .properties()
        .forEach(
            ability ->
                assertThat(figures.byAbility().get(Ability.ofCategory(ability.getKey())))
                    .isCloseTo(ability.getValue().doubleValue(), EXACTLY));
  }

  @Test
  void nothingIsScoredAsNothing() {
    assertThat(CircularEval.of(List.of()).accuracy()).isZero();
  }

  @Test
  void unknownAbilityIsNamed() {
    assertThatThrownBy(() -> Ability.ofCategory("cooking"))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("cooking")
        .hasMessageContaining("coarse_perception");
  }
}
