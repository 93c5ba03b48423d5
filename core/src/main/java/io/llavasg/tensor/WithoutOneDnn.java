package io.llavasg.tensor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Keeps libtorch from using oneDNN while open. For a bfloat16 vector on a CPU without tiles (AMX),
 * libtorch's own loop reads the matrix at the memory's speed, and oneDNN's kernel at less than half
 * of it; with them oneDNN's takes two thirds of the loop's time, unless the matrix is small
 * (docs/experiments.md).
 *
 * <p>The switch is one for the whole process: the last of several models that compute at once turns
 * it back, and what another one multiplies meanwhile goes without oneDNN, too, slower and rounded
 * otherwise.
 */
final class WithoutOneDnn implements AutoCloseable {
  private static final Context CONTEXT = torch.globalContext();

  @GuardedBy("WithoutOneDnn.class") private static int users;

  @GuardedBy("WithoutOneDnn.class") private static boolean otherwise;

  private WithoutOneDnn() {}

  static synchronized WithoutOneDnn open() {
    if (users++ == 0) {
      otherwise = CONTEXT.userEnabledMkldnn();
      CONTEXT.setUserEnabledMkldnn(false);
    }
    return new WithoutOneDnn();
  }

  private static synchronized void leave() {
    if (--users == 0) {
      CONTEXT.setUserEnabledMkldnn(otherwise);
    }
  }

  @Override
  public void close() {
    leave();
  }
}
