package io.llavasg.tensor;

import org.bytedeco.pytorch.global.torch;

/**
 * Keeps libtorch from using oneDNN while open. For a bfloat16 vector on a CPU without tiles (AMX),
 * libtorch's own loop reads the matrix at the memory's speed, and oneDNN's kernel at less than half
 * of it; with them oneDNN's takes two thirds of the loop's time (docs/experiments.md).
 */
final class WithoutOneDnn implements AutoCloseable {
  private final boolean before = torch.globalContext().userEnabledMkldnn();

  WithoutOneDnn() {
    torch.globalContext().setUserEnabledMkldnn(false);
  }

  @Override
  public void close() {
    torch.globalContext().setUserEnabledMkldnn(before);
  }
}
