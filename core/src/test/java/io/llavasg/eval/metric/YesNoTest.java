package io.llavasg.eval.metric;

import static io.llavasg.eval.metric.Golden.EXACTLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** POPE's and NLVR's figures. */
class YesNoTest {

  private static List<YesNo> pairs(JsonNode set) {
    List<YesNo> pairs = new ArrayList<>();
    set.path("pairs")
        .forEach(pair -> pairs.add(new YesNo(pair.get(0).textValue(), pair.get(1).textValue())));
    return pairs;
  }

  @Test
  void figuresAgreeWithTheHarness() {
    for (JsonNode set : Golden.cases("pope")) {
      PopeFigures figures = PopeFigures.of(pairs(set));
      assertThat(figures.accuracy()).isCloseTo(set.path("accuracy").doubleValue(), EXACTLY);
      assertThat(figures.precision()).isCloseTo(set.path("precision").doubleValue(), EXACTLY);
      assertThat(figures.recall()).isCloseTo(set.path("recall").doubleValue(), EXACTLY);
      assertThat(figures.f1()).isCloseTo(set.path("f1_score").doubleValue(), EXACTLY);
      assertThat(figures.labelYesRatio()).isCloseTo(set.path("yes_ratio").doubleValue(), EXACTLY);
    }
  }

  /** On answers of one word, which its looser reading takes as the strict one does. */
  @Test
  void figuresAgreeWithPopesOwnScript() {
    JsonNode set = Golden.cases("pope").get(1);
    PopeFigures figures = PopeFigures.of(pairs(set));
    JsonNode script = set.path("pope");

    assertThat(figures.questions()).isEqualTo(300);
    assertThat(figures.accuracy()).isCloseTo(script.path("Accuracy").doubleValue(), EXACTLY);
    assertThat(figures.precision()).isCloseTo(script.path("Precision").doubleValue(), EXACTLY);
    assertThat(figures.recall()).isCloseTo(script.path("Recall").doubleValue(), EXACTLY);
    assertThat(figures.f1()).isCloseTo(script.path("F1 score").doubleValue(), EXACTLY);
    assertThat(figures.yesRatio()).isCloseTo(script.path("Yes ratio").doubleValue(), EXACTLY);
  }

  @Test
  void figuresByHand() {
    PopeFigures figures =
        PopeFigures.of(
            List.of(
                new YesNo("Yes", "yes"),
                new YesNo(" yes\n", "no"),
                new YesNo("No", "no"),
                new YesNo("no", "yes"),
                new YesNo("yes, it is", "yes")));
    assertThat(figures.accuracy()).isEqualTo(2 / 5.0);
    assertThat(figures.precision()).isEqualTo(1 / 2.0);
    assertThat(figures.recall()).isEqualTo(1 / 2.0);
    assertThat(figures.yesRatio()).isEqualTo(2 / 5.0);
    assertThat(figures.labelYesRatio()).isEqualTo(3 / 5.0);
    assertThat(PopeFigures.of(List.of()).f1()).isZero();
  }

  @Test
  void labelHasToBeYesOrNo() {
    assertThatThrownBy(() -> new YesNo("yes", "perhaps"))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("perhaps");
  }

  @Test
  void consistencyAgreesWithNlvrsOwnScript() {
    JsonNode golden = Golden.cases("nlvr");
    List<PairConsistency.Judgement> judgements = new ArrayList<>();
    for (JsonNode judgement : golden.path("judgements")) {
      String answer = judgement.path("answer").textValue();
      judgements.add(
          new PairConsistency.Judgement(
              judgement.path("statement").textValue(),
              answer.equalsIgnoreCase(judgement.path("label").textValue())));
    }
    PairConsistency figures = PairConsistency.of(judgements);

    assertThat(judgements).hasSizeGreaterThan(1000);
    assertThat(figures.statements()).isEqualTo(80);
    assertThat(figures.accuracy()).isCloseTo(golden.path("accuracy").doubleValue(), EXACTLY);
    assertThat(figures.consistency()).isCloseTo(golden.path("consistency").doubleValue(), EXACTLY);
  }
}
