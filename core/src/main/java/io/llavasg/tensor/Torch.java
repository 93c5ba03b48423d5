package io.llavasg.tensor;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** libtorch as a whole: loading it, its threads, its modes, and what its errors mean. */
public final class Torch {
  private static final int DEFAULT_THREADS;
  private static final @Nullable UnsatisfiedLinkError UNLOADED;

  static {
    // The garbage collector knows nothing of native sizes: owners free tensors, and only they do.
    setUnlessGiven("org.bytedeco.javacpp.nopointergc", "true");
    // Mapped weights count as resident memory, and would trip JavaCPP's limit of 4 x Xmx.
    setUnlessGiven("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    // OpenBLAS's binding is one release behind libtorch's: JavaCPP tells the logger, not stderr.
    setUnlessGiven("org.bytedeco.javacpp.logger", "slf4j");
    int threads = 1;
    UnsatisfiedLinkError unloaded = null;
    try {
      Loader.load(torch.class);
      // Float32 is float32 on a GPU, too: cuDNN's convolutions would round to 10 bits of mantissa.
      torch.globalContext().setAllowTF32CuDNN(false);
      // cuDNN's attention wants a cuDNN as new as libtorch was built with: under an older one its
      // backward pass fails in half precision. libtorch's own attention needs no cuDNN.
      torch.globalContext().setSDPUseCuDNN(false);
      threads = torch.get_num_threads();
    } catch (UnsatisfiedLinkError e) {
      unloaded = e; // thrown here, it would reach nobody: the class would not be there at all
    }
    DEFAULT_THREADS = threads;
    UNLOADED = unloaded;
  }

  private Torch() {}

  /**
   * Loads libtorch, if that has not happened yet.
   *
   * @throws LlavaSgException resources, if it does not load on this machine
   */
  public static void initialise() {
    if (UNLOADED != null) {
      throw LlavaSgException.resources(
          UNLOADED,
          "libtorch's native library does not load here: %s",
          firstLine(String.valueOf(UNLOADED.getMessage())));
    }
  }

  /** libtorch's version and, after a dash, that of its Java binding. */
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      throw LlavaSgException.internal(e, "libtorch does not say its version: %s", e.toString());
    }
  }

  /** How many threads one operation uses unless told otherwise: one per core. */
  public static int defaultThreads() {
    return DEFAULT_THREADS;
  }

  /**
   * Sets how many threads one operation of this thread may use; the default is one per core.
   *
   * @throws LlavaSgException user, if there are none; resources, if libtorch does not load
   */
  public static void threads(int count) {
    if (count < 1) {
      throw LlavaSgException.user("threads are %d, but have to be positive", count);
    }
    initialise();
    torch.set_num_threads(count);
    claimThreads();
  }

  /** Gives OpenBLAS, which has one number for all threads, as many as this thread may use. */
  static void claimThreads() {
    initialise();
    SingleBlasThread.otherwise(threads());
  }

  /**
   * Sets in which dtype a CPU multiplies matrices with float16 weights on this thread: {@link
   * DType#F32}, which is exact, or {@link DType#BF16}. The default is the faster one on this CPU.
   */
  public static void halfProducts(DType dtype) {
    HalfProducts.dtype(dtype);
  }

  public static int threads() {
    return torch.get_num_threads();
  }

  /** Seeds libtorch's random numbers on every device. */
  public static void seed(long seed) {
    torch.manual_seed(seed);
  }

  /** Waits until the device has done all that was asked of it; a CPU always has. */
  public static void synchronise(Device device) {
    if (device.isCuda()) {
      torch.cuda_synchronize(device.index());
    }
  }

  /**
   * Runs {@code work} on this thread without recording gradients, in a scope of its own, with
   * native errors translated. The result must not be a tensor.
   */
  public static <T> T infer(Callable<T> work) {
    return translated(
        () -> {
          try (var mode = new InferenceMode(true);
              var scope = Scope.open()) {
            return work.call();
          }
        });
  }

  /**
   * Runs {@code work} on this thread with gradients recorded, in a scope of its own, with native
   * errors translated. What is computed or loaded by {@link #infer} can take no part in it: weights
   * to be trained, or that gradients flow through, are loaded here. The result must not be a
   * tensor.
   */
  public static <T> T train(Callable<T> work) {
    return translated(
        () -> {
          try (var mode = new AutoGradMode(true);
              var scope = Scope.open()) {
            return work.call();
          }
        });
  }

  /** Within {@link #train}: runs {@code work} without recording gradients, in the open scope. */
  public static <T> T withoutGradients(Supplier<T> work) {
    try (var mode = new AutoGradMode(false)) {
      return work.get();
    }
  }

  /** Runs {@code work}, and throws what libtorch throws as an {@link LlavaSgException}. */
  public static <T> T translated(Callable<T> work) {
    initialise();
    try {
      return work.call();
    } catch (LlavaSgException e) {
      throw e;
    } catch (Exception e) {
      throw translate(e);
    }
  }

  /**
   * Says in one line what a native error means. libtorch's exceptions arrive as bare {@link
   * RuntimeException}s that carry a C++ trace.
   */
  static RuntimeException translate(Exception error) {
    if (!isNative(error)) {
      return error instanceof RuntimeException runtime
          ? runtime
          : LlavaSgException.internal(error, "%s", firstLine(String.valueOf(error.getMessage())));
    }
    String message = String.valueOf(error.getMessage());
    if (message.contains("out of memory") || message.contains("DefaultCPUAllocator")) {
      return LlavaSgException.resources(
          error,
          "not enough memory: %s; try a shorter prompt or a smaller batch, or bf16",
          firstLine(message));
    }
    if (message.contains("CUDA error") || message.contains("CUDNN_STATUS")) {
      return LlavaSgException.resources(error, "the GPU failed: %s", firstLine(message));
    }
    return LlavaSgException.internal(error, "libtorch: %s", firstLine(message));
  }

  /** Whether a native method threw it, and not, say, who listens to an answer. */
  private static boolean isNative(Exception error) {
    StackTraceElement[] trace = error.getStackTrace();
    return error.getClass() == RuntimeException.class
        && trace.length > 0
        && trace[0].isNativeMethod();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("unknown error");
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
