package io.llavasg.eval.metric;

import static io.llavasg.eval.metric.Golden.EXACTLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens and scores against pycocoevalcap and the tokenizer that it runs. */
class CaptionsTest {
  private static final JsonNode GOLDEN = Golden.read("captions");

  private static Captions captions() {
    List<List<String>> references = new ArrayList<>();
    GOLDEN.path("references").forEach(texts -> references.add(Golden.strings(texts)));
    return Captions.tokenize(references, Golden.strings(GOLDEN.path("candidates")));
  }

  private static void assertEqual(CaptionScores ours, JsonNode theirs) {
    assertThat(ours.corpus()).isCloseTo(theirs.path("corpus").doubleValue(), EXACTLY);
    List<Double> each = Golden.doubles(theirs.path("each"));
    assertThat(ours.each()).hasSameSizeAs(each);
    for (int i = 0; i < each.size(); i++) {
      assertThat(ours.each().get(i)).as("caption %d", i).isCloseTo(each.get(i), EXACTLY);
    }
  }

  @Test
  void tokensOfOddCaptionsAgree() {
    JsonNode sentences = Golden.read("tokens");
    assertThat(sentences).hasSizeGreaterThan(600);
    for (JsonNode sentence : sentences) {
      String caption = sentence.path("caption").textValue();
      assertThat(String.join(" ", PtbTokenizer.tokenize(caption)))
          .as(caption)
          .isEqualTo(sentence.path("tokens").textValue());
    }
  }

  @Test
  void tokensOfTheScoredCaptionsAgree() {
    Captions captions = captions();
    JsonNode references = GOLDEN.path("reference_tokens");
    for (int i = 0; i < references.size(); i++) {
      assertThat(captions.references().get(i).stream().map(words -> String.join(" ", words)))
          .isEqualTo(Golden.strings(references.get(i)));
    }
    assertThat(captions.candidates().stream().map(words -> String.join(" ", words)))
        .isEqualTo(Golden.strings(GOLDEN.path("candidate_tokens")));
  }

  @Test
  void ciderAgrees() {
    assertEqual(Cider.of(captions()), GOLDEN.path("cider"));
  }

  @Test
  void bleuAgrees() {
    List<CaptionScores> bleu = Bleu.of(captions());
    assertThat(bleu).hasSize(4);
    for (int order = 0; order < 4; order++) {
      assertEqual(bleu.get(order), GOLDEN.path("bleu").get(order));
    }
  }

  @Test
  void rougeAgrees() {
    assertEqual(RougeL.of(captions()), GOLDEN.path("rouge"));
  }

  @Test
  void lineBreaksAreBlanks() {
    assertThat(PtbTokenizer.tokenize("A dog\nruns.\u2028A cat\u0085sits\r\n"))
        .containsExactly("a", "dog", "runs", "a", "cat", "sits");
  }

  @Test
  void captionsNeedReferences() {
    assertThatThrownBy(() -> Captions.tokenize(List.of(List.of("a"), List.of()), List.of("a", "b")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("caption 2 has no reference");
    assertThatThrownBy(() -> Captions.tokenize(List.of(List.of("a")), List.of()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("0 captions for the references of 1 images");
  }
}
