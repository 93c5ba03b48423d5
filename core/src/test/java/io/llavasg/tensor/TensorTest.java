package io.llavasg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private Scope scope = Scope.open();

  TensorTest() {
    scope.close();
  }

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** 0, 1, 2, … in the given shape. */
  private static Tensor count(long... shape) {
    int size = 1;
    for (long s : shape) {
      size = Math.toIntExact(size * s);
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    return Tensor.of(values, shape);
  }

  @Test
  void describesItself() {
    Tensor tensor = count(2, 3);
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.size(-1)).isEqualTo(3);
    assertThat(tensor.dims()).isEqualTo(2);
    assertThat(tensor.elements()).isEqualTo(6);
    assertThat(tensor.bytes()).isEqualTo(24);
    assertThat(tensor.device()).isEqualTo(Device.CPU);
    assertThat(tensor).hasToString("F32[2, 3]@cpu");
  }

  @Test
  void valuesMustFillTheShape() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessage("5 values do not fill [2, 3]");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new long[7], 2, 3));
  }

  @ParameterizedTest
  @EnumSource
  void everyDtypeConvertsThereAndBack(DType dtype) {
    Tensor converted = Tensor.of(new float[] {0, 1, 2}, 3).to(dtype);
    assertThat(converted.dtype()).isEqualTo(dtype);
    assertThat(converted.bytes()).isEqualTo(3L * dtype.bytes());
    float last = dtype == DType.BOOL ? 1 : 2;
    assertThat(converted.toFloats()).containsExactly(0, 1, last);
    assertThat(converted.toLongs()).containsExactly(0, 1, (long) last);
    assertThat(converted.to(dtype)).isSameAs(converted);
    assertThat(Tensor.empty(dtype, Device.CPU, 2).like(converted).dtype()).isEqualTo(dtype);
  }

  @Test
  void lowerPrecisionsRoundToNearestEven() {
    float[] values = {1f / 3, 65504, 1 + 1f / 256};
    assertThat(Tensor.of(values, 3).to(DType.BF16).toFloats())
        .containsExactly(171f / 512, 65536, 1);
    assertThat(Tensor.of(values, 3).to(DType.F16).toFloats())
        .containsExactly(1365f / 4096, 65504, 1 + 1f / 256);
  }

  @Test
  void longsKeepWhatFloatsCannot() {
    long[] values = {(1L << 53) + 1, -1};
    assertThat(Tensor.of(values, 2).toLongs()).isEqualTo(values);
    assertThat(Tensor.ofIds(3, 1, 2).toLongs()).containsExactly(3, 1, 2);
    assertThat(Tensor.ofIds(7).item()).isEqualTo(7);
  }

  @Test
  void emptyTensorsAreReadAsNothing() {
    assertThat(Tensor.zeros(DType.F32, Device.CPU, 0, 4).toFloats()).isEmpty();
    assertThat(Tensor.ofIds().toLongs()).isEmpty();
    assertThat(Tensor.over(MemorySegment.ofArray(new byte[0]), DType.F32, 3, 0).shape())
        .containsExactly(3, 0);
  }

  @Test
  void viewsReadInTheirOwnOrder() {
    Tensor tensor = count(2, 3);
    assertThat(tensor.transpose(0, 1).toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(tensor.narrow(1, 1, 2).toFloats()).containsExactly(1, 2, 4, 5);
    assertThat(tensor.select(1, 2).toFloats()).containsExactly(2, 5);
    assertThat(tensor.transpose(0, 1).to(DType.I64).toLongs()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(count(2, 1, 3).permute(2, 0, 1).shape()).containsExactly(3, 2, 1);
    assertThat(tensor.unsqueeze(0).expand(2, -1, 3).shape()).containsExactly(2, 2, 3);
    assertThat(tensor.roll(1, 1).toFloats()).containsExactly(2, 0, 1, 5, 3, 4);
    assertThat(tensor.reshape(3, -1).shape()).containsExactly(3, 2);
  }

  @Test
  void indexSelectPicksAndRepeats() {
    assertThat(count(3, 2).indexSelect(0, Tensor.ofIds(2, 0, 2)).toFloats())
        .containsExactly(4, 5, 0, 1, 4, 5);
  }

  @Test
  void inPlaceOperationsChangeTheirTensorAndItsViews() {
    Tensor tensor = count(2, 2);
    Tensor copy = tensor.copy();
    Tensor view = tensor.select(0, 1);
    assertThat(tensor.addInPlace(Tensor.of(new float[] {10}, 1))).isSameAs(tensor);
    assertThat(view.toFloats()).containsExactly(12, 13);
    view.fillInPlace(0);
    assertThat(tensor.toFloats()).containsExactly(10, 11, 0, 0);
    tensor.copyInPlace(Tensor.ofIds(5, 6));
    assertThat(tensor.toFloats()).containsExactly(5, 6, 5, 6);
    tensor.mulInPlace(tensor);
    assertThat(tensor.toFloats()).containsExactly(25, 36, 25, 36);
    assertThat(copy.toFloats()).containsExactly(0, 1, 2, 3);
    assertThat(Tensor.of(new float[] {0}, 1).siluInPlace().itemFloat()).isZero();
  }

  @Test
  void computes() {
    Tensor tensor = count(2, 2);
    assertThat(tensor.matmul(tensor).toFloats()).containsExactly(2, 3, 6, 11);
    assertThat(tensor.mul(2).add(tensor).toFloats()).containsExactly(0, 3, 6, 9);
    assertThat(tensor.addcmul(tensor, tensor).toFloats()).containsExactly(0, 2, 6, 12);
    assertThat(tensor.mean(0).toFloats()).containsExactly(1, 2);
    assertThat(tensor.argmax(1).toLongs()).containsExactly(1, 1);
    assertThat(Functional.softmax(Tensor.of(new float[] {0, 0}, 2), 0).toFloats())
        .containsExactly(.5f, .5f);
    assertThat(Functional.cat(0, tensor, tensor).shape()).containsExactly(4, 2);
    assertThat(Functional.stack(0, tensor, tensor).shape()).containsExactly(2, 2, 2);
    Tensor half = Tensor.of(new float[] {.5f}, 1);
    assertThat(half.sin().itemFloat()).isCloseTo((float) Math.sin(.5), within(1e-6f));
    assertThat(half.cos().itemFloat()).isCloseTo((float) Math.cos(.5), within(1e-6f));
    float sigmoid = (float) (1 / (1 + Math.exp(-.5 * 1.702)));
    assertThat(Functional.quickGelu(half).itemFloat()).isCloseTo(.5f * sigmoid, within(1e-6f));
  }

  @Test
  void overSharesTheMemoryItIsGiven() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
      Tensor tensor = Tensor.over(segment, DType.F32, 2, 2);
      assertThat(tensor.memory().address()).isEqualTo(segment.address());
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, 3, 9);
      assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 9);
      tensor.free();
      assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.over(segment, DType.F32, 5))
          .withMessage("16 bytes cannot hold F32[5]");
      assertThatIllegalArgumentException().isThrownBy(() -> Tensor.over(segment, DType.BF16, 2, 2));
    }
  }

  @Test
  void onlyContiguousMemoryIsShown() {
    assertThat(count(2, 2).memory().getAtIndex(ValueLayout.JAVA_FLOAT, 3)).isEqualTo(3);
    assertThatIllegalStateException().isThrownBy(() -> count(2, 2).transpose(0, 1).memory());
  }

  @Test
  void theLargestEntriesOutliveTheCall() {
    Tensor.TopK best = Tensor.of(new float[] {3, 9, 1, 7}, 4).topK(2, 0);
    // Whatever memory the call gave back is used again.
    for (int i = 0; i < 100; i++) {
      Tensor.of(new float[] {-1, -1}, 2);
      Tensor.of(new long[] {-1, -1}, 2);
    }
    assertThat(best.values().toFloats()).containsExactly(9, 7);
    assertThat(best.indices().toLongs()).containsExactly(1, 3);
  }

  @Test
  void rangeCountsInSteps() {
    assertThat(Tensor.range(4, 3, DType.I64, Device.CPU).toLongs()).containsExactly(0, 3, 6, 9);
    assertThat(Tensor.range(0, 3, DType.I32, Device.CPU).toLongs()).isEmpty();
    assertThat(Tensor.range(3, 5, DType.I32, Device.CPU).toLongs()).containsExactly(0, 5, 10);
    assertThat(Tensor.range(3, 7, DType.F32, Device.CPU).toFloats()).containsExactly(0, 7, 14);
  }

  @Test
  void minimumAndFloorGoElementByElement() {
    Tensor a = Tensor.of(new float[] {1.5f, -1.5f, 3}, 3);
    assertThat(a.minimum(Tensor.of(new float[] {2}, 1)).toFloats()).containsExactly(1.5f, -1.5f, 2);
    assertThat(a.floor().toFloats()).containsExactly(1, -2, 3);
  }
}
