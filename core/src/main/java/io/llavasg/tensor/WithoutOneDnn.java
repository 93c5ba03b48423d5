package io.llavasg.tensor;

import org.bytedeco.pytorch.global.torch;

/**
 * Keeps libtorch from using oneDNN while open. For a bfloat16 vector, libtorch's own loop reads the
 * matrix at the memory's speed, and oneDNN's kernel at less than half of it.
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
