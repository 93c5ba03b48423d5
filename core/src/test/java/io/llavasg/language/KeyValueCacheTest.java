package io.llavasg.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyValueCacheTest {

  /** A masked slot has weight 0, and 0 · NaN is NaN: it made whole rows of a batch NaN. */
  @Test
  void unusedSlotsBeforeARowHoldNumbers() {
    try (var fixture = ComponentFixture.named("llama-grouped")) {
      LlamaConfig config = fixture.llama();
      Torch.infer(
          () -> {
            try (var cache = KeyValueCache.allocate(config, 2, 5, DType.F32, Device.CPU)) {
              Tensor noise =
                  Tensor.zeros(
                          DType.F32, Device.CPU, 2, config.numKeyValueHeads(), 5, config.headDim())
                      .fillInPlace(Double.NaN);
              for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                cache.appendKeys(layer, noise);
                cache.appendValues(layer, noise);
              }
              cache.row(1, 3).close();
              cache.advance(5);
              Tensor none = noise.narrow(2, 0, 0);
              for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                assertUnusedAreZero(cache.appendKeys(layer, none));
                assertUnusedAreZero(cache.appendValues(layer, none));
              }
            }
            return true;
          });
    }
  }

  /** Float32 while it is small, as it was appended once it is not, and the numbers never change. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void halfPrecisionIsKeptWideWhileItIsLittle(DType dtype) {
    try (var fixture = ComponentFixture.named("llama-grouped")) {
      LlamaConfig config = fixture.llama();
      int rowElements = config.numKeyValueHeads() * config.headDim();
      Torch.infer(
          () -> {
            try (var cache = KeyValueCache.allocate(config, 1, 4, dtype, Device.CPU)) {
              float[] numbers = new float[3 * rowElements];
              for (int i = 0; i < numbers.length; i++) {
                numbers[i] = 0.1f * i - 1;
              }
              Tensor next =
                  Tensor.of(numbers, 1, config.numKeyValueHeads(), 3, config.headDim()).to(dtype);
              Tensor held = cache.appendKeys(0, next);
              assertThat(held.dtype()).isEqualTo(DType.F32);
              assertThat(held.toFloats()).isEqualTo(next.toFloats());
              try (var row = cache.row(0, 1)) {
                Tensor values = row.appendValues(0, next.narrow(2, 1, 1));
                assertThat(values.dtype()).isEqualTo(DType.F32);
                assertThat(values.toFloats()).isEqualTo(next.narrow(2, 1, 1).toFloats());
              }
              assertThat(cache.appendKeys(0, next).toFloats()).isEqualTo(next.toFloats());
              cache.advance(3);
              cache.reserve((1 << 18) / rowElements);
              assertThat(cache.appendKeys(0, next.narrow(2, 0, 0)).dtype()).isEqualTo(DType.F32);
              cache.reserve((1 << 18) / rowElements + 1);
              Tensor moved = cache.appendKeys(0, next.narrow(2, 0, 0));
              assertThat(moved.dtype()).isEqualTo(dtype);
              assertThat(moved.toFloats()).isEqualTo(next.toFloats());
            }
            return true;
          });
    }
  }

  private static void assertUnusedAreZero(Tensor slots) {
    assertThat(slots.select(0, 1).narrow(1, 0, 3).toFloats()).containsOnly(0);
    assertThat(slots.select(0, 1).narrow(1, 3, 2).toFloats()).containsOnly(Float.NaN);
    assertThat(slots.select(0, 0).toFloats()).containsOnly(Float.NaN);
  }
}
