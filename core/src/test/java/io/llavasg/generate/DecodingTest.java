package io.llavasg.generate;

import static io.llavasg.model.ComponentFixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {
  /** 1e-5 of the largest logits, which are about 15: a padded row's sums run in another order. */
  private static final double TOLERANCE = 1.5e-4;

  /** Prompts of different length, one of which needs no padding. */
  private static final int[] LENGTHS = {3, 9, 1, 6};

  private static final int STEPS = 10;

  private static int[] ids(ComponentFixture fixture) {
    return Arrays.stream(fixture.input("input_ids").toLongs()).mapToInt(Math::toIntExact).toArray();
  }

  /** Embeds the first {@code count} ids, and expects the logits after the last of them. */
  private static void prefill(
      ComponentFixture fixture, LlamaDecoder decoder, Decoding decoding, int row, int count) {
    int[] prompt = Arrays.copyOf(ids(fixture), count);
    Tensor logits = decoding.prefill(row, decoder.embedding().forward(prompt).unsqueeze(0));
    assertLogits(fixture, logits, count - 1);
  }

  /** The reference's logits after {@code last}, within the tolerance of its own parity test. */
  private static void assertLogits(ComponentFixture fixture, Tensor logits, int last) {
    assertLogits(fixture, logits, last, 1e-4);
  }

  private static void assertLogits(
      ComponentFixture fixture, Tensor logits, int last, double tolerance) {
    Tensor expected = fixture.output("logits").narrow(1, last, 1).select(0, 0);
    assertClose(logits.to(DType.F32), expected, tolerance, "logits after position " + last);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped", "llama-tied", "llama-defaults"})
  void rowsOfDifferentLengthDecodeAsAlone(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            int[] ids = ids(fixture);
            Tensor[] batched = new Tensor[STEPS];
            try (var decoding = new Decoding(decoder, LENGTHS, STEPS)) {
              for (int row = 0; row < LENGTHS.length; row++) {
                prefill(fixture, decoder, decoding, row, LENGTHS[row]);
              }
              decoding.prefilled(9);
              for (int step = 0; step < STEPS; step++) {
                int now = step;
                batched[step] =
                    decoding.step(Arrays.stream(LENGTHS).map(n -> ids[n + now]).toArray());
              }
              assertThat(decoding.length()).isEqualTo(9 + STEPS);
            }
            for (int row = 0; row < LENGTHS.length; row++) {
              assertAsAlone(fixture, decoder, row, batched);
            }
            return true;
          });
    }
  }

  /**
   * Two layers are some twenty roundings to 11 or 8 bits, one behind another, of what becomes
   * logits of up to 15; those of the position before are further off, or the test could not fail.
   */
  @ParameterizedTest
  @CsvSource({"F16, 0.15", "BF16, 1.2"})
  void rowsDecodeInHalfPrecision(DType dtype, double tolerance) {
    try (var fixture = ComponentFixture.named("llama-grouped")) {
      LlamaDecoder decoder = fixture.decoder(Precision.of(dtype));
      Torch.infer(
          () -> {
            int[] ids = ids(fixture);
            try (var decoding = new Decoding(decoder, LENGTHS, STEPS)) {
              for (int row = 0; row < LENGTHS.length; row++) {
                int[] prompt = Arrays.copyOf(ids, LENGTHS[row]);
                Tensor embedded = decoder.embedding().forward(prompt).unsqueeze(0);
                Tensor logits = decoding.prefill(row, embedded);
                assertThat(logits.dtype()).isEqualTo(dtype);
                assertLogits(fixture, logits, LENGTHS[row] - 1, tolerance);
              }
              decoding.prefilled(9);
              for (int step = 0; step < STEPS; step++) {
                int now = step;
                Tensor logits =
                    decoding.step(Arrays.stream(LENGTHS).map(n -> ids[n + now]).toArray());
                for (int row = 0; row < LENGTHS.length; row++) {
                  Tensor own = logits.narrow(0, row, 1);
                  int last = LENGTHS[row] + step;
                  assertLogits(fixture, own, last, tolerance);
                  assertThatThrownBy(() -> assertLogits(fixture, own, last - 1, tolerance))
                      .isInstanceOf(AssertionError.class);
                }
              }
            }
            return true;
          });
    }
  }

  private static void assertAsAlone(
      ComponentFixture fixture, LlamaDecoder decoder, int row, Tensor[] batched) {
    int length = LENGTHS[row];
    try (var alone = new Decoding(decoder, new int[] {length}, STEPS)) {
      prefill(fixture, decoder, alone, 0, length);
      alone.prefilled(length);
      for (int step = 0; step < STEPS; step++) {
        Tensor logits = alone.step(new int[] {ids(fixture)[length + step]});
        assertLogits(fixture, logits, length + step);
        String what = "row " + row + ", step " + step;
        assertClose(batched[step].narrow(0, row, 1), logits, TOLERANCE, what);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped", "llama-tied"})
  void laterTurnsFollowWhatIsHeld(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            int[] ids = ids(fixture);
            try (var decoding = new Decoding(decoder, new int[] {4}, 0)) {
              prefill(fixture, decoder, decoding, 0, 4);
              decoding.prefilled(4);
              assertLogits(fixture, decoding.extend(Arrays.copyOfRange(ids, 4, 10)), 9);
              decoding.reserve(1);
              assertLogits(fixture, decoding.step(new int[] {ids[10]}), 10);
              assertLogits(fixture, decoding.extend(Arrays.copyOfRange(ids, 11, 19)), 18);
            }
            return true;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 2049})
  void promptMustLeaveRoomForAnAnswer(int length) {
    try (var fixture = ComponentFixture.named("llama-defaults")) {
      LlamaDecoder decoder = fixture.decoder();
      Decoding.requireRoom(decoder, 2047);
      assertThatThrownBy(() -> Decoding.requireRoom(decoder, length))
          .isInstanceOfSatisfying(
              LlavaSgException.class,
              e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER))
          .hasMessageContaining(length + " positions")
          .hasMessageContaining("context has 2048");
    }
  }
}
