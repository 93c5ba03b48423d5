package io.llavasg.mini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.graph.Mask;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionPoolingTest {
  /** A mask of the cells of a 2 × 2 grid over 8 × 8 pixels, without pixels near other cells. */
  private static Mask cells(int... cells) {
    byte[] rows = new byte[64];
    for (int cell : cells) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 2; x++) {
          rows[(cell / 2 * 6 + y) * 8 + cell % 2 * 6 + x] = 1;
        }
      }
    }
    return Mask.ofRowMajor(8, 8, rows);
  }

  /** Each region gets the mean of its own picture's cells, pictures with fewer regions included. */
  @Test
  void regionsAreMeansOfTheirOwnPictures() {
    RegionPooling pooling =
        RegionPooling.of(List.of(List.of(cells(1)), List.of(cells(0), cells(2, 3), cells(3))), 2);
    float[] pooled =
        Torch.infer(
            () ->
                pooling
                    .of(Tensor.of(new float[] {1, 2, 3, 4, 10, 20, 30, 40}, 2, 4, 1))
                    .toFloats());
    assertThat(pooled).containsExactly(new float[] {2, 10, 35, 40}, within(1e-5f));
  }
}
