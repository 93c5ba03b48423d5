package io.llavasg.bench;

import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Notes what a network asks for while it's built, which is what a checkpoint of it holds. */
final class DeclaredParameters implements Parameters {
  private final List<TensorInfo> declared = new ArrayList<>();
  private final DType dtype;

  /**
   * @param dtype what all are stored in
   */
  DeclaredParameters(DType dtype) {
    this.dtype = dtype;
  }

  List<TensorInfo> declared() {
    return declared;
  }

  /** Notes the parameter; gives an empty one, which belongs to the innermost scope. */
  @Override
  public Tensor get(String name, long... shape) {
    declared.add(new TensorInfo(name, dtype, Arrays.stream(shape).boxed().toList()));
    return Tensor.empty(dtype, Device.CPU, 0);
  }

  @Override
  public boolean contains(String name) {
    return true;
  }
}
