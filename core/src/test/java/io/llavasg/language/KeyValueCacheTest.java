package io.llavasg.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import org.junit.jupiter.api.Test;

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

  private static void assertUnusedAreZero(Tensor slots) {
    assertThat(slots.select(0, 1).narrow(1, 0, 3).toFloats()).containsOnly(0);
    assertThat(slots.select(0, 1).narrow(1, 3, 2).toFloats()).containsOnly(Float.NaN);
    assertThat(slots.select(0, 0).toFloats()).containsOnly(Float.NaN);
  }
}
