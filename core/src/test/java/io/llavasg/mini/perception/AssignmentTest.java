package io.llavasg.mini.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {

  /** Of several best assignments any is right, so the totals are compared. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "uniform.1.1",
        "uniform.1.7",
        "uniform.3.3",
        "uniform.5.9",
        "uniform.8.30",
        "uniform.30.30",
        "uniform.12.40",
        "whole.1.1",
        "whole.1.7",
        "whole.3.3",
        "whole.5.9",
        "whole.8.30",
        "whole.30.30",
        "whole.12.40"
      })
  void costsWhatScipysCosts(String name) {
    try (Golden golden = Golden.of("/mini/perception/assignment.safetensors")) {
      Torch.infer(
          () -> {
            Tensor stored = golden.tensor(name);
            assertThat(stored.dtype()).isEqualTo(DType.F64);
            double[] flat = stored.memory().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
            int columns = (int) stored.size(1);
            double[][] costs = new double[(int) stored.size(0)][];
            for (int row = 0; row < costs.length; row++) {
              costs[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
            }
            int[] columnOf = Assignment.solve(costs);
            assertThat(Arrays.stream(columnOf).distinct().count()).isEqualTo(costs.length);
            double total = 0;
            for (int row = 0; row < costs.length; row++) {
              total += costs[row][columnOf[row]];
            }
            double least =
                golden.tensor(name + ".total").memory().get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0);
            assertThat(total).isCloseTo(least, within(1e-9));
            return true;
          });
    }
  }

  @Test
  void noRowsNeedNoColumns() {
    assertThat(Assignment.solve(new double[0][])).isEmpty();
  }

  @Test
  void moreRowsThanColumnsAreRefused() {
    assertThatThrownBy(() -> Assignment.solve(new double[3][2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 rows do not get a column each of 2");
  }
}
