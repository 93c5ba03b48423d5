package io.llavasg.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.llavasg.LlavaSgException;
import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaDecoderTest {
  /** For logits of magnitude 1 to 10 after two layers and the head: some hundred float32 steps. */
  private static final double TOLERANCE = 1e-4;

  private static int[][] positions(int from, int count) {
    return new int[][] {IntStream.range(from, from + count).toArray()};
  }

  private static Tensor embeddings(LlamaDecoder decoder, Tensor ids, int from, int count) {
    return decoder.embedding().forward(ids.narrow(1, from, count));
  }

  /** Row i of {@code count} sees the first {@code held} + i + 1 positions. */
  private static Mask causal(int held, int count) {
    float[] sees = new float[count * (held + count)];
    for (int i = 0; i < count; i++) {
      java.util.Arrays.fill(sees, i * (held + count), i * (held + count) + held + i + 1, 1);
    }
    return Mask.of(Tensor.of(sees, count, held + count).to(DType.BOOL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped", "llama-tied", "llama-defaults"})
  void logitsOfAllPositionsAreTheReferences(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            Tensor ids = fixture.input("input_ids");
            Tensor hidden =
                decoder.forward(
                    embeddings(decoder, ids, 0, 19), positions(0, 19), Mask.CAUSAL, null);
            fixture.assertOutput(hidden, "hidden_state.2", TOLERANCE);
            fixture.assertOutput(decoder.logits(hidden), "logits", TOLERANCE);
            return true;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped", "llama-tied", "llama-defaults"})
  void decodingStepByStepEqualsAFullForward(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            Tensor ids = fixture.input("input_ids");
            try (var cache =
                KeyValueCache.allocate(decoder.config(), 1, 19, DType.F32, Device.CPU)) {
              Tensor first =
                  decoder.forward(
                      embeddings(decoder, ids, 0, 7), positions(0, 7), Mask.CAUSAL, cache);
              assertLogits(fixture, decoder, first, 0, 7);
              for (int at = 7; at < 19; at++) {
                Tensor next =
                    decoder.forward(
                        embeddings(decoder, ids, at, 1), positions(at, 1), Mask.NONE, cache);
                assertLogits(fixture, decoder, next, at, 1);
              }
              assertThat(cache.length()).isEqualTo(19);
            }
            return true;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped", "llama-tied"})
  void twoChunksEqualAFullForward(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            Tensor ids = fixture.input("input_ids");
            try (var cache =
                KeyValueCache.allocate(decoder.config(), 1, 4, DType.F32, Device.CPU)) {
              decoder.forward(embeddings(decoder, ids, 0, 4), positions(0, 4), Mask.CAUSAL, cache);
              cache.reserve(19);
              assertThat(cache.capacity()).isGreaterThanOrEqualTo(19);
              Tensor rest =
                  decoder.forward(
                      embeddings(decoder, ids, 4, 15), positions(4, 15), causal(4, 15), cache);
              assertLogits(fixture, decoder, rest, 4, 15);
            }
            return true;
          });
    }
  }

  @Test
  void rowsOfABatchDoNotSeeEachOther() {
    try (var fixture = ComponentFixture.named("llama-grouped")) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            Tensor ids = fixture.input("input_ids");
            Tensor both = io.llavasg.tensor.Functional.cat(0, ids, Tensor.of(new long[19], 1, 19));
            Tensor hidden =
                decoder.forward(
                    decoder.embedding().forward(both), positions(0, 19), Mask.CAUSAL, null);
            assertLogits(fixture, decoder, hidden.narrow(0, 0, 1), 0, 19);
            return true;
          });
    }
  }

  private static void assertLogits(
      ComponentFixture fixture, LlamaDecoder decoder, Tensor hidden, int from, int count) {
    ComponentFixture.assertClose(
        decoder.logits(hidden),
        fixture.output("logits").narrow(1, from, count),
        TOLERANCE,
        "positions " + from + " to " + (from + count));
  }

  @Test
  void cacheThatIsFullSaysSo() {
    try (var fixture = ComponentFixture.named("llama-tied")) {
      LlamaDecoder decoder = fixture.decoder();
      Torch.infer(
          () -> {
            try (var cache =
                KeyValueCache.allocate(decoder.config(), 1, 3, DType.F32, Device.CPU)) {
              Tensor four = embeddings(decoder, fixture.input("input_ids"), 0, 4);
              assertThatIllegalStateException()
                  .isThrownBy(() -> decoder.forward(four, positions(0, 4), Mask.CAUSAL, cache))
                  .withMessage("key_value cache of 3 positions holds 0, no room for 4");
            }
            return true;
          });
    }
  }

  @Test
  void cacheFailsForWantOfMemory() {
    try (var fixture = ComponentFixture.named("llama-grouped")) {
      LlamaConfig config = fixture.llama();
      Assertions.assertThatThrownBy(
              () ->
                  Torch.infer(
                      () ->
                          KeyValueCache.allocate(
                              config, 1 << 20, Integer.MAX_VALUE, DType.F32, Device.CPU)))
          .isInstanceOfSatisfying(
              LlavaSgException.class,
              e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.RESOURCES));
    }
  }
}
