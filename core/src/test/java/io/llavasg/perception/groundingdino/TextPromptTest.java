package io.llavasg.perception.groundingdino;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.tensor.Device;
import io.llavasg.tensor.Torch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPromptTest {
  /** {@code [CLS] a man . iron ? [SEP]}. */
  private static final List<Integer> IDS = List.of(101, 1037, 2158, 1012, 3707, 1029, 102);

  @Test
  void positionsStartAnewInEachPhrase() {
    assertThat(TextPrompt.of(IDS, Variant.OFFICIAL).positions())
        .containsExactly(0, 0, 1, 2, 0, 1, 0);
    assertThat(TextPrompt.of(IDS, Variant.TRANSFORMERS_5).positions())
        .containsExactly(0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void aPhraseSeesItselfAndItsSeparator() {
    long[] sees =
        Torch.infer(() -> TextPrompt.of(IDS, Variant.OFFICIAL).mask(Device.CPU).toLongs());
    assertThat(sees)
        .containsExactly(
            1, 0, 0, 0, 0, 0, 0, //
            0, 1, 1, 1, 0, 0, 0, //
            0, 1, 1, 1, 0, 0, 0, //
            0, 1, 1, 1, 0, 0, 0, //
            0, 0, 0, 0, 1, 1, 0, //
            0, 0, 0, 0, 1, 1, 0, //
            0, 0, 0, 0, 0, 0, 1);
  }

  @Test
  void whatNoSeparatorEndsIsNoPhrase() {
    TextPrompt prompt = TextPrompt.of(List.of(101, 1037, 2158, 102), Variant.OFFICIAL);
    assertThat(prompt.positions()).containsExactly(0, 0, 0, 0);
    assertThat(prompt.phrases()).containsExactly(-1, -1, -1, -1);
  }

  @ParameterizedTest
  @CsvSource({
    "'', OFFICIAL",
    "4.40.0.dev0, OFFICIAL",
    "5.0.0, TRANSFORMERS_5",
    "5.12.1, TRANSFORMERS_5",
    "10.1, TRANSFORMERS_5",
    "unknown, OFFICIAL"
  })
  void positionsAreTheWritersOnes(String version, Variant expected) {
    assertThat(Variant.of(version)).isEqualTo(expected);
  }
}
